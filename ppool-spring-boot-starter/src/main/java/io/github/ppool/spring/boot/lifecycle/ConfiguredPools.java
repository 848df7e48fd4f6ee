package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.ClusterLimits;
import io.github.ppool.spring.boot.ClusterRates;
import io.github.ppool.spring.boot.DurableSettings;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import io.github.ppool.spring.boot.PoolStarts;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.beans.InvalidPpoolBeanException;
import io.github.ppool.spring.boot.beans.PoolBeanRegistrar;
import io.github.ppool.spring.boot.beans.PoolClients;
import io.github.ppool.spring.boot.beans.WorkerBean;
import io.github.ppool.spring.boot.settings.DependsOn;
import io.github.ppool.spring.boot.settings.InvalidPoolSettingsException;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PoolOrder;
import io.github.ppool.spring.boot.settings.PoolProperties;
import io.github.ppool.spring.boot.settings.PortReader;
import io.github.ppool.spring.boot.settings.PpoolProperties;
import io.github.ppool.spring.boot.settings.RunTimeSettings;
import io.github.ppool.spring.boot.settings.SettingProblems;
import io.github.ppool.spring.boot.settings.SettingsBinder;
import io.github.ppool.spring.boot.settings.SpecReader;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The configured pools: their clients, and their starts, with the application or later. */
public final class ConfiguredPools implements PoolClients, PoolsListener, PoolStarts {

    private static final GuardedLog logger = GuardedLog.of(ConfiguredPools.class);

    private final PoolBeanRegistrar registrar;
    private final ConfigurableListableBeanFactory beans;
    private final Pools pools;
    private final ObjectProvider<PoolSpecCustomizer> customizers;
    private final ObjectProvider<ClusterLimits> limits;
    private final ObjectProvider<ClusterRates> rates;
    private final Map<String, RestartablePoolClient<Object>> handles = Collections
            .synchronizedMap(new LinkedHashMap<>());
    /** The PoolSpec beans of known pools, by the name of the pool. */
    private final Map<String, String> declaredBy = new ConcurrentHashMap<>();
    /** The dependencies of pools that were started at run time. */
    private final Map<String, List<String>> atRunTime = new ConcurrentHashMap<>();
    /** The pools that this context has started. */
    private final Set<String> startedHere = ConcurrentHashMap.newKeySet();
    /** True if the bean of all pools belongs to this context, and not to a context above. */
    private final boolean isOwner;
    /** The configured pools of the context above, which starts them; null if it has none. */
    private final @Nullable ConfiguredPools above;
    /**
     * The locks of starts, by the name of the pool. Two threads may use a pool for the first time at the same moment.
     * Each pool has its own lock, because a start may wait for workers that use another pool.
     */
    private final Map<String, ReentrantLock> starting = new ConcurrentHashMap<>();
    private final ConfiguredGroups groups;

    /**
     * The pools of an application; none is started yet.
     *
     * @param registrar the settings
     * @param beans the bean factory of the workers
     * @param pools starts the pools
     * @param customizers the customizers of the specifications
     * @param limits makes the gates of pools that share a limit with other nodes
     * @param rates makes the rates that pools share with other nodes
     */
    public ConfiguredPools(
            PoolBeanRegistrar registrar,
            ConfigurableListableBeanFactory beans,
            Pools pools,
            ObjectProvider<PoolSpecCustomizer> customizers,
            ObjectProvider<ClusterLimits> limits,
            ObjectProvider<ClusterRates> rates) {
        this.registrar = registrar;
        this.beans = beans;
        this.pools = pools;
        this.customizers = customizers;
        this.limits = limits;
        this.rates = rates;
        this.isOwner = beans.getBeanNamesForType(Pools.class, true, false).length > 0;
        BeanFactory parent = beans.getParentBeanFactory();
        this.above = parent == null ? null : parent.getBeanProvider(ConfiguredPools.class).getIfUnique();
        for (String name : registrar.workers().keySet()) {
            // A test may have replaced the definition or the bean by a mock. No code uses the pool then.
            if (isUsed(name)) {
                handles.put(name, new RestartablePoolClient<>(name, () -> start(name)));
            }
        }
        this.groups = new ConfiguredGroups(registrar.groups(), pools, this::startMember);
    }

    /** A member that is a pool of a context above, or that was started at run time, exists already. */
    private void startMember(String name) {
        if (pools.pool(name).isEmpty()) {
            declareAll();
            if (handles.containsKey(name)) {
                start(name);
            }
        }
    }

