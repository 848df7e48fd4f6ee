package io.github.ppool.pool;

import io.github.ppool.guard.VisibleText;

/**
 * The thread that asked for a worker and, if leaks are watched, the place in its code: told of a lease that is lost or
 * kept too long. Made by that thread, which need not be the one that hands the worker out. The fields are guarded by
 * the engine's lock.
 */
final class CheckoutSite extends Throwable {

    private static final long serialVersionUID = 1L;

    /** Names of threads are foreign text. */
    private static final int LONGEST_NAME = 100;

    private final String threadName;
    private final long threadId;
    private final boolean traced;

    /** When the worker was handed out. */
    long lentAtNanos;
    /** It was told that the lease takes longer than the threshold. */
    boolean overdue;

    /**
     * The calling thread, here.
     *
     * @param traced whether to remember the stack, which costs a walk
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
