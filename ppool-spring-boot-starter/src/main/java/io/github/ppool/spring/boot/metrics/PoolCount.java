package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.ShedReason;
import io.github.ppool.pool.ShedRule;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The counters that read a number of a pool's status. Each has the tag {@code pool}. */
enum PoolCount implements Totals.Reading<PoolClient<?>>, SharedMeters.Counting {
    CHECKOUTS("ppool.checkouts", "How often workers were handed out, to borrowers and to tasks", null),
    TRANSACTIONS_SUCCESS(PoolMetrics.TRANSACTIONS, PoolCount.TRANSACTIONS_TEXT, "success"),
    TRANSACTIONS_FAILED(PoolMetrics.TRANSACTIONS, PoolCount.TRANSACTIONS_TEXT, "failed"),
    TRANSACTIONS_CRASHED(PoolMetrics.TRANSACTIONS, PoolCount.TRANSACTIONS_TEXT, "crashed"),
    TASKS_DONE(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "done"),
    TASKS_FAILED(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "failed"),
    TASKS_CANCELLED(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "cancelled"),
    TASKS_REJECTED(PoolMetrics.TASKS, PoolCount.TASKS_TEXT, "rejected"),
    SHED_NEWEST(ShedReason.NEWEST),
    SHED_OLDEST(ShedReason.OLDEST),
    SHED_DEADLINE(ShedReason.DEADLINE),
    SHED_MAX_WAIT(ShedReason.MAX_WAIT);

    private static final String TRANSACTIONS_TEXT = "Transactions that have ended";
    private static final String TASKS_TEXT = "Tasks that have their outcome";

    final String meter;
    final String description;
    /** The additional tag, one object for all pools; null if there is none. */
    final @Nullable Tag outcome;

    PoolCount(ShedReason reason) {
        this.meter = "ppool.queue.shed";
        this.description = "Callers and tasks that were shed because the queue was full or the pool overloaded";
        this.outcome = Tag.of("reason", reason.name().toLowerCase(Locale.ROOT));
    }

    PoolCount(String meter, String description, @Nullable String outcome) {
        this.meter = meter;
        this.description = description;
        this.outcome = outcome == null ? null : Tag.of("outcome", outcome);
    }

    /** Whether a pool has this counter: not if a setting that is off would keep it at 0. */
    boolean concerns(PoolStatus status) {
        return switch (this) {
            case SHED_OLDEST -> status.queue().shed() == ShedRule.OLDEST;
            case SHED_DEADLINE -> status.queue().shed() == ShedRule.DEADLINE;
            case SHED_MAX_WAIT -> status.queue().maxWaitTarget() != null;
            default -> true;
        };
    }

    @Override
    public PoolStatus.Times read(PoolClient<?> pool) {
        return new PoolStatus.Times(number(pool.status()), Duration.ZERO);
    }

    /** A switch, as in {@link PoolMeter}. */
    private long number(PoolStatus status) {
        return switch (this) {
            case CHECKOUTS -> status.checkouts();
            case TRANSACTIONS_SUCCESS -> status.transactions().succeeded();
            case TRANSACTIONS_FAILED -> status.transactions().failed();
            case TRANSACTIONS_CRASHED -> status.transactions().crashed();
            case TASKS_DONE -> status.tasks().done();
            case TASKS_FAILED -> status.tasks().failed();
            case TASKS_CANCELLED -> status.tasks().cancelled();
            case TASKS_REJECTED -> status.tasks().rejected();
            case SHED_NEWEST -> status.queue().counts().newest();
            case SHED_OLDEST -> status.queue().counts().oldest();
            case SHED_DEADLINE -> status.queue().counts().deadline();
            case SHED_MAX_WAIT -> status.queue().counts().maxWait();
        };
    }

    @Override
    public Meter register(MeterRegistry to, Totals totals, Iterable<Tag> tags) {
        return FunctionCounter.builder(meter, totals, Totals::count)
                .tags(tags)
                .description(description)
                .register(to);
    }
}
