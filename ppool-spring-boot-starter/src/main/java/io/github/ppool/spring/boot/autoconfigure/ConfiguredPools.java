package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.PoolsListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The pools of the configuration: their handles, and how to start them. */
final class ConfiguredPools implements PoolsListener {

    private static final Logger logger = LoggerFactory.getLogger(ConfiguredPools.class);

    private final PoolBeanRegistrar registrar;
    private final ConfigurableListableBeanFactory beans;
    private final Pools pools;
    private final ObjectProvider<PoolSpecCustomizer> customizers;
    private final Map<String, PoolHandle<Object>> handles = new LinkedHashMap<>();
    // Two threads may use a pool for the first time at the same moment.
    private final ReentrantLock starting = new ReentrantLock();

    ConfiguredPools(
            PoolBeanRegistrar registrar,
            ConfigurableListableBeanFactory beans,
            Pools pools,
            ObjectProvider<PoolSpecCustomizer> customizers) {
        this.registrar = registrar;
        this.beans = beans;
        this.pools = pools;
        this.customizers = customizers;
        for (String name : registrar.workers().keySet()) {
            // A test may have put a mock in the place of the definition or of the bean: then there is nobody to use the pool.
            if (PoolBeanRegistrar.isPool(beans, name) && !beans.containsSingleton(name)) {
                handles.put(name, new PoolHandle<>(name, () -> start(name)));
            }
        }
    }

    PoolHandle<Object> handle(String name) {
        return Objects.requireNonNull(handles.get(name), name);
    }

    /** Starts the pools that were not started by their first use. */
    void startAll() {
        handles.keySet().forEach(this::start);
    }

    private PoolClient<Object> start(String name) {
        starting.lock();
        try {
            PoolHandle<Object> handle = handle(name);
            if (!handle.isStarted()) {
                handle.follow(pools.startPool(spec(name)));
            }
            return handle;
        } finally {
            starting.unlock();
        }
    }

    private PoolSpec<Object> spec(String name) {
        WorkerBean worker = Objects.requireNonNull(registrar.workers().get(name), name);
        SettingProblems problems = new SettingProblems(registrar.environment());
        PoolSpec.Builder<Object> builder = SpecReader.read(
                name, worker.factory(beans), registrar.properties(), problems, beans.getBeanClassLoader());
        problems.throwIfAny(null);
        customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
        PoolSpec<Object> spec = builder.build();
        if (spec.restart() instanceof io.github.ppool.pool.WorkerRestart.ByPlan byPlan) {
            byPlan.policy()
                    .warnings()
                    .forEach(warning -> logger.warn("{}.restart: {}", PoolNames.property(name), warning));
        }
        return spec;
    }

    /** A pool that was stopped may be started again, by whomever: its handle follows. */
    @Override
    @SuppressWarnings("unchecked") // a pool of the same name has the same workers, or its users find out
    public void poolStarted(PoolClient<?> pool) {
        PoolHandle<Object> handle = handles.get(pool.name());
        if (handle != null) {
            handle.follow((PoolClient<Object>) pool);
        }
    }
}
