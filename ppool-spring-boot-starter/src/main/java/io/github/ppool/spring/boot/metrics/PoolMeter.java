package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The gauges of a pool. Each has the tag {@code pool}. A gauge keeps the client of its pool only. */
enum PoolMeter implements SharedMeters.Reading<PoolClient<?>>, ToDoubleFunction<PoolClient<?>> {
    UP("ppool.up", null, "0 while the pool has given up, else 1"),
    SIZE("ppool.size", "workers", "Workers that the pool keeps"),
    MAX("ppool.max", "workers", "Workers that there may be"),
    OVERFLOW("ppool.overflow", "workers", "Workers beyond the size"),
    ORPHANED(
            "ppool.workers.orphaned",
            null,
            "Places in the hands of killed processes' threads, which have not ended"),
    QUEUE_DEPTH("ppool.queue.depth", "waiters", "Callers and tasks that wait for a worker"),
    QUEUE_CAPACITY("ppool.queue.capacity", "waiters", "Callers and tasks that may wait"),
    QUEUE_OLDEST("ppool.queue.oldest", "seconds", "How long the first in the queue has waited"),
    SCHEDULED("ppool.tasks.scheduled", null, "Tasks whose time has not come"),
    SCHEDULED_NEXT("ppool.tasks.scheduled.next", "seconds",
            "When the next of them joins the queue; NaN if there is none"),
    KEYS("ppool.keys", "keys", "Keys with tasks"),
    RATE_LIMIT("ppool.rate.limit", "handouts", "Hand-outs that the rate permits within its time"),
    RATE_USED("ppool.rate.used", "handouts", "Hand-outs within the time of the rate"),
    QUEUE_OVERLOADED("ppool.queue.overloaded", null, "1 while the pool is overloaded by its queue, else 0"),
    MIN_IDLE("ppool.min.idle", "workers", "Idle workers that the pool keeps beyond those in use"),
    WARM_UP("ppool.warm.up", "workers", "Workers that the warm-up has still to make"),
    BROADCASTS("ppool.broadcasts", null, "Broadcasts that are under way"),
    IDLE("idle"),
    BORROWED("borrowed"),
    WORKING("working"),
    STARTING("starting"),
    STOPPING("stopping"),
    RESTARTING("restarting");

    /** One meter with the additional tag {@code state}. */
    static final String WORKERS = "ppool.workers";

    final String meter;
    /** Null also if the name has the unit: Prometheus would have it in the name twice. */
    private final @Nullable String unit;
    private final String description;
    /** The additional tag, one object for all pools; null if there is none. */
    final @Nullable Tag state;

    PoolMeter(String meter, @Nullable String unit, String description) {
        this.meter = meter;
        this.unit = unit;
        this.description = description;
        this.state = null;
    }

    PoolMeter(String state) {
        this.meter = WORKERS;
        this.unit = "workers";
        this.description = "Workers in this state";
        this.state = Tag.of("state", state);
    }

    /** Whether a pool has this gauge: not if a setting that is off would keep it at 0. */
    boolean concerns(PoolStatus status) {
        return switch (this) {
            case QUEUE_OVERLOADED -> status.queue().watchesOverload();
            case MIN_IDLE -> status.minIdle() > 0;
            case WARM_UP -> status.warmingUp() != null;
            case RATE_LIMIT, RATE_USED -> status.rate() != null;
            default -> true;
        };
    }

    /** A switch and no function for each gauge: each of those would take its time at the start of an application. */
    @Override
    public double applyAsDouble(PoolClient<?> pool) {
        PoolStatus status = pool.status();
        return switch (this) {
            case UP -> status.phase() == PoolPhase.GAVE_UP ? 0 : 1;
            case SIZE -> status.size();
            case MAX -> status.size() + (double) status.maxOverflow();
            case OVERFLOW -> status.overflow();
            case ORPHANED -> status.orphaned();
            case QUEUE_DEPTH -> status.queueDepth();
            case QUEUE_CAPACITY -> status.queueCapacity();
            case QUEUE_OLDEST -> status.oldestWait().toNanos() / 1e9;
            case SCHEDULED -> pool.backlog(0, 0).scheduled();
            case SCHEDULED_NEXT -> seconds(pool.backlog(0, 0).nextDue());
            case KEYS -> pool.backlog(0, 0).keys();
            case RATE_LIMIT -> status.rate() == null ? 0 : status.rate().rate().permits();
            case RATE_USED -> status.rate() == null ? 0 : status.rate().used();
            case QUEUE_OVERLOADED -> status.queue().overloaded() ? 1 : 0;
            case MIN_IDLE -> status.minIdle();
            case WARM_UP -> status.warmingUp() == null ? 0 : status.warmingUp();
            case BROADCASTS -> pool.backlog(0, 0).broadcasts();
            case IDLE -> status.available();
            case BORROWED -> status.borrowed();
            case WORKING -> status.working();
            case STARTING -> status.starting();
            case STOPPING -> status.stopping();
            case RESTARTING -> status.waitingToRestart();
        };
    }

    private static double seconds(@Nullable Duration time) {
        return time == null ? Double.NaN : time.toNanos() / 1e9;
    }

    /** The gauge refers weakly to the client. {@link SharedMeters} keeps the client as long as the meter. */
    @Override
    public Meter register(MeterRegistry to, PoolClient<?> pool, Iterable<Tag> tags) {
        return Gauge.builder(meter, pool, this)
                .tags(tags)
                .description(description)
                .baseUnit(unit)
                .register(to);
    }
}
