package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.PoolBroadcast;
import io.github.ppool.cluster.engine.BroadcastKey;
import io.github.ppool.cluster.engine.BroadcastRunner;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.settings.Nearest;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.Environment;

/**
 * The {@code PoolBroadcast} methods of the application. They are found when all beans are made that are not lazy, and
 * checked before any pool is started.
 */
final class BroadcastMethods implements SmartInitializingSingleton, Function<BroadcastKey, @Nullable BroadcastRunner> {

    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final Pools pools;
    private final DurablePools names;
    private final BroadcastPayloads payloads;
    private volatile Map<BroadcastKey, BroadcastMethod> methods = Map.of();

    BroadcastMethods(
            ConfigurableListableBeanFactory beans,
            Environment environment,
            Pools pools,
            DurablePools names,
            BroadcastPayloads payloads) {
        this.beans = beans;
        this.environment = environment;
        this.pools = pools;
        this.names = names;
        this.payloads = payloads;
    }

    @Override
    public @Nullable BroadcastRunner apply(BroadcastKey key) {
        return methods.get(key);
    }

    @Override
    public void afterSingletonsInstantiated() {
        Map<BroadcastKey, BroadcastMethod> found = new HashMap<>();
        for (String bean : beans.getBeanDefinitionNames()) {
            Class<?> type = ScopedProxyUtils.isScopedTarget(bean) ? null : type(bean);
            if (type != null) {
                annotated(type).forEach((method, annotation) -> add(found, read(bean, type, method, annotation)));
            }
        }
        methods = Map.copyOf(found);
    }

    private @Nullable Class<?> type(String bean) {
        try {
            return AutoProxyUtils.determineTargetClass(beans, bean);
        } catch (RuntimeException | LinkageError unloadable) {
            return null; // a bean that can't be inspected can't have been made
        }
    }

    private static Map<Method, PoolBroadcast> annotated(Class<?> type) {
        if (type.getName().startsWith("org.springframework.")
                || !AnnotationUtils.isCandidateClass(type, PoolBroadcast.class)) {
            return Map.of();
        }
        try {
            return MethodIntrospector.selectMethods(type, (Method method) -> AnnotatedElementUtils
                    .findMergedAnnotation(method, PoolBroadcast.class));
        } catch (IllegalStateException | LinkageError optionalLibraryMissing) {
            return Map.of();
        }
    }

    private BroadcastMethod read(String bean, Class<?> type, Method method, PoolBroadcast annotation) {
        BroadcastMethod read = BroadcastMethod.of(bean, type, method, resolved(type, method, annotation.pool()),
                resolved(type, method, annotation.name()), beans, pools, payloads);
        checkPool(read);
        if (beans.containsSingleton(bean)) {
            read.check();
        }
        return read;
    }

    private String resolved(Class<?> type, Method method, String text) {
        try {
            return environment.resolveRequiredPlaceholders(text);
        } catch (IllegalArgumentException missing) {
            throw BroadcastMethod.refused(BroadcastMethod.source(type, method),
                    "can't be used: " + missing.getMessage(), "Set the property, or give the placeholder a default.",
                    missing);
        }
    }

    private void checkPool(BroadcastMethod method) {
        String pool = method.key().pool();
        boolean isBean = beans.containsBean(pool) && beans.isTypeMatch(pool, PoolClient.class);
        Set<String> known = names.names();
        if (!isBean && !known.contains(pool)) {
            throw BroadcastMethod.refused(method.source(), "there is no pool '" + pool + "'",
                    known.isEmpty()
                            ? "Configure it: ppool.pools." + pool + ".worker names the bean that makes its workers."
                            : Nearest.asked(pool, known) + "These pools there are: "
                                    + String.join(", ", new TreeSet<>(known)) + ".",
                    null);
        }
        Class<?> worker = isBean && beans.containsBeanDefinition(pool)
                ? beans.getMergedBeanDefinition(pool).getResolvableType().as(PoolClient.class).getGeneric(0).resolve()
                : null;
        Class<?> parameter = method.workerType();
        if (worker != null && !parameter.isAssignableFrom(worker) && !worker.isAssignableFrom(parameter)) {
            throw BroadcastMethod.refused(method.source(), "its first parameter is a " + parameter.getName()
                    + ", while the workers of the pool '" + pool + "' are of " + worker.getName(),
                    "The first parameter is the worker. A second one, if there is one, is the payload.", null);
        }
    }

    private static void add(Map<BroadcastKey, BroadcastMethod> found, BroadcastMethod method) {
        BroadcastMethod other = found.putIfAbsent(method.key(), method);
        if (other != null) {
            throw BroadcastMethod.refused(method.source() + " (bean '" + method.bean() + "')",
                    "so is " + other.source() + " (bean '" + other.bean() + "'), both with the name '"
                            + method.key().name() + "' for the pool '" + method.key().pool() + "'",
                    "Give one of them another name.", null);
        }
    }
}
