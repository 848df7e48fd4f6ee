package io.github.ppool.cluster.metrics;

import io.github.ppool.cluster.ClusterSelf;
import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.LeasedPermitDesk;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.engine.NodeLeaseListener;
import io.github.ppool.cluster.engine.PermitFigures;
import io.github.ppool.cluster.engine.PoolPermits;
import io.github.ppool.cluster.engine.RateDesk;
import io.github.ppool.cluster.engine.RateFigures;
import io.github.ppool.cluster.engine.Singletons;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Renewal;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.spring.boot.PoolsListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * The meters of this node: its lease, the permits of its limited pools, and its loops of the cluster. They are removed
 * when the context is closed. The meters read the node's own knowledge and do not ask the database.
 *
 * <p>All methods may be called from any thread.
 */
public final class ClusterMetrics
        implements
            NodeLeaseListener,
            PoolsListener,
            ApplicationListener<ContextRefreshedEvent>,
            AutoCloseable {

    static final String HELD = "ppool.cluster.lease.held";
    static final String AGE = "ppool.cluster.lease.age";
    static final String RENEWALS = "ppool.cluster.lease.renewals";
    static final String LOSSES = "ppool.cluster.lease.losses";
    static final String TAKE_OVERS = "ppool.cluster.takeovers";
    static final String PERMITS_HELD = "ppool.cluster.permits.held";
    static final String PERMITS_WANTED = "ppool.cluster.permits.wanted";
    static final String PERMITS_LIMIT = "ppool.cluster.permits.limit";
    static final String RATE_SHARE = "ppool.cluster.rate.share";
    static final String RATE_USED = "ppool.cluster.rate.used";
    static final String RATE_WANTED = "ppool.cluster.rate.wanted";
    static final String RATE_LIMIT = "ppool.cluster.rate.limit";
    static final String SINGLETON_HELD = "ppool.cluster.singleton.held";

    static final String BROADCASTS_SENT = "ppool.cluster.broadcasts.sent";
    static final String BROADCASTS_BEGUN = "ppool.cluster.broadcasts.begun";

    private final MeterRegistry registry;
    private final NodeLease lease;
    private final LeasedPermitDesk desk;
    private final RateDesk rates;
    private final Singletons singletons;
    private final Collection<Meter> meters = new ConcurrentLinkedQueue<>();
    private final Counter renewals;
    private final Counter takeOvers;

    /**
     * Registers the meters of the lease. {@link #follow} makes the counters count.
     *
     * @param registry the registry of the meters
     * @param lease the lease of this node
     * @param desk the permits of this node
     * @param rates the shares of this node in the rates of its pools
     * @param singletons the loops of the cluster on this node
     * @param broadcasts the broadcasts of this node
     */
    public ClusterMetrics(MeterRegistry registry, NodeLease lease, LeasedPermitDesk desk, RateDesk rates,
            Singletons singletons, BroadcastDesk broadcasts) {
        this.registry = Objects.requireNonNull(registry, "registry must not be null");
        this.lease = Objects.requireNonNull(lease, "lease must not be null");
        this.desk = Objects.requireNonNull(desk, "desk must not be null");
        this.rates = Objects.requireNonNull(rates, "rates must not be null");
        this.singletons = Objects.requireNonNull(singletons, "singletons must not be null");
        meters.add(Gauge.builder(HELD, lease, node -> node.held() == null ? 0 : 1)
                .description("1 while this node holds its lease")
                .register(registry));
        meters.add(Gauge.builder(AGE, lease, node -> age(node.self()))
                .description("Time since the last successful heartbeat was sent")
                .baseUnit("seconds")
                .register(registry));
        meters.add(FunctionCounter.builder(LOSSES, lease, node -> node.self().losses())
                .description("Leases that this node has lost")
                .register(registry));
        meters.add(FunctionCounter.builder(BROADCASTS_SENT, broadcasts, BroadcastDesk::sentCount)
                .description("Broadcasts that this node has sent to all nodes")
                .register(registry));
        meters.add(FunctionCounter.builder(BROADCASTS_BEGUN, broadcasts, BroadcastDesk::begunCount)
                .description("Broadcasts of the cluster that this node has begun on its workers")
                .register(registry));
        renewals = Counter.builder(RENEWALS).description("Heartbeats that have succeeded").register(registry);
        takeOvers = Counter.builder(TAKE_OVERS)
                .description("Nodes without a lease that this node has taken over")
                .register(registry);
        meters.add(renewals);
        meters.add(takeOvers);
    }

    private static double age(ClusterSelf self) {
        Duration since = self.sinceHeartbeat();
        return since == null ? Double.NaN : since.toNanos() / 1e9;
    }

    /** Counts from now on. */
    public void follow() {
        lease.add(this);
    }

    @Override
    public void renewed(NodeId node, Renewal renewal, int tookOver) {
        renewals.increment();
        takeOvers.increment(tookOver);
    }

    /** Registers the meters of the pools and loops that have started with the application. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        desk.figures().stream()
                .filter(figures -> figures.name().startsWith(PoolPermits.PREFIX))
                .forEach(figures -> permits(figures.name().substring(PoolPermits.PREFIX.length())));
        rates.figures().forEach(figures -> rates(figures.pool()));
        singletons.names().forEach(name -> meters.add(Gauge
                .builder(SINGLETON_HELD, singletons, all -> all.holds(name) ? 1 : 0)
                .tag("singleton", name)
                .description("1 while the loop of the cluster runs on this node")
                .register(registry)));
    }

    /** Registers the meters of a pool that is started later. A second registration has no effect. */
    @Override
    public void poolStarted(PoolClient<?> pool) {
        if (figures(pool.name()) != null) {
            permits(pool.name());
        }
        if (rate(pool.name()) != null) {
            rates(pool.name());
        }
    }

    private void rates(String pool) {
        rates(pool, RATE_SHARE, "Hand-outs that this node may begin within the time of the rate", RateFigures::share);
        rates(pool, RATE_USED, "Hand-outs of this node within the time of the rate", RateFigures::used);
        rates(pool, RATE_WANTED, "Hand-outs that this node wants in addition", RateFigures::wanted);
        rates(pool, RATE_LIMIT, "Hand-outs that all nodes may begin within the time of the rate", RateFigures::limit);
    }

    private void rates(String pool, String meter, String description, ToIntFunction<RateFigures> figure) {
        meters.add(Gauge
                .builder(meter, rates, now -> {
                    RateFigures figures = rate(pool);
                    return figures == null ? Double.NaN : figure.applyAsInt(figures);
                })
                .tag("pool", pool)
                .description(description)
                .baseUnit("handouts")
                .register(registry));
    }

    private @Nullable RateFigures rate(String pool) {
        return rates.figures().stream().filter(figures -> figures.pool().equals(pool)).findFirst().orElse(null);
    }

    private void permits(String pool) {
        permits(pool, PERMITS_HELD, "Permits that this node holds", PermitFigures::held);
        permits(pool, PERMITS_WANTED, "Permits that this node wants in addition", PermitFigures::wanted);
        permits(pool, PERMITS_LIMIT, "Permits that all nodes may hold together", PermitFigures::limit);
    }

    private void permits(String pool, String meter, String description, ToIntFunction<PermitFigures> figure) {
        meters.add(Gauge
                .builder(meter, desk, now -> {
                    PermitFigures figures = figures(pool);
                    return figures == null ? Double.NaN : figure.applyAsInt(figures);
                })
                .tag("pool", pool)
                .description(description) // and no unit: Prometheus would have "permits" in the name twice
                .register(registry));
    }

    private @Nullable PermitFigures figures(String pool) {
        String name = PoolPermits.PREFIX + pool;
        return desk.figures().stream().filter(figures -> figures.name().equals(name)).findFirst().orElse(null);
    }

    @Override
    public void close() {
        lease.remove(this);
        meters.forEach(registry::remove);
    }
}
