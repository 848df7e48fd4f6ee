package io.github.ppool.supervisor;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child, as {@code which_children} shows it, and somewhat more.
 *
 * @param id its id; null under {@link Strategy#SIMPLE_ONE_FOR_ONE}
 * @param state whether it runs
 * @param pid its process, null unless it runs
 * @param type a worker or a supervisor
 * @param modules which code it runs
 * @param restarts how often it has been started again
 * @param uptime for how long it has been running, null unless it runs
 * @param restartIn in which time it will be started again, null if no time is set
 * @param lastExit why it ended last, null if it never did
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

    /** Whether a child runs. */
    public enum State {
        /** It runs. */
        RUNNING,
        /** It does not, and will be started again by the supervisor. */
        RESTARTING,
        /** It does not. */
        UNDEFINED
    }
}
