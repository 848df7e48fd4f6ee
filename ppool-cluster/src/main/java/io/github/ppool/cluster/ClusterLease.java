package io.github.ppool.cluster;

import io.github.ppool.guard.ForeignCode;
import org.jspecify.annotations.Nullable;

/**
 * The lease of a loop that runs on one node of the cluster at a time. The database gives it to one node, and to another
 * one only after the first has given it back or has lost its own lease. Each holder has a greater {@link #token} than
 * the holders before it.
 *
 * <p>A process that is stopped and goes on (a long pause of the garbage collector, a suspended machine) may believe for
 * a moment that it holds the lease. Write the token with each effect, and let the target refuse a smaller token than
 * its last one.
 *
 * <p>Any thread may call all methods. None of them blocks or asks the database. OTP has no counterpart: a globally
 * registered name may have two holders while the network is split.
 */
public interface ClusterLease {

    /**
     * Returns the lease of the loop that runs on the calling thread. All processes of the loop have it: the loop
     * itself, the children of a specification, and the processes that those spawn. A thread of another kind has none,
     * unless {@link #callWith} binds one: the loop reads the lease and hands it on.
     *
     * @return the lease, which may be lost already
     * @throws IllegalStateException if the thread runs no loop of the cluster's scope
     * @throws io.github.ppool.process.ProcessExit if the process of the thread is dead, because the loop is stopped
     */
    static ClusterLease current() {
        ClusterLease lease = BoundLease.ofThread();
        if (lease == null) {
            throw new IllegalStateException("the thread '" + Thread.currentThread().getName()
                    + "' runs no loop with scope CLUSTER, and no lease is bound to it by ClusterLease.callWith");
        }
        return lease;
    }

    /**
     * Calls code to which a lease is {@link #current}. For tests, and for threads that a loop starts itself. The
     * calling thread has its former lease again afterwards.
     *
     * @param lease the lease; null for none
     * @param code the code
     * @return the answer of the code
     * @param <T> the type of the answer
     * @param <X> the declared exception of the code
     * @throws X the exception of the code
     */
    static <T extends @Nullable Object, X extends Throwable> T callWith(
            @Nullable ClusterLease lease, ForeignCode.Question<T, X> code) throws X {
        ClusterLease before = BoundLease.bind(lease);
        try {
            return code.ask();
        } finally {
            BoundLease.bind(before);
        }
    }

    /** {@return the name of the singleton: the name of its bean} */
    String name();

    /** {@return the fencing token: greater than those of all former holders, the same as long as this lease is held} */
    long token();

    /**
     * Returns true if this node holds the lease now, as far as its own monotonic clock can tell. A lease that is lost
     * is never held again.
     *
     * @return false after the end of the lease, and as soon as the node could not renew its own lease in time
     */
    boolean isHeld();
}