    @Override
    public PoolGroup<?> group(String name) {
        return groups.handle(name);
    }

    private boolean isUsed(String client) {
        return PoolBeanRegistrar.isPool(beans, client) && !beans.containsSingleton(client);
    }

    /**
     * The client of the pool of a {@code PoolSpec} bean. That bean is made now, because only the bean knows the name of
     * the pool.
     */
    @Override
    @SuppressWarnings("unchecked") // the type of a bean is only known to its definition
    public RestartablePoolClient<Object> declared(String specBean) {
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
        return handles.computeIfAbsent(name, pool -> new RestartablePoolClient<>(pool, () -> start(pool)));
    }

    @Override
    public RestartablePoolClient<Object> handle(String name) {
        return Objects.requireNonNull(handles.get(name), name);
    }

    /** Starts the pools that no earlier use has started. */
    void startAll() {
        if (!isOwner && !registrar.supervised().loops().isEmpty()
                && beans.getBeanNamesForType(SupervisionTrees.class, true, false).length == 0) {
            logger.warn(
                    "the beans {} are annotated with @Supervised in a context whose parent has the supervision trees:"
                            + " nothing supervises them; move them to the parent",
                    registrar.supervised().loops().keySet());
        }
        // A clash of names is found before any pool is started.
        declareAll();
        PoolOrder order = order();
        List<String> cycle = order.cycle();
        if (!cycle.isEmpty()) {
            // The settings alone have no cycle: a PoolSpec bean is part of it.
            throw new InvalidPpoolBeanException(
                    "Pools depend on each other in a circle: " + String.join(" -> ", cycle) + ".",
                    "Take one of them out of depends-on in the settings, or of @DependsOn at a PoolSpec bean.",
                    null);
        }
        for (String name : order.dependenciesFirst(List.copyOf(handles.keySet()))) {
            start(name);
        }
        startGroups();
    }

    /** Starts the groups, after their members. */
    void startGroups() {
        groups.startAll();
    }

    /** Stops the groups, after their members. */
    void stopGroups() {
        groups.stopAll();
    }

    private void declareAll() {
        for (Map.Entry<String, String> client : registrar.specBeans().entrySet()) {
            if (declaredBy.containsValue(client.getValue()) || isUsed(client.getKey())) {
                declared(client.getValue());
            }
        }
        if (declaredBy.size() == registrar.specBeans().size()) { // else a test has replaced a client
            registrar.checkSettingsOf(knownFromBeans());
        }
    }

    private Set<String> knownFromBeans() {
        Set<String> known = new TreeSet<>(declaredBy.keySet());
        if (above != null) {
            known.addAll(above.knownFromBeans());
        }
        return known;
    }

    /** The dependencies between pools, by the names of the pools. */
    PoolOrder order() {
        Map<String, List<String>> dependsOn = new LinkedHashMap<>(atRunTime);
        for (Map.Entry<String, PoolProperties> pool : registrar.properties().getPools().entrySet()) {
            List<String> needed = pool.getValue().getDependsOn();
            if (needed != null) {
                dependsOn.putIfAbsent(pool.getKey(), needed.stream().map(this::poolOfBean).toList());
            }
        }
        for (Map.Entry<String, String> pool : declaredBy.entrySet()) {
            String specBean = pool.getValue();
            String[] needed = beans.containsBeanDefinition(specBean)
                    ? beans.getBeanDefinition(specBean).getDependsOn()
                    : null;
            if (needed != null) {
                dependsOn.put(pool.getKey(), Arrays.stream(needed).map(this::poolOfBean).toList());
            }
        }
        return new PoolOrder(dependsOn);
    }

    /** The pool of a client. The client of a PoolSpec bean may have another name than its pool. */
    private String poolOfBean(String client) {
        String specBean = registrar.specBeans().get(client);
        return declaredBy.entrySet().stream()
                .filter(pool -> pool.getValue().equals(specBean))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(client);
    }

