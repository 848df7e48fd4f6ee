package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolKey;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Objects;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedMethod;

/**
 * The argument of a method that is the key of its calls.
 *
 * @param method the method of the bean's class
 * @param index the index of the parameter
 */
record KeyArgument(Method method, int index) {

    /**
     * Looks for the parameter with {@link PoolKey}, also in the interfaces and superclasses.
     *
     * @return null if there is none
     * @throws IllegalArgumentException if there are two, or the parameter can't be a key; with the reason
     */
    static @Nullable KeyArgument of(Method method) {
        KeyArgument found = null;
        for (MethodParameter parameter : new AnnotatedMethod(method).getMethodParameters()) {
            if (parameter.hasParameterAnnotation(PoolKey.class)) {
                if (found != null) {
                    throw new IllegalArgumentException(
                            "it has two parameters with @PoolKey: a call has one key, such as"
                                    + " a record of both");
                }
                if (parameter.getParameterType().isArray()) {
                    throw new IllegalArgumentException("its parameter with @PoolKey is an array: two arrays are never"
                            + " equal, so the calls would have no order");
                }
                found = new KeyArgument(method, parameter.getParameterIndex());
            }
        }
        return found;
    }

    /** Whether the method itself has such a parameter. Quick, because most methods have not. */
    static boolean isIn(Method method) {
        if (method.getParameterCount() > 0) {
            for (Annotation[] ofParameter : method.getParameterAnnotations()) {
                for (Annotation annotation : ofParameter) {
                    if (annotation instanceof PoolKey) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * The key of a call.
     *
     * @throws NullPointerException if the argument is null
     */
    Object of(MethodInvocation invocation) {
        return Objects.requireNonNull(invocation.getArguments()[index],
                () -> "the argument of the parameter with @PoolKey must not be null: parameter " + (index + 1) + " of "
                        + method.getName() + " of " + method.getDeclaringClass().getName());
    }
}
