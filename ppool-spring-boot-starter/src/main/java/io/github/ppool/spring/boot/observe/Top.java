package io.github.ppool.spring.boot.observe;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes and waiters with the largest values, the largest first.
 *
 * @param mailbox the processes with the most messages
 * @param waits the callers and tasks that have waited longest
 * @param restarts the children with the most restarts
 * @param state the processes that have been in one state for the longest time: those that run, then those that wait
 */
public record Top(
        List<OfMailbox> mailbox,
        // no component of a record can be named wait
        @JsonProperty("wait") List<OfWait> waits,
        List<OfRestarts> restarts,
        List<OfState> state) {

    /**
     * A process with messages.
     *
     * @param pid the process
     * @param label its label; null if it has none
     * @param value the number of messages
     */
    public record OfMailbox(String pid, @Nullable String label, int value) {}

    /**
     * A caller or a task that waits.
     *
     * @param kind {@code pool} or {@code group}
     * @param of the name of the pool or the group
     * @param who the thread or the task; null if it is not known
     * @param waitedMillis the time that it has waited
     */
    public record OfWait(String kind, String of, @Nullable String who, long waitedMillis) {}

    /**
     * A child that was restarted.
     *
     * @param kind {@code pool} or {@code tree}
     * @param of the name of the pool or tree
     * @param child the id of the child; below the top of a tree its path, such as {@code senders/fast}
     * @param pid its process; null if it does not run
     * @param value the number of its restarts
     */
    public record OfRestarts(String kind, String of, String child, @Nullable String pid, int value) {}

    /**
     * A process that is in one state.
     *
     * @param pid the process
     * @param label its label; null if it has none
     * @param status {@code running}, {@code waiting} or {@code orphaned}
     * @param doing the thing that it waits for, or its place; null if that is not known
     * @param millis the time in that state, coarse to some ten milliseconds
     */
    public record OfState(String pid, @Nullable String label, String status, @Nullable String doing, long millis) {}
}
