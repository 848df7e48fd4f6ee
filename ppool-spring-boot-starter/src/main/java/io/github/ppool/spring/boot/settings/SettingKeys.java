package io.github.ppool.spring.boot.settings;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/** The settings that there are, and which of them was probably meant by one that there is not. */
final class SettingKeys {

    private static final String POOLS = "pools";
    private static final List<String> ROOT = keys(PpoolProperties.class, false);
    private static final List<String> POOL = keys(PoolProperties.class, true);
    private static final List<String> SUPERVISED = keys(PpoolProperties.Supervised.class, true);
    /** Below these stand settings; the others are settings themselves. */
    private static final List<String> GROUPS = List.of("defaults", POOLS, "supervised");

    private SettingKeys() {}

    /** All that may stand at the root. */
    static List<String> ofRoot() {
        return ROOT;
    }

    /** Whether a value of this type is a group of settings. */
    static boolean isGroup(Class<?> type) {
        return type == PoolProperties.class
                || type.getEnclosingClass() == PoolProperties.class
                || type.getEnclosingClass() == PpoolProperties.class;
    }

    /** The keys of a pool, such as {@code restart.plan}, with those of its groups. */
    static List<String> ofPool() {
        return POOL;
    }

    private static List<String> keys(Class<?> type, boolean nested) {
        List<String> keys = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
                continue;
            }
            String key = DataObjectPropertyName.toDashedForm(field.getName());
            keys.add(key);
            if (nested && isGroup(field.getType())) {
                keys(field.getType(), true).forEach(below -> keys.add(key + "." + below));
            }
        }
        return List.copyOf(keys);
    }

    /** A sentence that asks for the setting that was probably meant, with a blank behind it; empty if none is near. */
    static String asked(ConfigurationPropertyName unknown) {
        String meant = meant(elements(unknown));
        return meant.isEmpty() ? "" : "Did you mean " + meant + "? ";
    }

    private static List<String> elements(ConfigurationPropertyName name) {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < name.getNumberOfElements(); i++) {
            elements.add(name.getElement(i, Form.ORIGINAL));
        }
        return elements;
    }

    /** Without the prefix ppool there is nothing to ask for. */
    private static String meant(List<String> name) {
        if (name.size() < 2) {
            return "";
        }
        String group = name.get(1);
        List<String> rest = name.subList(2, name.size());
        if (!ROOT.contains(group)) {
            return meantByUnknownGroup(group, rest);
        }
        return switch (group) {
            case "defaults" -> below("ppool.defaults.", rest, POOL);
            case POOLS -> rest.isEmpty() ? "" : below("ppool.pools." + rest.get(0) + ".", tail(rest), POOL);
            case "supervised" ->
                rest.isEmpty() ? "" : below("ppool.supervised." + rest.get(0) + ".", tail(rest), SUPERVISED);
            default -> rest.isEmpty() ? "" : "ppool." + group;
        };
    }

    private static String meantByUnknownGroup(String group, List<String> rest) {
        Optional<String> near = Nearest.to(group, rest.isEmpty() ? ROOT : GROUPS);
        if (near.isPresent()) {
            return "ppool." + near.get() + rest.stream().map(element -> "." + element).collect(Collectors.joining());
        }
        // A setting of a pool, of no pool
        String ofAll = nearest(String.join(".", group, String.join(".", rest)), POOL).orElse("");
        if (!ofAll.isEmpty()) {
            return "ppool.defaults." + ofAll;
        }
        // A pool that stands beside ppool.pools
        return nearest(String.join(".", rest), POOL).map(key -> "ppool.pools." + group + "." + key).orElse("");
    }

    private static String below(String prefix, List<String> rest, List<String> keys) {
        Optional<String> near = nearest(String.join(".", rest), keys);
        if (near.isPresent() || rest.isEmpty()) {
            return near.map(key -> prefix + key).orElse("");
        }
        // What stands in another group, or in none: plan instead of restart.plan.
        String last = "." + rest.get(rest.size() - 1);
        List<String> elsewhere = keys.stream().filter(key -> ("." + key).endsWith(last)).toList();
        if (!elsewhere.isEmpty()) {
            return elsewhere.stream().map(key -> prefix + key).collect(Collectors.joining(" or "));
        }
        // Something below a setting that has one value
        return keys.contains(rest.get(0)) ? prefix + rest.get(0) : "";
    }

    private static Optional<String> nearest(String key, List<String> keys) {
        String plain = key.endsWith(".") ? key.substring(0, key.length() - 1) : key;
        return plain.isEmpty() ? Optional.empty() : Nearest.to(plain, keys);
    }

    private static List<String> tail(List<String> list) {
        return list.subList(1, list.size());
    }

    /** All that may be written for a value of an enumeration, as it is written in settings. */
    static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }
}
