package io.github.ppool.spring.boot.settings;

import java.lang.reflect.Constructor;
import org.springframework.beans.BeanUtils;

/**
 * A group of settings of which none is set. A YAML file that names a group, and has no names below it, has a blank
 * text in place of the group. Spring Boot converts the text with the method {@code valueOf} of the group's class, which
 * it finds by its name. The method throws {@link IllegalArgumentException} if the text is not blank.
 */
final class EmptyGroup {

    private EmptyGroup() {}

    static <R extends Record> R of(Class<R> type, String text) {
        check(text);
        // A record here has one constructor, registered for native images because Spring Boot binds by it.
        @SuppressWarnings("unchecked")
        Constructor<R> constructor = (Constructor<R>) type.getDeclaredConstructors()[0];
        return BeanUtils.instantiateClass(constructor, new Object[constructor.getParameterCount()]);
    }

    static void check(String text) {
        if (!text.isBlank()) {
            throw new IllegalArgumentException("must have settings below its name, got: " + text);
        }
    }
}
