package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** The timers of a pool. Each has the tag {@code pool}. */
enum PoolTime implements Totals.Reading<PoolClient<?>>, SharedMeters.Counting, SharedMeters.Making<Timer> {
    WAIT("ppool.wait", true, "How long borrowers waited that did not find an idle worker"),
    CREATION("ppool.creation", true, "How long it took to make a worker"),
    USAGE("ppool.usage", false, "How long borrowers kept workers"),
    TASK_WAIT("ppool.task.wait", false, "How long tasks waited that did not find an idle worker"),
    TASK("ppool.task", false, "How long attempts of tasks ran");

    final String meter;
    /** True if each time is recorded even without exact times. A thread that waited pays little for a record. */
    final boolean isAlwaysTimed;
    final String description;

    PoolTime(String meter, boolean isAlwaysTimed, String description) {
        this.meter = meter;
        this.isAlwaysTimed = isAlwaysTimed;
        this.description = description;
    }

    /** The sum that the pool itself keeps; none of a time that is always recorded. */
    @Override
    public PoolStatus.Times read(PoolClient<?> pool) {
        PoolStatus status = pool.status();
        return switch (this) {
            case USAGE -> status.leases();
            case TASK_WAIT -> status.tasks().waits();
            case TASK -> status.tasks().attempts();
            case WAIT, CREATION -> PoolStatus.Times.NONE;
        };
    }

    /** A timer that reads sums. */
    @Override
    public Meter register(MeterRegistry to, Totals totals, Iterable<Tag> tags) {
        return FunctionTimer.builder(meter, totals, Totals::wholeCount, Totals::nanos, TimeUnit.NANOSECONDS)
                .tags(tags)
                .description(description)
                .register(to);
    }

    /** A timer of each time by itself. */
    @Override
    public Timer make(MeterRegistry to, Iterable<Tag> tags) {
        return Timer.builder(meter).tags(tags).description(description).register(to);
    }
}
