package io.github.ppool.pool.engine;

import io.github.ppool.guard.VisibleText;

/**
 * The thread that asked for a worker and, if leaks are watched, the place in its code, for reports about leases that
 * are lost or kept too long. Made by that thread, which need not be the one that hands the worker out. The fields are
 * guarded by the engine's lock.
 */
final class CheckoutSite extends Throwable {

    private static final long serialVersionUID = 1L;

    /** The maximum length of a thread's name, which is foreign text. */
    private static final int LONGEST_NAME = 100;

    private final String threadName;
    private final long threadId;
    private final boolean traced;

    /** The time at which the worker was handed out. */
    long lentAtNanos;
    /** Whether it was reported that the lease exceeds the threshold. */
    boolean overdue;

    /**
     * The checkout site of the calling thread.
     *
     * @param traced whether to capture the stack, which costs a stack walk
     */
    CheckoutSite(boolean traced) {
        super(null, null, false, traced);
        Thread thread = Thread.currentThread();
        this.threadName = thread.getName();
        this.threadId = thread.threadId();
        this.traced = traced;
    }

    boolean isTraced() {
        return traced;
    }

    /** The thread that asked, as text. */
    String thread() {
        if (threadName.isEmpty()) {
            return "thread #" + threadId;
        }
        String name = threadName.length() <= LONGEST_NAME
                ? threadName
                : threadName.substring(0, LONGEST_NAME) + "…";
        return "thread '" + VisibleText.of(name) + "' (#" + threadId + ")";
    }

    @Override
    public String getMessage() {
        return "a worker was asked for by " + thread();
    }
}
