package io.github.ppool.cluster;

import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import org.jspecify.annotations.Nullable;

/** The lease of a thread: the one that is bound to it, or the group of its process. */
final class BoundLease {

    private static final ThreadLocal<@Nullable ClusterLease> OF_THREAD = new ThreadLocal<>();

    private BoundLease() {}

    /** The lease that is bound to the calling thread, or else that of the loop with the thread's process. */
    static @Nullable ClusterLease ofThread() {
        ClusterLease bound = OF_THREAD.get();
        if (bound != null) {
            return bound;
        }
        ProcessContext process = ProcessSystem.currentProcess();
        return process != null && process.group() instanceof ClusterLease lease ? lease : null;
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
