package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.cluster.store.Permit;

/** A permit that this node has acquired. Any thread may call the methods; none of them blocks. */
public interface HeldPermit {

    /** {@return the permit, with its token} */
    Permit permit();

    /** {@return the incarnation that acquired it} */
    NodeId node();

    /**
     * Returns true if the permit is held, as far as this node's monotonic clock can tell.
     *
     * @return false after {@link #release}, and after the loss of the lease
     */
    boolean isHeld();

    /** Gives the permit back. The first call counts. After the loss of the lease it has no effect. */
    void release();
}
