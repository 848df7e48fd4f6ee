package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolTaskExecutor;
import java.util.Objects;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.aop.support.AopUtils;

/** Hands the calls of methods with {@link io.github.ppool.spring.boot.PoolAsync} over to their pools. */
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
        PoolTaskExecutor executor = call.executor(calls.executor(call.pool()), invocation);
        return HandOver.call(invocation, call.method(), executor, call.returnsFuture(),
                (failure, method, arguments) -> uncaught.get().handleUncaughtException(failure, method, arguments));
    }
}
