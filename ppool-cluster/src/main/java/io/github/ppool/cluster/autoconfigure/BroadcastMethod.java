package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.engine.BroadcastKey;
import io.github.ppool.cluster.engine.BroadcastRunner;
import io.github.ppool.pool.Broadcast;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ReflectionUtils;

/** A {@code PoolBroadcast} method of a bean. Any thread may run it. */
final class BroadcastMethod implements BroadcastRunner {

    private final String bean;
    private final Class<?> type;
    private final Method method;
    private final BroadcastKey key;
    private final BeanFactory beans;
    private final Pools pools;
    private final BroadcastPayloads payloads;

    private BroadcastMethod(
            String bean,
            Class<?> type,
            Method method,
            BroadcastKey key,
            BeanFactory beans,
            Pools pools,
            BroadcastPayloads payloads) {
        this.bean = bean;
        this.type = type;
        this.method = method;
        this.key = key;
        this.beans = beans;
        this.pools = pools;
        this.payloads = payloads;
    }

    /**
     * Reads a method.
     *
     * @throws ClusterStartException if it can't be used
     */
    static BroadcastMethod of(
            String bean, Class<?> type, Method method, String pool, String name, BeanFactory beans, Pools pools,
            BroadcastPayloads payloads) {
        String source = source(type, method);
        String wrong = Modifier.isStatic(method.getModifiers())
                ? "static"
                : Modifier.isPrivate(method.getModifiers()) ? "private" : null;
        if (wrong != null) {
            throw refused(source, "is " + wrong, "Remove " + wrong + ": the method is called on its bean.", null);
        }
        if (!beans.isSingleton(bean)) {
            throw refused(source, "is a method of the bean '" + bean + "', which is no singleton",
                    "Put the method into a singleton bean.", null);
        }
        int count = method.getParameterCount();
        if (count < 1 || count > 2) {
            throw refused(source, "has " + count + " parameters",
                    "The first parameter is the worker. A second one, if there is one, is the payload.", null);
        }
        Class<?> result = method.getReturnType();
        if (Future.class.isAssignableFrom(result) || CompletionStage.class.isAssignableFrom(result)
                || ReactiveAdapterRegistry.getSharedInstance().getAdapter(result) != null) {
            throw refused(source, "returns a " + result.getSimpleName()
                    + ": its return would end the work before it is done",
                    "Let the method do its work before it returns; it runs on the worker's own process.", null);
        }
        BroadcastKey key;
        try {
            key = new BroadcastKey(pool, name);
        } catch (IllegalArgumentException rule) {
            throw refused(source, "can't be used: " + rule.getMessage(),
                    "Correct it, for example @PoolBroadcast(pool = \"mail\", name = \"reload-certificates\").", rule);
        }
        return new BroadcastMethod(bean, type, method, key, beans, pools, payloads);
    }

    static ClusterStartException refused(
            String source, String rule, String remedy, @Nullable Throwable cause) {
        return new ClusterStartException(
                "The method " + source + " is annotated with @PoolBroadcast, and " + rule + ".", remedy, cause);
    }

    static String source(Class<?> type, Method method) {
        return type.getName() + "." + method.getName();
    }

    String source() {
        return source(type, method);
    }

    BroadcastKey key() {
        return key;
    }

    String bean() {
        return bean;
    }

    Class<?> workerType() {
        return new MethodParameter(method, 0).withContainingClass(type).getParameterType();
    }

    /** The bean, and the method to call on it: that of its proxy, if it has one. */
    private record Target(Object bean, Method method) {}

    /**
     * Finds the bean and the method of its proxy.
     *
     * @throws ClusterStartException if the proxy can't call the method
     */
    void check() {
        var unused = target();
    }

    private Target target() {
        Object made = beans.getBean(bean);
        if (AopUtils.isCglibProxy(made) && Modifier.isFinal(method.getModifiers())) {
            throw refused(source(), "is final, and the bean '" + bean + "' has a proxy that can't override it",
                    "Remove final.", null);
        }
        try {
            Method invocable = AopUtils.selectInvocableMethod(method, made.getClass());
            ReflectionUtils.makeAccessible(invocable);
            return new Target(made, invocable);
        } catch (IllegalStateException notInProxy) {
            throw refused(source(), "the proxy of the bean '" + bean + "' does not have it",
                    "Declare the method in an interface of the bean, or use proxies of its class"
                            + " (spring.aop.proxy-target-class=true).",
                    notInProxy);
        }
    }

    @Override
    public CompletionStage<? extends Broadcast<?>> run(@Nullable String json, Duration within) {
        PoolClient<?> pool = pools.pool(key.pool())
                .or(() -> pools.group(key.pool()).map(group -> group))
                .orElseThrow(() -> new IllegalStateException("the pool '" + key.pool() + "' does not run"));
        Target target = target();
        Object payload = null;
        if (method.getParameterCount() == 2) {
            payload = json == null ? null : payloads.read(json, payloadType());
        } else if (json != null) {
            throw new IllegalArgumentException("payload must be null, because the method " + source() + " has none");
        }
        @Nullable
        Object read = payload;
        return pool.broadcast(within, worker -> call(target, worker, read));
    }

    private Type payloadType() {
        return GenericTypeResolver.resolveType(method.getGenericParameterTypes()[1], type);
    }

    private void call(Target target, Object worker, @Nullable Object payload) throws Exception {
        try {
            if (method.getParameterCount() == 2) {
                target.method().invoke(target.bean(), worker, payload);
            } else {
                target.method().invoke(target.bean(), worker);
            }
        } catch (InvocationTargetException thrown) {
            ReflectionUtils.rethrowException(thrown.getTargetException());
        }
    }
}
