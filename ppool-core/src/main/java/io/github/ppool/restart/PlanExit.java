package io.github.ppool.restart;

import io.github.ppool.process.ExitReason;

/**
 * The value in the exit reason of a supervisor that a plan has ended. director exits with a tuple of the word and the
 * data of the child; this is that tuple. An immutable value.
 *
 * @param word {@link #STOP}, {@link #REACHED_MAX_RESTART_PLAN} or {@link #EMPTY_PLAN}
 * @param childReason the last exit reason of the child
 * @param restartCount the number of plan elements that were run for the child
 */
public record PlanExit(String word, ExitReason childReason, int restartCount) {

    /** The plan said {@code stop}. */
    public static final String STOP = "stop";

    /** The plan has had as many rounds as its count allows. */
    public static final String REACHED_MAX_RESTART_PLAN = "reached_max_restart_plan";

    /** The plan of the child has no element. */
    public static final String EMPTY_PLAN = "empty_plan_child_terminated";

    /** The word and the child's reason, for logs. */
    @Override
    public String toString() {
        return word + " (child: " + childReason + ", elements run: " + restartCount + ")";
    }
}