    private PoolClient<Object> start(String name) {
        RestartablePoolClient<Object> handle = handle(name);
        // A pool can be used while its start waits for its workers: callers that help to make the workers don't wait
        // for that start.
        PoolClient<?> running = pools.pool(name).orElse(null);
        if (running != null) {
            poolStarted(running);
        }
        if (handle.isStarted()) {
            return handle;
        }
        ReentrantLock lock = starting.computeIfAbsent(name, unused -> new ReentrantLock());
        lock.lock();
        try {
            if (!handle.isStarted()) {
                startNow(spec(name));
            }
            return handle;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts a pool of this context. Its client then follows the pool, even if the bean of all pools is not the
     * starter's.
     */
    PoolClient<?> startNow(PoolSpec<?> spec) {
        PoolClient<?> started = pools.startPool(spec);
        startedHere.add(spec.name());
        poolStarted(started);
        return started;
    }

    /**
     * The pools that start and stop with this context: all pools, or its own pools if the bean of all pools belongs to
     * the context above.
     */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(pools.names());
        if (!isOwner) {
            names.retainAll(startedHere);
        }
        return names;
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
        return spec(name, worker, registrar.properties(), new SettingProblems(registrar.environment()));
    }

    private PoolSpec<Object> spec(
            String name, WorkerBean worker, PpoolProperties properties, SettingProblems problems) {
        PoolSpec.Builder<Object> builder = SpecReader.read(
                name, worker.factory(beans), properties, problems, beans.getBeanClassLoader());
        applyClusterLimit(name, builder, properties, problems);
        applyClusterRate(name, builder, properties, problems);
        problems.throwIfAny(null);
        WorkerRestart read = builder.build().restart();
        customizers.orderedStream().forEach(customizer -> customizer.customize(name, builder));
        PoolSpec<Object> spec = builder.build();
        if (!spec.restart().equals(read)) {
            // Warnings about the settings were logged when they were checked.
            warnOf("a PoolSpecCustomizer of the pool '" + name + "'", spec);
        }
        return spec;
    }

    private void applyClusterLimit(
            String name, PoolSpec.Builder<Object> builder, PpoolProperties properties, SettingProblems problems) {
        Integer limit = SpecReader.clusterLimit(name, properties);
        if (limit == null || limit < 1) {
            return; // none, or a problem that is known
        }
        ClusterLimits cluster = limits.getIfUnique();
        if (cluster == null) {
            PoolProperties own = properties.getPools().get(name);
            boolean isOwn = own != null && own.getClusterLimit() != null;
            problems.add(
                    (isOwn ? PoolNames.property(name) : PoolNames.DEFAULTS) + ".cluster-limit",
                    "a limit over several nodes needs the module ppool-cluster, and there is no bean of the type "
                            + ClusterLimits.class.getSimpleName(),
                    "Add the dependency ppool-cluster and a DataSource, or remove cluster-limit.");
        } else {
            builder.gate(cluster.gate(name, limit));
        }
    }

    private void applyClusterRate(
            String name, PoolSpec.Builder<Object> builder, PpoolProperties properties, SettingProblems problems) {
        Rate rate = SpecReader.clusterRate(name, properties);
        if (rate == null) {
            return; // none, or a problem that is known
        }
        ClusterRates cluster = rates.getIfUnique();
        if (cluster == null) {
            PoolProperties own = properties.getPools().get(name);
            boolean isOwn = own != null && own.getClusterRate() != null;
            problems.add(
                    (isOwn ? PoolNames.property(name) : PoolNames.DEFAULTS) + ".cluster-rate",
                    "a rate over several nodes needs the module ppool-cluster, and there is no bean of the type "
                            + ClusterRates.class.getSimpleName(),
                    "Add the dependency ppool-cluster and a DataSource, or remove cluster-rate.");
        } else {
            builder.sharedRate(cluster.rate(name, rate));
        }
    }

    @Override
    public boolean isKnown(String name) {
        return handles.containsKey(name) || (above != null && above.isKnown(name));
    }

    @Override
    public PoolClient<?> start(String name, Map<String, ?> settings) {
        if (pools.pool(name).isPresent()) {
            throw new IllegalStateException("there is a pool '" + name + "' already");
        }
        refuseIfAlike(name);
        if (above != null && !handles.containsKey(name) && above.isKnown(name)) {
            return above.start(name, settings);
        }
        if (declaredBy.containsKey(name) && !settings.isEmpty()) {
            throw new IllegalArgumentException("the pool '" + name + "' is declared by the PoolSpec bean '"
                    + declaredBy.get(name) + "' and is started as it is there: without settings");
        }
        if (settings.isEmpty() && isKnown(name)) {
            atRunTime.remove(name);
            return startNow(spec(name));
        }
        return startNow(read(name, settings));
    }

    /**
     * Refuses a name that Spring Boot does not distinguish from that of a configured pool. Such a pool would get the
     * settings of the configured one.
     */
    private void refuseIfAlike(String name) {
        Set<String> configured = registrar.properties().getPools().keySet();
        String other = configured.contains(name) ? name : PoolNames.spelledIn(configured, name);
        if (other != null && !other.equals(name)) {
            throw new IllegalArgumentException(PoolNames.property(name) + ": " + PoolNames.alike(name, other));
        }
        if (above != null) {
            above.refuseIfAlike(name);
        }
    }

    /** The pools that start with the application. Makes the PoolSpec beans. */
    Set<String> atStart() {
        Set<String> known = new TreeSet<>(registrar.workers().keySet());
        declareAll();
        known.addAll(declaredBy.keySet());
        if (above != null) {
            known.addAll(above.atStart());
        }
        return known;
    }

    /** The settings of a pool of this context, or of a context above, for durable tasks. */
    DurableSettings durable(String pool) {
        return above != null && !handles.containsKey(pool) && above.isKnown(pool)
                ? above.durable(pool)
                : registrar.durable(pool);
    }

    private Set<String> knownPools() {
        Set<String> known = new TreeSet<>(handles.keySet());
        known.addAll(pools.names());
        return known;
    }

    private PoolSpec<Object> read(String name, Map<String, ?> settings) {
        if (!PoolNames.isValid(name)) {
            throw new IllegalArgumentException(PoolNames.property(name) + ": " + PoolNames.RULE);
        }
        RunTimeSettings given = new RunTimeSettings(registrar.environment(), name, settings);
        SettingProblems problems = new SettingProblems(given);
        if (settings.keySet().stream().anyMatch(key -> key.equals("durable") || key.startsWith("durable."))) {
            problems.add(
                    PoolNames.property(name) + ".durable",
                    null,
                    "the settings for durable tasks can't be given at run time",
                    "Set them in the configuration of the application.");
        }
        if (settings.containsKey("executor")) {
            problems.add(
                    PoolNames.property(name) + ".executor",
                    null,
                    "a pool can't become an executor at run time, because beans are made at the start",
                    "Set it in the configuration of the application.");
        }
        try {
            PpoolProperties properties = SettingsBinder.bind(given);
            PoolProperties own = properties.getPools().getOrDefault(name, properties.getDefaults());
            PortReader.refuseGiven(name, own, registrar.properties().getPools().get(name), problems);
            WorkerBean worker = WorkerBean.find(beans, name, own, properties.getDefaults(), problems);
            if (worker == null) {
                problems.throwIfAny(null);
            }
            List<String> needed = Objects.requireNonNullElse(own.getDependsOn(), List.of());
            if (!needed.isEmpty()) { // else the other pools need not be inspected
                Map<String, List<String>> dependsOn = new LinkedHashMap<>(order().dependsOn());
                dependsOn.put(name, needed);
                DependsOn.check(name, dependsOn, knownPools(), problems);
            }
            PoolSpec<Object> spec = spec(name, Objects.requireNonNull(worker), properties, problems);
            problems.logWarnings();
            rememberDependencies(name, needed);
            return spec;
        } catch (InvalidPoolSettingsException invalid) {
            throw new IllegalArgumentException(given.tell(invalid.problems()), given.masked(invalid));
        } catch (RuntimeException failed) {
            // A bean or a customizer of the application has failed. Its message may contain secrets, which the author
            // of the settings must not see.
            logger.warn("the pool '{}' can't be started at run time: {}", name, FailureText.of(failed));
            throw new IllegalStateException("the pool '" + name + "' can't be made: " + SafeReason.of(failed), failed);
        }
    }

    private void rememberDependencies(String name, List<String> needed) {
        boolean isConfigured = registrar.properties().getPools().containsKey(name);
        if (needed.isEmpty() && !isConfigured) {
            atRunTime.remove(name);
        } else {
            atRunTime.put(name, needed); // a configured pool may have no dependencies now
        }
    }

    private static void warnOf(String source, PoolSpec<?> spec) {
        if (spec.restart() instanceof WorkerRestart.ByPlan(RestartPolicy policy)) {
            policy.warnings()
                    .forEach(warning -> logger.warn("the restart plan {} of {}: {}", policy.plan(), source, warning));
        }
    }

    /** Makes the client of a pool follow it, since any code may restart a pool that was stopped. */
    @Override
    @SuppressWarnings("unchecked") // a pool of the same name must have the same workers
    public void poolStarted(PoolClient<?> pool) {
        RestartablePoolClient<Object> handle = handles.get(pool.name());
        if (handle != null) {
            handle.follow((PoolClient<Object>) pool);
        }
    }
}
