package io.github.ppool.spring.boot.executor;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.support.AopUtils;

/**
 * Hands the call of a method over to a pool.
 *
 * <p>An invocation of Spring remembers how far its chain of interceptors has come. A second {@code proceed} would
 * therefore leave out the interceptors that the first one has passed, such as that of a transaction. So each attempt
 * has a clone of the invocation, as it was at the hand-over.
 */
final class PoolAsyncInterceptor implements MethodInterceptor {

    private final PoolAsyncCalls calls;
    private final Supplier<AsyncUncaughtExceptionHandler> uncaught;

    PoolAsyncInterceptor(PoolAsyncCalls calls, Supplier<AsyncUncaughtExceptionHandler> uncaught) {
        this.calls = calls;
        this.uncaught = uncaught;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        PoolAsyncCall call = calls.of(
                invocation.getMethod(), AopUtils.getTargetClass(Objects.requireNonNull(target)));
        if (call == null) {
            return invocation.proceed(); // another method that the same proxy has
        }
        MethodInvocation atHandOver = copy(invocation);
        PoolTaskExecutor executor = call.executor(calls.executor(call.pool()));
        CompletableFuture<@Nullable Object> future = executor.<@Nullable Object>submitCompletable(
                () -> attempt(copy(atHandOver)));
        if (call.returnsFuture()) {
            return future;
        }
        Method method = call.method();
        @Nullable
        Object[] arguments = invocation.getArguments();
        var unused = future.whenComplete((value, failure) -> {
            if (failure != null) {
                ForeignCode.tell("The AsyncUncaughtExceptionHandler of " + method,
                        () -> uncaught.get().handleUncaughtException(failure, method, arguments));
            }
        });
        return null;
    }

    private static MethodInvocation copy(MethodInvocation invocation) {
        if (invocation instanceof ProxyMethodInvocation proxied) {
            return proxied.invocableClone();
        }
        throw new IllegalStateException("a method with @PoolAsync must be called through a proxy of Spring, got: "
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
