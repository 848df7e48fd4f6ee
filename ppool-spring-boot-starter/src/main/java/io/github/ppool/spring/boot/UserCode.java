package io.github.ppool.spring.boot;

import org.springframework.core.DecoratingProxy;
import org.springframework.util.ClassUtils;

/** Finds the class in the source code for an object of a class that was generated from it. */
public final class UserCode {

    private UserCode() {}

    /**
     * The class of the code that an object runs.
     *
     * @param object any object; a proxy of Spring stands for its target, and a decorator for the object that it
     *     decorates
     * @return the class of the object; the superclass for a class that Spring has generated, and the enclosing class
     *     for a lambda
     */
    public static Class<?> of(Object object) {
        Class<?> type = object instanceof DecoratingProxy proxy ? proxy.getDecoratedClass() : object.getClass();
        Class<?> written = ClassUtils.getUserClass(type);
        return written.isHidden() ? written.getNestHost() : written;
    }

    /**
     * The name of the class of the code that an object runs.
     *
     * @param object any object, as for {@link #of}
     * @return the full name of the class
     */
    public static String nameOf(Object object) {
        return of(object).getName();
    }
}
