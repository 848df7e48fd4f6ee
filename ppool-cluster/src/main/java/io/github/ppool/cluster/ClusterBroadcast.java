package io.github.ppool.cluster;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast to the workers of a pool on all nodes, with its outcome on each node. An immutable value.
 *
 * @param id the id of the broadcast
 * @param pool the name of the pool
 * @param name the name of the broadcast
 * @param sent the time at which it was sent, by the clock of the database; null in the result of {@link
 *     ClusterBroadcasts#send}
 * @param open true if its sender still waits for answers
 * @param nodes the outcome of each node that is asked, ordered by name
 */
public record ClusterBroadcast(
        String id, String pool, String name, @Nullable Instant sent, boolean open, List<NodeOutcome> nodes) {

    /** Copies the list. */
    public ClusterBroadcast {
        nodes = List.copyOf(nodes);
    }

    /** The ways in which a broadcast ends on a node. */
    public enum End {
        /** The method has run; the numbers tell the outcomes of the workers. */
        ANSWERED,
        /** The node has no method with {@link PoolBroadcast} for that pool and name. */
        NO_HANDLER,
        /** The node could not run the method: its pool is stopped, or the payload can't be read. */
        REFUSED,
        /**
         * The node has lost its lease or has stopped before its answer. Its workers may have done the work or not. A
         * database that is away for longer than four fifths of a lease has the same effect.
         */
        NODE_LOST,
        /** The node has not answered in time. Its workers may have done the work, or do it still. */
        LATE,
        /** The node has not answered yet. Never in the result of {@link ClusterBroadcasts#send}. */
        PENDING
    }

    /**
     * The outcome of a broadcast on one node.
     *
     * @param node the name of the node
     * @param incarnation the id of its life
     * @param end how it ended
     * @param done the number of workers that have done the work
     * @param failed the number of workers whose work threw an exception
     * @param ended the number of workers that ended before the work was done
     * @param late the number of workers that had not ended the work in time
     * @param failure the text of the first failure, without control characters; null if there is none
     */
    public record NodeOutcome(
            String node,
            String incarnation,
            End end,
            int done,
            int failed,
            int ended,
            int late,
            @Nullable String failure) {

        /** {@return true if each worker of the node has done the work; true also if it has no worker} */
        public boolean isDone() {
            return end == End.ANSWERED && failed == 0 && ended == 0 && late == 0;
        }
    }

    /** {@return true if each worker of each node has done the work; false if no node was asked} */
    public boolean isDoneByAll() {
        return !nodes.isEmpty() && nodes.stream().allMatch(NodeOutcome::isDone);
    }
}
