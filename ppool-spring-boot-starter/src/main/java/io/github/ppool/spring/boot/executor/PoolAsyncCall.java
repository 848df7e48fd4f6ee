package io.github.ppool.spring.boot.executor;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * A method with {@link PoolAsync}, read and checked.
 *
 * @param method the method of the bean's class
 * @param pool the name of the pool
 * @param options the options of its calls
 * @param key the argument that is the key of a call; null if there is none
 * @param returnsFuture true if the caller gets a future; false for {@code void}
 */
record PoolAsyncCall(
        Method method, String pool, TaskOptions options, @Nullable KeyArgument key, boolean returnsFuture) {

    /**
     * Reads a method.
     *
     * @param resolve replaces placeholders
     * @throws IllegalArgumentException if the method or a value can't be used, with the reason
     */
    static PoolAsyncCall read(Method method, PoolAsync annotation, UnaryOperator<String> resolve) {
        Class<?> returned = method.getReturnType();
        boolean returnsFuture = returned != Object.class && returned.isAssignableFrom(CompletableFuture.class);
        if (!returnsFuture && returned != void.class) {
            throw new IllegalArgumentException("it returns " + returned.getName()
                    + ": an asynchronous method returns void, Future, CompletionStage or CompletableFuture");
        }
        String pool = resolve.apply(annotation.pool());
        if (pool.isBlank()) {
            throw new IllegalArgumentException("it names no pool");
        }
        TaskOptions options = TaskOptions.DEFAULT.withIndependent(true).withPriority(annotation.priority());
        Duration deadline = duration("deadline", resolve.apply(annotation.deadline()));
        if (deadline != null) {
            options = options.withDeadline(deadline);
        }
        Duration timeout = duration("timeout", resolve.apply(annotation.timeout()));
        if (timeout != null) {
            options = options.withTimeout(timeout);
        }
        RestartPolicy restart = policy(annotation, resolve);
        return new PoolAsyncCall(method, pool, restart == null ? options : options.withRestart(restart),
                KeyArgument.of(method), returnsFuture);
    }

    private static @Nullable Duration duration(String name, String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return DurationStyle.detectAndParse(text);
        } catch (IllegalArgumentException noDuration) {
            throw new IllegalArgumentException(
                    name + " must be a duration such as 500ms, 5s or 2m, got: " + ForeignText.of(text), noDuration);
        }
    }

    private static @Nullable RestartPolicy policy(PoolAsync annotation, UnaryOperator<String> resolve) {
        String plan = resolve.apply(annotation.plan());
        if (plan.isBlank() && annotation.on().length == 0) {
            return null;
        }
        Map<String, RestartPlan> on = new LinkedHashMap<>();
        for (PoolAsync.On each : annotation.on()) {
            if (each.value().length == 0) {
                throw new IllegalArgumentException("on must name a class of exceptions");
            }
            RestartPlan forThese = plan(resolve.apply(each.plan()));
            for (Class<? extends Throwable> type : each.value()) {
                if (on.putIfAbsent(type.getName(), forThese) != null) {
                    throw new IllegalArgumentException("on names " + type.getName() + " twice");
                }
            }
        }
        RestartCount count = RestartCount.parse(resolve.apply(annotation.count()));
        return RestartPolicy.of(PlanByReason.of(on, plan(plan))).withCount(count);
    }

    private static RestartPlan plan(String text) {
        String plan = text.strip();
        return plan.isEmpty()
                ? RestartPlan.EMPTY
                : RestartPlan.parse(plan.startsWith("[") ? plan : "[" + plan + "]");
    }

    /**
     * The executor of one call.
     *
     * @throws NullPointerException if the argument that is the key is null
     */
    PoolTaskExecutor executor(PoolTaskExecutor ofPool, MethodInvocation invocation) {
        return ofPool.withOptions(key == null ? options : options.withKey(key.of(invocation)));
    }
}
