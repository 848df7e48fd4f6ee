package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child in the answer of {@code which_children}, with some details more. An immutable value.
 *
 * @param id the id of the child; null under {@link Strategy#SIMPLE_ONE_FOR_ONE}
 * @param state the state of the child
 * @param pid the process of the child; null unless it runs
 * @param type a worker or a supervisor
 * @param modules the names of the code that it runs
 * @param restarts the number of its restarts
 * @param uptime the time since its last start; null unless it runs
 * @param restartIn the time until its restart; null if none is pending
 * @param lastExit the reason of its last end; null if it has never ended
 */
public record ChildInfo(
        @Nullable String id,
        State state,
        @Nullable Pid pid,
        ChildType type,
        List<String> modules,
        int restarts,
        @Nullable Duration uptime,
        @Nullable Duration restartIn,
        @Nullable ExitReason lastExit) {

    /** The state of a child. */
    public enum State {
        /** The child runs. */
        RUNNING,
        /** The child does not run, and the supervisor will start it again. */
        RESTARTING,
        /** The child does not run. */
        UNDEFINED
    }
}
