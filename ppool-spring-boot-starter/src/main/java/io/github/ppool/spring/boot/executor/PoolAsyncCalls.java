package io.github.ppool.spring.boot.executor;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.spring.boot.PoolAsync;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.spring.boot.TaskDecorators;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.config.TaskManagementConfigUtils;
import org.springframework.util.ReflectionUtils;

/** The methods with {@link PoolAsync} of an application, and the executors of their pools. Any thread may use it. */
final class PoolAsyncCalls {

    private static final int NOT_IN_A_PROXY = Modifier.PRIVATE | Modifier.STATIC | Modifier.FINAL;

    private final ConfigurableBeanFactory beans;
    private final UnaryOperator<String> resolve;
    private final Map<MethodClassKey, Optional<PoolAsyncCall>> calls = new ConcurrentHashMap<>();
    private final Map<String, PoolTaskExecutor> executors = new ConcurrentHashMap<>();

    PoolAsyncCalls(ConfigurableBeanFactory beans, UnaryOperator<String> resolve) {
        this.beans = beans;
        this.resolve = resolve;
    }

    /**
     * Checks all methods of the class of a bean, before the bean is used. No pool is made.
     *
     * @throws UnusableMethodException if a method can't be called asynchronously
     */
    void check(Class<?> type) {
        ReflectionUtils.doWithMethods(type, method -> {
            try {
                PoolAsyncCall call = of(method, type);
                if (call != null) {
                    check(call);
                } else if (KeyArgument.isIn(method)) {
                    checkKey(method, type, beans);
                }
            } catch (IllegalArgumentException refused) {
                throw UnusableMethodException.of(method, refused);
            }
        }, method -> !method.isBridge() && !method.isSynthetic());
    }

    private void check(PoolAsyncCall call) {
        int hidden = call.method().getModifiers() & NOT_IN_A_PROXY;
        if (hidden != 0) {
            throw new IllegalArgumentException("it is " + Modifier.toString(hidden) + ", so no proxy can override it");
        }
        if (!isPool(call.pool(), beans)) {
            throw new IllegalArgumentException("there is no pool '" + call.pool() + "'");
        }
    }

    /**
     * Checks the methods that the class of a bean without {@link PoolAsync} declares itself.
     *
     * @throws UnusableMethodException if a method has a key without an effect
     */
    static void checkKeys(Class<?> type, BeanFactory beans) {
        for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
            if (KeyArgument.isIn(method)) {
                try {
                    checkKey(method, type, beans);
                } catch (IllegalArgumentException refused) {
                    throw UnusableMethodException.of(method, refused);
                }
            }
        }
    }

    /** A key would be ignored in silence if no pool runs the method. */
    private static void checkKey(Method method, Class<?> type, BeanFactory beans) {
        boolean asynchronous = AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(type, Async.class);
        if (!asynchronous) {
            throw new IllegalArgumentException("it has a parameter with @PoolKey, and no pool runs it: it has neither"
                    + " @PoolAsync nor @Async");
        }
        if (!beans.containsBean(TaskManagementConfigUtils.ASYNC_ANNOTATION_PROCESSOR_BEAN_NAME)) {
            throw new IllegalArgumentException("it has a parameter with @PoolKey, and @Async has no effect: no class of"
                    + " the application has @EnableAsync");
        }
    }

    /** Whether there is a pool of that name. No pool is made. */
    static boolean isPool(String name, BeanFactory beans) {
        try {
            return beans.isTypeMatch(name, PoolClient.class);
        } catch (NoSuchBeanDefinitionException unknown) {
            return false;
        }
    }

    /** The call of a method; null if the method is not asynchronous. */
    @Nullable
    PoolAsyncCall of(Method method, Class<?> target) {
        return calls.computeIfAbsent(new MethodClassKey(method, target), key -> find(method, target)).orElse(null);
    }

    private Optional<PoolAsyncCall> find(Method method, Class<?> target) {
        Method specific = AopUtils.getMostSpecificMethod(method, target);
        PoolAsync annotation = AnnotatedElementUtils.findMergedAnnotation(specific, PoolAsync.class);
        return annotation == null
                ? Optional.empty()
                : Optional.of(PoolAsyncCall.read(specific, annotation, resolve));
    }

    /** The executor of a pool, made with the first call. */
    PoolTaskExecutor executor(String pool) {
        return executors.computeIfAbsent(pool, name -> new PoolTaskExecutor(
                beans.getBean(name, PoolClient.class), TaskDecorators.of(beans)));
    }
}
