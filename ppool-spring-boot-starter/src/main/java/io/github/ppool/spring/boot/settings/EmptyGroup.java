package io.github.ppool.spring.boot.settings;

import java.lang.reflect.Constructor;
import org.springframework.beans.BeanUtils;

/** A group of settings of which none is set, made of the blank text that stands in its place. */
final class EmptyGroup {

    private EmptyGroup() {}

    static <R extends Record> R of(Class<R> type, String text) {
        check(text);
        // A record here has one constructor, which is registered for native images since Spring Boot binds by it.
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
