package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The counters that read a number of a pool's status. Each has the tag {@code pool}. */
enum PoolCount implements Totals.Reading<PoolClient<?>> {
    CHECKOUTS(
            "ppool.checkouts",
            "How often workers were handed out, to borrowers and to tasks",
            null,
            PoolStatus::checkouts),
    TRANSACTIONS_SUCCESS("success", status -> status.transactions().succeeded()),
    TRANSACTIONS_FAILED("failed", status -> status.transactions().failed()),
    TRANSACTIONS_CRASHED("crashed", status -> status.transactions().crashed()),
    TASKS_DONE(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "done", status -> status.tasks().done()),
    TASKS_FAILED(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "failed", status -> status.tasks().failed()),
    TASKS_CANCELLED(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "cancelled", status -> status.tasks().cancelled()),
    TASKS_REJECTED(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "rejected", status -> status.tasks().rejected());

    private static final String TASKS_TEXT = "Tasks that have their outcome";

    final String meter;
    final String description;
    /** The additional tag, one object for all pools; null if there is none. */
    final @Nullable Tag outcome;
    private final ToLongFunction<PoolStatus> number;

    PoolCount(String meter, String description, @Nullable String outcome, ToLongFunction<PoolStatus> number) {
        this.meter = meter;
        this.description = description;
        this.outcome = outcome == null ? null : Tag.of("outcome", outcome);
        this.number = number;
    }

    PoolCount(String outcome, ToLongFunction<PoolStatus> number) {
        this(PoolMetrics.TRANSACTIONS, "Transactions that have ended", outcome, number);
    }

    @Override
    public PoolStatus.Times read(PoolClient<?> pool) {
        return new PoolStatus.Times(number.applyAsLong(pool.status()), Duration.ZERO);
    }

    Meter register(MeterRegistry to, Totals totals, Iterable<Tag> tags) {
        return FunctionCounter.builder(meter, totals, Totals::count)
                .tags(tags)
                .description(description)
                .register(to);
    }
}
