package io.github.ppool.durable.beans;

import io.github.ppool.durable.PayloadUpgrade;
import io.github.ppool.durable.engine.TaskHandler;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.settings.Nearest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The handlers of this application. They are checked before any pool is started. */
public final class TaskHandlers implements SmartInitializingSingleton {

    private final TaskMethods methods;
    private final List<MethodTaskHandler> handlers;
    private final ConfigurableListableBeanFactory beans;

    /**
     * Makes the handlers of the methods that were found.
     *
     * @param registrar has found the methods
     * @param upgrades the upgrades of the application
     * @param payloads reads the payloads
     * @param pools the pools of the application
     * @param beans the beans of the methods
     * @throws DurableStartException if a method or an upgrade can't be used
     */
    public TaskHandlers(
            DurableQueueRegistrar registrar,
            List<PayloadUpgrade> upgrades,
            JsonPayloads payloads,
            DurablePools pools,
            ConfigurableListableBeanFactory beans) {
        this.methods = registrar.methods();
        this.beans = beans;
        if (!methods.list().isEmpty()) {
            checkPools(methods.list(), pools.names());
        }
        Map<String, UpgradeChain> chains = UpgradeChain.of(methods.list(), upgrades);
        this.handlers = methods.list().stream()
                .map(method -> new MethodTaskHandler(
                        method, Objects.requireNonNull(chains.get(method.name())), payloads, beans))
                .toList();
    }

    private static void checkPools(List<TaskMethod> methods, Set<String> pools) {
        for (TaskMethod method : methods) {
            if (!pools.contains(method.pool())) {
                throw new DurableStartException(
                        "The method " + method.source() + " runs the tasks named '" + method.name()
                                + "' on the pool '" + method.pool() + "', and there is no such pool.",
                        pools.isEmpty()
                                ? "Configure it: ppool.pools." + method.pool()
                                        + ".worker names the bean that makes its workers."
                                : Nearest.asked(method.pool(), pools) + "These pools there are: "
                                        + String.join(", ", new TreeSet<>(pools)) + ".",
                        null);
            }
        }
    }

    /**
     * The handlers.
     *
     * @return an unmodifiable list
     */
    public Collection<TaskHandler> list() {
        return List.copyOf(handlers);
    }

    /** Checks the proxies of the beans that are made; those of lazy beans are checked when they are made. */
    @Override
    public void afterSingletonsInstantiated() {
        methods.checkHidden(beans);
        for (int i = 0; i < handlers.size(); i++) {
            if (beans.containsSingleton(methods.list().get(i).bean())) {
                var unused = handlers.get(i).target();
            }
        }
    }
}
