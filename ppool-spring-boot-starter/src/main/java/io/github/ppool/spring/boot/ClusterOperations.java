package io.github.ppool.spring.boot;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as an operator sees and changes it, for the endpoint {@code ppool}. The module {@code ppool-cluster} has
 * a bean of this type. Without one the endpoint shows no cluster.
 *
 * <p>All methods may be called from any thread. They ask the store of the cluster, so they block, and they throw a
 * {@link RuntimeException} if it does not answer. Then the call has no effect, or the change is not known to have
 * happened.
 */
public interface ClusterOperations {

    /**
     * The cluster at the moment.
     *
     * @return a snapshot of the store
     */
    Status status();

    /**
     * Asks the node that has a singleton to stop it and to hand it to another node. Does not wait for that. The node
     * stands back for the others, and takes the singleton again if no other node wants it.
     *
     * @param singleton the name of the singleton, which is that of its tree
     * @return false if no node has the singleton; the call has no effect
     */
    boolean handOver(String singleton);

    /**
     * Drains a node: it hands over its singletons, gives idle workers of limited pools back, and wants neither from
     * now on. Borrowed workers stay until they come back. Does not wait for that.
     *
     * @param node the name of the node
     * @return false if there is no such node; the call has no effect
     */
    boolean drain(String node);

    /**
     * Ends the drain of a node.
     *
     * @param node the name of the node
     * @return false if there is no such node; the call has no effect
     */
    boolean undrain(String node);

    /**
     * Sends a broadcast to the workers of a pool on all nodes. Does not wait for them; {@link Status#broadcasts} has
     * its outcome.
     *
     * @param pool the name of the pool
     * @param name the name of the broadcast
     * @param payload the payload as JSON; null for none
     * @param within the time that the workers of each node have; null for the usual one
     * @return false if this node has no method for such a broadcast; no node is asked
     * @throws IllegalArgumentException if the payload is no JSON or too long, or the time is out of its limits; the
     *     message is for the operator, and no node is asked
     */
    default boolean broadcast(String pool, String name, @Nullable String payload, @Nullable Duration within) {
        return false;
    }

    /**
     * A snapshot of the cluster. All times are those of the clock of the store.
     *
     * @param nodes the nodes, this one included
     * @param permits the permits of each limited pool
     * @param rates the shares of the nodes in the rate of each pool with a cluster-rate
     * @param singletons the trees of the cluster
     * @param broadcasts the broadcasts to the workers of all nodes, the latest first; ended ones stay for some minutes
     */
    record Status(
            List<Node> nodes,
            List<Permits> permits,
            List<RateShares> rates,
            List<Singleton> singletons,
            List<Broadcast> broadcasts) {}

    /**
     * A node.
     *
     * @param node the name of the node
     * @param incarnation the id of its life: a node that lost its lease comes back with another one
     * @param since the time when that life began
     * @param expires the time when its lease ends unless it is renewed
     * @param expired true if the lease has ended, and no node has taken over yet
     * @param draining true if an operator drains the node
     * @param self true if it is the node that answers
     */
    record Node(
            String node,
            String incarnation,
            Instant since,
            Instant expires,
            boolean expired,
            boolean draining,
            boolean self) {}

    /**
     * The permits of a pool.
     *
     * @param pool the name of the pool
     * @param limit the number of permits
     * @param held the number of permits that nodes hold
     * @param resting the number of permits of dead nodes that no node can take yet
     * @param wanted the number of further permits that nodes want
     * @param nodes the part of each node that holds or wants any
     */
    record Permits(String pool, int limit, int held, int resting, int wanted, List<Share> nodes) {}

    /**
     * The part of a node in the permits of a pool.
     *
     * @param node the name of the node
     * @param incarnation the id of its life
     * @param held the number of permits that it holds
     * @param wanted the number of further permits that it wants
     */
    record Share(String node, String incarnation, int held, int wanted) {}

    /**
     * The shares in the rate of a pool.
     *
     * @param pool the name of the pool
     * @param rate the rate, such as 100/1m; the greatest one if nodes have different ones
     * @param shared the number of permits in the shares of nodes, used ones included
     * @param resting the number of permits that were used, that are in no share, and that no node can take yet
     * @param nodes the share of each node
     */
    record RateShares(String pool, String rate, int shared, int resting, List<NodeShare> nodes) {}

    /**
     * The share of a node in a rate.
     *
     * @param node the name of the node
     * @param share the number of hand-outs that it may begin within the time of the rate
     * @param demand the number that it would begin, as it has told last
     * @param wanted the number that it wants in addition
     * @param expires the time when its share ends unless it is extended
     */
    record NodeShare(String node, int share, int demand, int wanted, Instant expires) {}

    /**
     * A tree of the cluster.
     *
     * @param singleton the name of the tree
     * @param node the node that has it; null if none has
     * @param incarnation the id of that node's life; null if none has it
     * @param token the token of the present or last holder; zero if there was none
     * @param since the time when the node got it; null if none has it
     * @param handOver true if the node was asked to hand it over and has not done so yet
     * @param candidates the names of the other nodes that would run it
     */
    record Singleton(
            String singleton,
            @Nullable String node,
            @Nullable String incarnation,
            long token,
            @Nullable Instant since,
            boolean handOver,
            List<String> candidates) {}

    /**
     * A broadcast to the workers of a pool on all nodes.
     *
     * @param id the id of the broadcast
     * @param pool the name of the pool
     * @param name the name of the broadcast
     * @param sent the time when it was sent
     * @param open true if its sender still waits for answers
     * @param nodes its outcome on each node that was asked
     */
    record Broadcast(String id, String pool, String name, Instant sent, boolean open, List<Outcome> nodes) {}

    /**
     * The outcome of a broadcast on one node.
     *
     * @param node the name of the node
     * @param incarnation the id of its life
     * @param end how it ended there: {@code answered}, {@code no-handler}, {@code refused}, {@code node-lost}, {@code
     *     late} or {@code pending}
     * @param done the number of workers that have done the work
     * @param failed the number of workers whose work threw an exception
     * @param ended the number of workers that ended before the work was done
     * @param late the number of workers that had not ended the work in time
     * @param failure the text of the first failure; null if there is none
     */
    record Outcome(
            String node,
            String incarnation,
            String end,
            int done,
            int failed,
            int ended,
            int late,
            @Nullable String failure) {}
}
