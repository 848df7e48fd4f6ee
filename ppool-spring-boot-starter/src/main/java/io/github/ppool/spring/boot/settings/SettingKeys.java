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

/** The names of all settings, and the one that was probably meant by an unknown name. */
final class SettingKeys {

    private static final String POOLS = "pools";
    private static final List<String> ROOT = keys(PpoolProperties.class, false);
    private static final List<String> POOL = keys(PoolProperties.class, true);
    private static final List<String> SUPERVISED = keys(PpoolProperties.Supervised.class, true);
    /** The groups at the root that contain groups of settings; the other names are settings. */
    private static final List<String> GROUPS = List.of("defaults", POOLS, "supervised");

    private SettingKeys() {}

    /** All names at the root. */
    static List<String> ofRoot() {
        return ROOT;
    }

    /** The keys of a pool and of its groups, such as {@code restart.plan}. */
    static List<String> ofPool() {
        return POOL;
    }

    private static List<String> keys(Class<?> type, boolean nested) {
        Class<?> above = type.getSuperclass();
        List<String> keys = new ArrayList<>(SettingTypes.isGroup(above) ? keys(above, nested) : List.of());
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
                continue;
            }
            String key = DataObjectPropertyName.toDashedForm(field.getName());
            keys.add(key);
            if (nested && SettingTypes.isGroup(field.getType())) {
                keys(field.getType(), true).forEach(below -> keys.add(key + "." + below));
            }
        }
        return List.copyOf(keys);
    }

    /** The question "Did you mean …?" with a blank after it; empty if no setting is near. */
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

    /** The setting that was probably meant. A name without the prefix ppool has none. */
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
        // The setting of a pool, without a pool
        String ofAll = nearest(String.join(".", group, String.join(".", rest)), POOL).orElse("");
        if (!ofAll.isEmpty()) {
            return "ppool.defaults." + ofAll;
        }
        // A pool beside ppool.pools
        return nearest(String.join(".", rest), POOL).map(key -> "ppool.pools." + group + "." + key).orElse("");
    }

    private static String below(String prefix, List<String> rest, List<String> keys) {
        Optional<String> near = nearest(String.join(".", rest), keys);
        if (near.isPresent() || rest.isEmpty()) {
            return near.map(key -> prefix + key).orElse("");
        }
        // A setting in the wrong group, or in none: plan instead of restart.plan.
        String last = "." + rest.get(rest.size() - 1);
        List<String> elsewhere = keys.stream().filter(key -> ("." + key).endsWith(last)).toList();
        if (!elsewhere.isEmpty()) {
            return elsewhere.stream().map(key -> prefix + key).collect(Collectors.joining(" or "));
        }
        // A name below a setting with a single value
        return keys.contains(rest.get(0)) ? prefix + rest.get(0) : "";
    }

    private static Optional<String> nearest(String key, List<String> keys) {
        String plain = key.endsWith(".") ? key.substring(0, key.length() - 1) : key;
        return plain.isEmpty() ? Optional.empty() : Nearest.to(plain, keys);
    }

    private static List<String> tail(List<String> list) {
        return list.subList(1, list.size());
    }

    /** All values of an enumeration, in the spelling of settings. */
    static List<String> constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }
}
