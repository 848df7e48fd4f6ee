package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.engine.TaskHandler;
import io.github.ppool.durable.store.ClaimedTask;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;
import tools.jackson.databind.JavaType;

/** Runs tasks by a method of a bean. A lazy bean is made by its first task. */
final class MethodTaskHandler implements TaskHandler {

    /** The bean, and the method to call on it: that of its proxy, if it has one. */
    private record Target(Object bean, Method method) {}

    private final TaskMethod method;
    private final UpgradeChain upgrades;
    private final JsonPayloads payloads;
    private final JavaType type;
    private final BeanFactory beans;
    private volatile @Nullable Target target;

    MethodTaskHandler(TaskMethod method, UpgradeChain upgrades, JsonPayloads payloads, BeanFactory beans) {
        this.method = method;
        this.upgrades = upgrades;
        this.payloads = payloads;
        this.type = payloads.typeOf(method);
        this.beans = beans;
    }

    @Override
    public String pool() {
        return method.pool();
    }

    @Override
    public String name() {
        return method.name();
    }

    @Override
    public int version() {
        return method.version();
    }

    @Override
    public Set<Integer> versions() {
        return upgrades.versions();
    }

    @Override
    public boolean transactional() {
        return method.transactional();
    }

    @Override
    public @Nullable Duration timeout() {
        return method.timeout();
    }

    @Override
    public @Nullable FireTimes fireTimes() {
        return method.fireTimes();
    }

    @Override
    public void run(Object worker, ClaimedTask row, DurableTask task) throws Throwable {
        List<TaskMethod.Parameter> kinds = method.parameters();
        @Nullable
        Object[] arguments = new Object[kinds.size()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = switch (kinds.get(i)) {
                case PAYLOAD -> payloads.read(row, type, method.version(), upgrades);
                case WORKER -> worker;
                case TASK -> task;
            };
        }
        Target called = target();
        try {
            called.method().invoke(called.bean(), arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getTargetException();
        }
    }

    /**
     * Finds the bean and the method of its proxy.
     *
     * @throws DurableStartException if the proxy can't call the method
     */
    Target target() {
        Target known = target;
        if (known == null) {
            known = find(beans.getBean(method.bean()));
            target = known;
        }
        return known;
    }

    private Target find(Object bean) {
        Method declared = method.method();
        if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(declared.getModifiers())) {
            throw new DurableStartException(
                    "The method " + method.source() + " is annotated with @PoolTask, but it is final, and the bean '"
                            + method.bean() + "' has a proxy that can't override it.",
                    "Remove final.", null);
        }
        Method invocable;
        try {
            invocable = AopUtils.selectInvocableMethod(declared, bean.getClass());
        } catch (IllegalStateException notInProxy) {
            throw new DurableStartException(
                    "The method " + method.source() + " is annotated with @PoolTask, but the proxy of the bean '"
                            + method.bean() + "' does not have it.",
                    "Declare the method in an interface of the bean, or use proxies of its class"
                            + " (spring.aop.proxy-target-class=true).",
                    notInProxy);
        }
        ReflectionUtils.makeAccessible(invocable);
        return new Target(bean, invocable);
    }
}
