package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.PoolsListener;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
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
    private final Map<String, PoolHandle<Object>> handles = Collections.synchronizedMap(new LinkedHashMap<>());
    /** The PoolSpec beans whose pools are known already, by the name of the pool. */
    private final Map<String, String> declaredBy = new ConcurrentHashMap<>();
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
            if (isUsed(name)) {
                handles.put(name, new PoolHandle<>(name, () -> start(name)));
            }
        }
    }

    private boolean isUsed(String client) {
        return PoolBeanRegistrar.isPool(beans, client) && !beans.containsSingleton(client);
    }

    /** The handle of the pool of a {@code PoolSpec} bean, which is made now: only it knows the pool's name. */
    @SuppressWarnings("unchecked") // the type of a bean is only known to its definition
    PoolHandle<Object> declared(String specBean) {
        String name = beans.getBean(specBean, PoolSpec.class).name();
        String other = registrar.workers().containsKey(name)
                ? PoolNames.property(name)
                : declaredBy.putIfAbsent(name, specBean);
        if (other != null && !other.equals(specBean)) {
            throw new InvalidPpoolBeanException(
                    "The PoolSpec bean '" + specBean + "' makes the pool '" + name + "', but so does "
                            + (registrar.workers().containsKey(name) ? other : "the PoolSpec bean '" + other + "'")
                            + ".",
                    "Give one of the pools another name.",
                    null);
        }
        return handles.computeIfAbsent(name, pool -> new PoolHandle<>(pool, () -> start(pool)));
    }

    PoolHandle<Object> handle(String name) {
        return Objects.requireNonNull(handles.get(name), name);
    }

    /** Starts the pools that were not started by their first use. */
    void startAll() {
        // A clash of names is found before any pool is started.
        registrar.specBeans().forEach((client, specBean) -> {
            if (declaredBy.containsValue(specBean) || isUsed(client)) {
                declared(specBean);
            }
        });
        List.copyOf(handles.keySet()).forEach(this::start);
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

    @SuppressWarnings("unchecked") // the type of a bean is only known to its definition
    private PoolSpec<Object> spec(String name) {
        String specBean = declaredBy.get(name);
        if (specBean != null) {
            PoolSpec<Object> spec = beans.getBean(specBean, PoolSpec.class);
            warnOf("the PoolSpec bean '" + specBean + "'", spec);
            return spec;
        }
        WorkerBean worker = Objects.requireNonNull(registrar.workers().get(name), name);
        SettingProblems problems = new SettingProblems(registrar.environment());
        PoolSpec.Builder<Object> builder = SpecReader.read(
                name, worker.factory(beans), registrar.properties(), problems, beans.getBeanClassLoader());
        problems.throwIfAny(null);
        WorkerRestart read = builder.build().restart();
        customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
        PoolSpec<Object> spec = builder.build();
        if (!spec.restart().equals(read)) {
            // What the settings say was warned of when they were checked.
            warnOf("a PoolSpecCustomizer of the pool '" + name + "'", spec);
        }
        return spec;
    }

    private static void warnOf(String source, PoolSpec<?> spec) {
        if (spec.restart() instanceof WorkerRestart.ByPlan(RestartPolicy policy)) {
            policy.warnings()
                    .forEach(warning -> logger.warn("the restart plan {} of {}: {}", policy.plan(), source, warning));
        }
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
