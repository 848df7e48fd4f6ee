package io.github.ppool.durable.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a claim.
 *
 * @param tasks the claimed tasks, in their order
 * @param pause the time until the rates allow a further claim; null if no rate has held any back
 */
public record Claimed(List<ClaimedTask> tasks, @Nullable Duration pause) {

    /** Copies the tasks. */
    public Claimed {
        tasks = List.copyOf(tasks);
    }
}
