package io.github.ppool.cluster;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Runs work once on each worker of a pool on every node of the cluster. The work is a method with {@link
 * PoolBroadcast}, which each node has; only its name and a payload travel. A bean of this type is present in an
 * application with ppool-cluster. Any thread may call the methods.
 *
 * <p>Stands for {@code erpc:multicall/3} of Erlang, with {@code wpool:broadcast/2} of {@code worker_pool} on each node.
 */
public interface ClusterBroadcasts {

    /** The time of {@link #send(String, String, Object)}. */
    Duration USUAL_TIME = Duration.ofMinutes(1);

    /** The longest time that the workers of a node can have. */
    Duration LONGEST_TIME = Duration.ofDays(1);

    /** The longest payload as JSON, in characters. */
    int LONGEST_PAYLOAD = 100_000;

    /** The largest number of nodes that a broadcast asks. */
    int MOST_NODES = 1_000;

    /** The largest number of broadcasts of one node that wait for answers at the same time. */
    int MOST_OPEN = 100;

    /**
     * Asks each node that has a lease now, this one included, to run its method of that name once on each worker of its
     * pool, as {@link io.github.ppool.pool.PoolClient#broadcast} does. This node begins at once, another node at its
     * next heartbeat. A node runs the method at most once. Nodes that join later are not asked. Does not block.
     *
     * <p>The stage ends when each node has answered or is lost. A node that does not answer keeps it from its end for
     * at most the time of the workers, 1.4 leases, and the wait for the database.
     *
     * @param pool the name of the pool, from 1 to 200 characters
     * @param name the name of the broadcast, of 1 to 100 letters, digits and {@code - _ .}
     * @param payload the payload, which the application's mapper writes as JSON; null for none
     * @param within the time that the workers of each node have, from the moment at which that node begins; from one
     *     millisecond to {@link #LONGEST_TIME}
     * @return a new stage, which ends normally even if nodes fail. It ends with a {@link
     *     ClusterUnavailableException} if the database does not take the broadcast within a lease, or does not tell the
     *     answers: then some nodes may have run it. The same happens if this node stops before, and if more than {@link
     *     #MOST_NODES} nodes have a lease
     * @throws IllegalArgumentException if a name or the time is out of its limits, or the payload can't be written or
     *     is longer than {@link #LONGEST_PAYLOAD}; no node is asked
     * @throws IllegalStateException if {@link #MOST_OPEN} broadcasts of this node wait for answers; no node is asked
     * @throws NullPointerException if a name or the time is null; no node is asked
     */
    CompletionStage<ClusterBroadcast> send(String pool, String name, @Nullable Object payload, Duration within);

    /**
     * Sends a broadcast whose workers have {@link #USUAL_TIME}; otherwise as {@link #send(String, String, Object,
     * Duration)}.
     *
     * @param pool the name of the pool
     * @param name the name of the broadcast
     * @param payload the payload; null for none
     * @return a new stage
     */
    default CompletionStage<ClusterBroadcast> send(String pool, String name, @Nullable Object payload) {
        return send(pool, name, payload, USUAL_TIME);
    }
}
