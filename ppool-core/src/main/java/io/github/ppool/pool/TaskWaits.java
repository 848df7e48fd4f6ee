package io.github.ppool.pool;

import java.time.Duration;
import java.util.List;

/**
 * The tasks that found no idle worker, in groups by their wait up to the first attempt. A wait is that of the coarse
 * clock, right to some ten milliseconds, and the groups are an eighth of it wide. A difference of two answers tells of
 * the tasks between them. An immutable value.
 *
 * @param groups the groups with at least one task, the shortest wait first
 */
public record TaskWaits(List<Group> groups) {

    /** Copies the groups. */
    public TaskWaits {
        groups = List.copyOf(groups);
    }

    /**
     * A group.
     *
     * @param about the wait in the middle of the group
     * @param number the number of its tasks since the pool began to count
     */
    public record Group(Duration about, long number) {}
}
