package io.github.ppool.pool.engine;

import io.github.ppool.restart.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The accepted tasks that are lost at the end of a pool, for one line of the log. Guarded by the engine's lock.
 */
final class LostTasks {

    /** Number of tasks that the line names. */
    private static final int NAMED = 3;

    private int killed;
    private int notBegun;
    private final List<String> firstKilled = new ArrayList<>(NAMED);
    private final List<String> firstNotBegun = new ArrayList<>(NAMED);

    /** Notes a task that was running when its worker was ended. */
    void killed(PoolTask<?, ?> task, long nowNanos) {
        killed++;
        name(firstKilled, task, "had run for ", nowNanos - task.beganAtNanos());
    }

    /** Notes a task that was in the queue, or waited for its next attempt. */
    void notBegun(PoolTask<?, ?> task, long nowNanos) {
        notBegun++;
        name(firstNotBegun, task, task.attempts() == 0 ? "had waited for " : "had waited for another attempt for ",
                nowNanos - task.sinceNanos);
    }

    private static void name(List<String> first, PoolTask<?, ?> task, String what, long nanos) {
        if (first.size() < NAMED) {
            first.add("#" + task.id() + " " + what + Outage.inShort(Duration.ofNanos(Math.max(0, nanos))));
        }
    }

    /**
     * The text about the tasks that were lost since the last call.
     *
     * @return the text, or null if no task was lost
     */
    @Nullable
    String take() {
        if (killed + notBegun == 0) {
            return null;
        }
        List<String> parts = new ArrayList<>(2);
        if (killed > 0) {
            parts.add(killed + (killed == 1 ? " running task was killed" : " running tasks were killed"));
        }
        if (notBegun > 0) {
            parts.add(notBegun + (notBegun == 1 ? " queued task was not begun" : " queued tasks were not begun"));
        }
        String first = Stream.concat(firstKilled.stream(), firstNotBegun.stream()).limit(NAMED)
                .collect(Collectors.joining(", "));
        String told = String.join(", ", parts) + "; first: " + first;
        killed = 0;
        notBegun = 0;
        firstKilled.clear();
        firstNotBegun.clear();
        return told;
    }
}
