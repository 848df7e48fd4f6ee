package io.github.ppool.cluster.store;

import java.time.Duration;

/**
 * A store of leases, permits and wishes that all nodes of a cluster share. All decisions are by the clock of the store.
 * The clocks of the nodes do not matter.
 *
 * <p>The rules that each store keeps, for any order of the calls of the nodes:
 *
 * <ul>
 *   <li>A permit has at most one holder.
 *   <li>The token of a permit grows with each holder, and never gets smaller.
 *   <li>A node that is taken over holds no permit, and can't renew, acquire or release any more.
 *   <li>A permit is held by a node that exists, or it is free or resting: none is lost.
 *   <li>A node that renewed in time is not taken over.
 * </ul>
 *
 * <p>Any thread may open a session.
 */
public interface LeaseStore {

    /**
     * Opens a session: for a database, a connection of its own.
     *
     * @param timeout the longest time that the opening and each call of the session may take. A call that takes longer
     *     fails, as far as the driver can tell
     * @return the session, to be closed by the caller
     * @throws LeaseStoreException if the store can't be reached
     */
    LeaseSession open(Duration timeout);

    /**
     * Makes the tables, or similar needs of the store, if it is set up to do so. Called before the first session of a
     * node is used, and again until it succeeds. Several nodes may call it at the same time.
     *
     * @param timeout as for {@link #open}
     * @throws LeaseSchemaException if it is not allowed to
     * @throws LeaseStoreException if the store can't be reached; it may be called again
     */
    default void prepare(Duration timeout) {}
}
