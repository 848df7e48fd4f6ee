package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolAsync;
import java.lang.reflect.Method;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Reports a method that no pool can run as its annotations say. */
final class UnusableMethodException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    private UnusableMethodException(String message, String action, Throwable cause) {
        super(message, cause);
        this.action = action;
    }

    /** A method whose annotation or signature is wrong. */
    static UnusableMethodException of(Method method, IllegalArgumentException why) {
        return of(method, "Correct the annotation or the method.", why);
    }

    /**
     * A method whose annotation or signature is wrong.
     *
     * @param action the sentence that names the change to make
     */
    static UnusableMethodException of(Method method, String action, IllegalArgumentException why) {
        return new UnusableMethodException("The method " + method.getName() + " of "
                + method.getDeclaringClass().getName()
                + (AnnotatedElementUtils.hasAnnotation(method, PoolAsync.class)
                        ? " is annotated with @PoolAsync, but "
                        : " can't run on a pool: ")
                + why.getMessage() + ".", action, why);
    }

    String action() {
        return action;
    }
}
