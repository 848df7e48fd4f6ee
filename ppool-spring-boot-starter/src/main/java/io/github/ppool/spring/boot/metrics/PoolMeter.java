package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The gauges of a pool. Each has the tag {@code pool}. A gauge keeps nothing but the client of its pool. */
enum PoolMeter implements SharedMeters.Reading<PoolClient<?>>, ToDoubleFunction<PoolClient<?>> {
    UP("ppool.up", null, "0 while the pool has given up, else 1",
            status -> status.phase() == PoolPhase.GAVE_UP ? 0 : 1),
    SIZE("ppool.size", "workers", "Workers that the pool keeps", PoolStatus::size),
    MAX("ppool.max", "workers", "Workers that there may be", status -> status.size() + (double) status.maxOverflow()),
    OVERFLOW("ppool.overflow", "workers", "Workers beyond the size", PoolStatus::overflow),
    ORPHANED(
            "ppool.workers.orphaned",
            "workers",
            "Places in the hands of killed processes' threads, which have not ended",
            PoolStatus::orphaned),
    QUEUE_DEPTH("ppool.queue.depth", "waiters", "Callers and tasks that wait for a worker", PoolStatus::queueDepth),
    QUEUE_CAPACITY("ppool.queue.capacity", "waiters", "Callers and tasks that may wait", PoolStatus::queueCapacity),
    QUEUE_OLDEST(
            "ppool.queue.oldest",
            "seconds",
            "How long the first in the queue has waited",
            status -> status.oldestWait().toNanos() / 1e9),
    IDLE("idle", PoolStatus::available),
    BORROWED("borrowed", PoolStatus::borrowed),
    WORKING("working", PoolStatus::working),
    STARTING("starting", PoolStatus::starting),
    STOPPING("stopping", PoolStatus::stopping),
    RESTARTING("restarting", PoolStatus::waitingToRestart);

    /** One meter with the additional tag {@code state}. */
    static final String WORKERS = "ppool.workers";

    final String meter;
    private final @Nullable String unit;
    private final String description;
    /** The additional tag, one object for all pools; null if there is none. */
    final @Nullable Tag state;
    private final ToDoubleFunction<PoolStatus> value;

    PoolMeter(String meter, @Nullable String unit, String description, ToDoubleFunction<PoolStatus> value) {
        this.meter = meter;
        this.unit = unit;
        this.description = description;
        this.state = null;
        this.value = value;
    }

    PoolMeter(String state, ToDoubleFunction<PoolStatus> value) {
        this.meter = WORKERS;
        this.unit = "workers";
        this.description = "Workers in this state";
        this.state = Tag.of("state", state);
        this.value = value;
    }

    @Override
    public double applyAsDouble(PoolClient<?> pool) {
        return value.applyAsDouble(pool.status());
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
