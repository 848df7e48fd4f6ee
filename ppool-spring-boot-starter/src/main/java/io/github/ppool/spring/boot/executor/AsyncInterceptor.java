package io.github.ppool.spring.boot.executor;

import io.github.ppool.spring.boot.PoolTaskExecutor;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.scheduling.annotation.AnnotationAsyncExecutionInterceptor;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.ProxyAsyncConfiguration;

/**
 * Stands in the place of Spring's own interceptor of {@code @Async} methods, in the same place of the chain. Spring's
 * lookup finds the executor of a method. If it is that of a pool, the call is handed over so that it can be run again;
 * else Spring's interceptor gets the call. Any thread may use it.
 */
final class AsyncInterceptor extends AnnotationAsyncExecutionInterceptor {

    private final MethodInterceptor ofSpring;
    /** Whether a method without the name of an executor has the one that Spring's interceptor would take, too. */
    private final boolean knowsDefault;
    private final Map<Method, Optional<KeyArgument>> keys = new ConcurrentHashMap<>();

    /**
     * Makes an interceptor with the default executor and the handler of failures that {@code @EnableAsync} has.
     *
     * @param ofSpring gets all calls that no pool runs
     */
    AsyncInterceptor(MethodInterceptor ofSpring, ListableBeanFactory beans) {
        super(null);
        this.ofSpring = ofSpring;
        this.knowsDefault = beans.getBeanNamesForType(ProxyAsyncConfiguration.class, true, false).length > 0;
        setBeanFactory(beans);
        configure(
                () -> {
                    AsyncConfigurer configurer = configurer(beans);
                    return configurer == null ? null : configurer.getAsyncExecutor();
                },
                () -> {
                    AsyncConfigurer configurer = configurer(beans);
                    return configurer == null ? null : configurer.getAsyncUncaughtExceptionHandler();
                });
    }

    private static @Nullable AsyncConfigurer configurer(BeanFactory beans) {
        return beans.getBeanProvider(AsyncConfigurer.class).getIfUnique();
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object target = invocation.getThis();
        Class<?> returned = invocation.getMethod().getReturnType();
        boolean returnsFuture = returned == CompletableFuture.class || returned == Future.class;
        if (target != null && (returnsFuture || isVoid(returned))) {
            Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), AopUtils.getTargetClass(target));
            if ((knowsDefault || !qualifier(method).isEmpty())
                    && determineAsyncExecutor(method) instanceof PoolTaskExecutor pool) {
                KeyArgument key = keys.computeIfAbsent(method, of -> Optional.ofNullable(KeyArgument.of(of)))
                        .orElse(null);
                PoolTaskExecutor executor = pool.forMethods();
                return HandOver.call(invocation, method, key == null ? executor : executor.withKey(key.of(invocation)),
                        returnsFuture, this::handleError);
            }
        }
        return ofSpring.invoke(invocation);
    }

    private static boolean isVoid(Class<?> type) {
        return type == void.class || type.getName().equals("kotlin.Unit");
    }

    /** The name of the executor that the annotation of a method has, with its placeholders; empty if it has none. */
    String qualifier(Method method) {
        String qualifier = getExecutorQualifier(method);
        return qualifier == null ? "" : qualifier;
    }
}
