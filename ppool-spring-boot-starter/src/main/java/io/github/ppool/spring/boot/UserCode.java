package io.github.ppool.spring.boot;

import org.springframework.core.DecoratingProxy;
import org.springframework.util.ClassUtils;

/** Finds the class in the source code, where an object is of a class that was generated from it. */
public final class UserCode {

    private UserCode() {}

    /**
     * The class whose code an object runs.
     *
     * @param object any; a proxy of Spring stands for its target, and what decorates another class for that class
     * @return its class; if Spring has generated that, the superclass, and for a lambda the class around it
     */
    public static Class<?> of(Object object) {
        Class<?> type = object instanceof DecoratingProxy proxy ? proxy.getDecoratedClass() : object.getClass();
        Class<?> written = ClassUtils.getUserClass(type);
        return written.isHidden() ? written.getNestHost() : written;
    }

    /**
     * The name of the class whose code an object runs.
     *
     * @param object as for {@link #of}
     * @return its full name
     */
    public static String nameOf(Object object) {
        return of(object).getName();
    }
}
