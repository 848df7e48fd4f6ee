package io.github.ppool.test.cluster;

import io.github.ppool.cluster.engine.PoolPermits;
import io.github.ppool.cluster.engine.Singletons;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * A cluster in one JVM, for tests: each node is an application context, the store is in memory, and the time of all of
 * them stands still until the test moves it on. So a take-over that takes 18 seconds is tested in less than one.
 *
 * <p>One thread uses a tester, that of the test. Each method that waits does so for at most ten seconds of real time,
 * and then throws an {@link AssertionError} that names the awaited state.
 */
public final class ClusterTester implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** The real time for which no process must have run. */
    private static final Duration STILL = Duration.ofMillis(10);

    private final Duration lease;
    private final ManualClock clock = new ManualClock();
    private final LeaseStore store = new MemoryLeaseStore(clock);
    private final List<TestNode> nodes = new ArrayList<>();

    private ClusterTester(Duration lease) {
        this.lease = lease;
    }

    /**
     * A cluster without nodes, with the default lease of 15 seconds.
     *
     * @return a new tester
     */
    public static ClusterTester create() {
        return withLease(Duration.ofSeconds(15));
    }

    /**
     * A cluster without nodes.
     *
     * @param lease the length of each node's lease, at least three seconds
     * @return a new tester
     */
    public static ClusterTester withLease(Duration lease) {
        return new ClusterTester(Objects.requireNonNull(lease, "lease must not be null"));
    }

    /**
     * The clock of the store and of all nodes. {@link #advance} moves it on.
     *
     * @return the clock
     */
    public ManualClock clock() {
        return clock;
    }

    /**
     * The store of the cluster, as a node sees it that is never cut off.
     *
     * @return the store
     */
    public LeaseStore store() {
        return store;
    }

    /**
     * Starts a node: the application, without a web server, with the lease and the name of the node as settings. Blocks
     * until it has started. {@link #close} stops it.
     *
     * @param name the name of the node
     * @param application the class with {@code @SpringBootApplication}, or a configuration
     * @param properties further settings, such as {@code ppool.pools.smtp.cluster-limit=3}
     * @return the node
     * @throws IllegalArgumentException if a property has no {@code =}
     */
    public TestNode start(String name, Class<?> application, String... properties) {
        NodeClock nodeClock = new NodeClock(clock);
        NodeStore nodeStore = new NodeStore(name, store, nodeClock);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("ppool.cluster.node-name", name);
        settings.put("ppool.cluster.lease", lease.toMillis() + "ms");
        settings.put("ppool.keep-alive", "false");
        for (String property : properties) {
            int equals = property.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("a property must be key=value, got: " + property);
            }
            settings.put(property.substring(0, equals), property.substring(equals + 1));
        }
        ConfigurableApplicationContext context = new SpringApplicationBuilder(application)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .registerShutdownHook(false)
                .initializers(made -> prepare(made, settings, nodeClock, nodeStore))
                .run();
        TestNode node = new TestNode(name, nodeClock, nodeStore, context);
        nodes.add(node);
        settle();
        return node;
    }

    private static void prepare(
            ConfigurableApplicationContext context,
            Map<String, Object> settings,
            NodeClock nodeClock,
            NodeStore nodeStore) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("ppool-cluster-tester", settings));
        GenericApplicationContext beans = (GenericApplicationContext) context;
        beans.registerBean(
                "ppoolProcessSystem",
                ProcessSystem.class,
                () -> new ProcessSystem(nodeClock, beans.getBeanFactory().getBeanClassLoader()));
        beans.registerBean("ppoolLeaseStore", LeaseStore.class, () -> nodeStore);
    }

    // ---- the time

    /**
     * Lets time go by, in steps of a tenth of the lease, and lets all nodes act after each step.
     *
     * @param time the time to go by; zero lets the timers run that are due
     */
    public void advance(Duration time) {
        Duration left = time;
        Duration step = lease.dividedBy(10);
        do {
            Duration next = left.compareTo(step) < 0 ? left : step;
            clock.advance(next);
            settle();
            left = left.minus(next);
        } while (left.isPositive());
    }

    /**
     * Waits until no node acts any more unless the time goes on or code outside of ppool acts. A process that works, or
     * waits outside of ppool, is not at rest.
     */
    public void settle() {
        await("all nodes to come to rest", () -> {
            long before = waits();
            return isAtRest() && sleepStill() && isAtRest() && before == waits();
        });
    }

    private boolean isAtRest() {
        return nodes.stream().allMatch(TestNode::isAtRest);
    }

    private long waits() {
        return nodes.stream().mapToLong(TestNode::waits).sum();
    }

    private static boolean sleepStill() {
        try {
            Thread.sleep(STILL);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the nodes come to rest", interrupted);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + PATIENCE.toSeconds() + " s for " + what);
            }
            sleepStill();
        }
    }

    // ---- the loops of the cluster, and the permits

    /**
     * The node that has a loop of the cluster, as the store knows it.
     *
     * @param singleton the name of the bean
     * @return the name of the node; empty if none has it
     */
    public Optional<String> holder(String singleton) {
        return permits(Singletons.PREFIX + singleton).stream()
                .flatMap(ClusterTester::holderOf)
                .findFirst();
    }

    /**
     * The token of the present or last holder of a loop of the cluster.
     *
     * @param singleton the name of the bean
     * @return zero if there was no holder
     */
    public long token(String singleton) {
        return permits(Singletons.PREFIX + singleton).stream()
                .mapToLong(LeaseSnapshot.PermitRow::token)
                .max()
                .orElse(0);
    }

    /**
     * Waits until a node has a loop of the cluster. The time stands still meanwhile, so {@link #advance} comes first.
     *
     * @param singleton the name of the bean
     * @param node the name of the node
     */
    public void awaitHolder(String singleton, String node) {
        await("the node '" + node + "' to have the loop '" + singleton + "', which " + holder(singleton) + " has",
                () -> holder(singleton).filter(node::equals).isPresent());
    }

    /**
     * The number of permits of a pool that a node holds, as the store knows it.
     *
     * @param pool the name of the pool
     * @param node the name of the node
     * @return zero or more
     */
    public int held(String pool, String node) {
        return (int) permits(PoolPermits.PREFIX + pool).stream()
                .flatMap(ClusterTester::holderOf)
                .filter(node::equals)
                .count();
    }

    private static Stream<String> holderOf(LeaseSnapshot.PermitRow permit) {
        NodeId holder = permit.holder();
        return holder == null ? Stream.empty() : Stream.of(holder.name());
    }

    private List<LeaseSnapshot.PermitRow> permits(String name) {
        try (LeaseSession session = store.open(Duration.ofSeconds(1))) {
            return session.snapshot().permits().stream().filter(permit -> permit.name().equals(name)).toList();
        }
    }

    /** Ends all nodes, in the order of their starts. Nodes that were stopped stay so. */
    @Override
    public void close() {
        nodes.forEach(TestNode::end);
    }
}
