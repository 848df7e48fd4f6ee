package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.DurableOperations;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished durable tasks in figures.
 *
 * @param pools the pools with unfinished tasks, in alphabetical order
 * @param countedUpTo the number at which counting ends: a count that has reached it means "at least"
 */
public record DurableDescriptor(List<Backlog> pools, int countedUpTo) implements EndpointAnswer {

    static DurableDescriptor of(DurableOperations.Summary summary) {
        return new DurableDescriptor(
                summary.pools().stream()
                        .map(pool -> new Backlog(
                                pool.pool(),
                                pool.ready(),
                                pool.claimed(),
                                pool.delayed(),
                                pool.laidDown(),
                                millis(pool.oldestReady()),
                                millis(pool.oldestLaidDown())))
                        .toList(),
                summary.countedUpTo());
    }

    private static @Nullable Long millis(@Nullable Duration age) {
        return age == null ? null : age.toMillis();
    }

    /**
     * The unfinished tasks of a pool.
     *
     * @param pool the name of the pool
     * @param ready the number of ready tasks
     * @param claimed the number of claimed tasks
     * @param delayed the number of delayed tasks
     * @param laidDown the number of laid-down tasks
     * @param oldestReadyMillis the age of the oldest of the ready tasks that are served first; null if none is ready
     * @param oldestLaidDownMillis the time since the oldest laid-down task became so; null if there is none
     */
    public record Backlog(
            String pool,
            long ready,
            long claimed,
            long delayed,
            long laidDown,
            @Nullable Long oldestReadyMillis,
            @Nullable Long oldestLaidDownMillis) {}
}
