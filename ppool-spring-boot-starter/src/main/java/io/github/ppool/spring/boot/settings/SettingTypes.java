package io.github.ppool.spring.boot.settings;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.core.ResolvableType;

/** The classes whose fields are settings. */
public final class SettingTypes {

    private SettingTypes() {}

    /**
     * Finds all classes whose fields are settings by reflection, from {@link PpoolProperties} on: the types of its
     * fields, the values of its maps, their superclasses, and so on. Any thread may call this method; it does not
     * block.
     *
     * @return the classes, without duplicates; not empty
     */
    public static Set<Class<?>> all() {
        Set<Class<?>> found = new LinkedHashSet<>();
        Deque<Class<?>> next = new ArrayDeque<>(List.of(PpoolProperties.class));
        while (!next.isEmpty()) {
            Class<?> type = next.remove();
            if (found.add(type)) {
                Stream.concat(
                        Stream.ofNullable(type.getSuperclass()),
                        Arrays.stream(type.getDeclaredFields()).map(ResolvableType::forField).flatMap(
                                SettingTypes::named))
                        .filter(SettingTypes::isGroup)
                        .forEach(next::add);
            }
        }
        return found;
    }

    /** The class of a type and those of its parameters: {@code Map<String, Group>} names three classes. */
    private static Stream<Class<?>> named(ResolvableType type) {
        return Stream.concat(
                Stream.of(type.toClass()), Arrays.stream(type.getGenerics()).flatMap(SettingTypes::named));
    }

    /** True if a value of this type is a group of settings. */
    static boolean isGroup(Class<?> type) {
        return SettingsGroup.class.isAssignableFrom(type) || type.getEnclosingClass() == PpoolProperties.class;
    }
}
