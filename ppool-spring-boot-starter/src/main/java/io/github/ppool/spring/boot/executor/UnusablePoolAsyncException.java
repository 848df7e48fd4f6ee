package io.github.ppool.spring.boot.executor;

import java.lang.reflect.Method;

/** Reports a method with {@link io.github.ppool.spring.boot.PoolAsync} that can't be called on a pool. */
final class UnusablePoolAsyncException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusablePoolAsyncException(Method method, String why, Throwable cause) {
        super("The method " + method.getName() + " of " + method.getDeclaringClass().getName()
                + " is annotated with @PoolAsync, but " + why + ".", cause);
    }
}
