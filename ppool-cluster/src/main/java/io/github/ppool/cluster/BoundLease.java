package io.github.ppool.cluster;

import org.jspecify.annotations.Nullable;

/** The lease that is bound to a thread. */
final class BoundLease {

    private static final ThreadLocal<@Nullable ClusterLease> OF_THREAD = new ThreadLocal<>();

    private BoundLease() {}

    static @Nullable ClusterLease ofThread() {
        return OF_THREAD.get();
    }

    /** Binds a lease to the calling thread, and returns the former one. */
    static @Nullable ClusterLease bind(@Nullable ClusterLease lease) {
        ClusterLease before = OF_THREAD.get();
        if (lease == null) {
            OF_THREAD.remove();
        } else {
            OF_THREAD.set(lease);
        }
        return before;
    }
}
