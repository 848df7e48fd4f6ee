package io.github.ppool.cluster;

import java.util.List;

/**
 * The nodes that share a database, and the permits that they hold. A bean of this type is present in an application
 * with ppool-cluster. Erlang's {@code nodes/0} and {@code global} are the counterparts; here the database decides.
 *
 * <p>Any thread may call the methods. Those that say so ask the database on a connection of their own; they block for
 * at most three tenths of the lease, and throw {@link ClusterUnavailableException} if the database does not answer.
 */
public interface Cluster {

    /**
     * Returns this node, without asking the database.
     *
     * @return the node, with the times of its last heartbeat
     */
    ClusterSelf self();

    /**
     * Asks the database for all nodes.
     *
     * @return the nodes, ordered by name and by the time they joined; expired ones that no node has taken over yet are
     *     among them
     * @throws ClusterUnavailableException if the database does not answer
     */
    List<ClusterNode> nodes();

    /**
     * Asks the database for the permits of all pools with a cluster limit.
     *
     * @return one element for each name, ordered by name
     * @throws ClusterUnavailableException if the database does not answer
     */
    List<ClusterPermits> permits();

    /**
     * Asks the database for the rates of all pools with a cluster-rate.
     *
     * @return one element for each pool that has a share on a node, ordered by name
     * @throws ClusterUnavailableException if the database does not answer
     */
    List<ClusterRateShares> rates();

    /**
     * Asks the database for all singletons.
     *
     * @return one element for each singleton that a node has ever run, ordered by name
     * @throws ClusterUnavailableException if the database does not answer
     */
    List<ClusterSingleton> singletons();

    /**
     * Asks the database for the broadcasts of all nodes. Those that are ended stay for some minutes.
     *
     * @return the broadcasts with the outcomes so far, the latest first
     * @throws ClusterUnavailableException if the database does not answer
     */
    List<ClusterBroadcast> broadcasts();

    /**
     * Asks the holder of a singleton to hand it over to another node. The holder learns of it with its next heartbeat,
     * stops the loop in good order and gives the lease back. The call does not wait for that.
     *
     * @param name the name of the singleton
     * @return false if there is no such singleton, or no node holds it: then the call has no effect
     * @throws ClusterUnavailableException if the database does not answer; the request may have been recorded
     */
    boolean handOver(String name);

    /**
     * Marks a node as draining. From its next heartbeat on it takes no more permits and hands its singletons
     * over. It gives the permits of idle workers back as soon as another node wants them. The mark ends with the
     * process of the node.
     *
     * @param node the name of the node
     * @return the number of nodes of that name, zero if there is none
     * @throws ClusterUnavailableException if the database does not answer; the mark may have been set
     */
    int drain(String node);

    /**
     * Removes the mark of {@link #drain}.
     *
     * @param node the name of the node
     * @return the number of nodes of that name, zero if there is none
     * @throws ClusterUnavailableException if the database does not answer; the mark may have been removed
     */
    int undrain(String node);
}
