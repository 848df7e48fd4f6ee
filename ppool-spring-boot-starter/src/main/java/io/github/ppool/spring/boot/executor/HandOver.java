package io.github.ppool.spring.boot.executor;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;

/**
 * Hands the call of a method over to a pool.
 *
 * <p>An invocation of Spring remembers how far its chain of interceptors has come. A second {@code proceed} would
 * therefore leave out the interceptors that the first one has passed, such as that of a transaction. So each attempt
 * has a clone of the invocation, as it was at the hand-over.
 */
final class HandOver {

    private HandOver() {}

    /** Gets the final failure of a method without a result. */
    interface Uncaught {
        /** May throw any exception, which the log gets. */
        void tell(Throwable failure, Method method, @Nullable Object[] arguments) throws Exception;
    }

    /**
     * Hands a call over.
     *
     * @param method the method of the bean's class
     * @param returnsFuture true if the caller gets the future of the call; else it gets null, and {@code uncaught} the
     *     failure
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the caller of the method gets the future
    static @Nullable Object call(MethodInvocation invocation, Method method, PoolTaskExecutor executor,
            boolean returnsFuture, Uncaught uncaught) {
        MethodInvocation atHandOver = copy(invocation);
        CompletableFuture<@Nullable Object> future = executor.<@Nullable Object>submitCompletable(
                () -> attempt(copy(atHandOver)));
        if (returnsFuture) {
            return future;
        }
        @Nullable
        Object[] arguments = invocation.getArguments();
        var unused = future.whenComplete((value, failure) -> {
            if (failure != null) {
                ForeignCode.tell("The AsyncUncaughtExceptionHandler of " + method,
                        () -> uncaught.tell(failure, method, arguments));
            }
        });
        return null;
    }

    private static MethodInvocation copy(MethodInvocation invocation) {
        if (invocation instanceof ProxyMethodInvocation proxied) {
            return proxied.invocableClone();
        }
        throw new IllegalStateException("a method that runs on a pool must be called through a proxy of Spring, got: "
                + invocation.getClass().getName());
    }

    /** One attempt, on the process of a worker. Waits for the future that the method returns. */
    private static @Nullable Object attempt(MethodInvocation invocation) throws Exception {
        Object returned;
        try {
            returned = invocation.proceed();
        } catch (Exception | Error thrown) {
            throw thrown;
        } catch (Throwable other) {
            throw new UndeclaredThrowableException(other);
        }
        Future<?> future = switch (returned) {
            case null -> null;
            case Future<?> running -> running;
            case CompletionStage<?> stage -> stage.toCompletableFuture();
            default -> null;
        };
        return future == null ? null : outcome(future);
    }

    private static @Nullable Object outcome(Future<?> future) throws Exception {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            future.cancel(true);
            throw interrupted;
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof CompletionException wrapped && wrapped.getCause() != null) {
                cause = wrapped.getCause();
            }
            if (cause instanceof Exception exception) {
                throw exception;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw failed;
        }
    }
}
