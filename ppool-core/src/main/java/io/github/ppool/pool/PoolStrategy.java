package io.github.ppool.pool;

/**
 * The order in which idle workers are lent. It does not concern waiting callers: these are served first in first out,
 * and none overtakes another. Check-ins and checkouts that overlap in time have no order among them.
 *
 * <p>A strategy is its capabilities: the engine asks for {@link #idleOrder} and {@link #shortcut} only.
 */
public enum PoolStrategy {

    /**
     * The worker that came back last. Keeps few workers warm. A thread that had that worker itself borrows it again
     * without the lock. The default of poolboy.
     */
    LIFO(IdleOrder.NEWEST_FIRST, Shortcut.REUSE_NEWEST),
    /** The worker that has been idle longest. Spreads the work evenly. */
    FIFO(IdleOrder.OLDEST_FIRST, Shortcut.ROTATION),
    /**
     * The last worker of the calling thread if that one is idle, borrowed again without the lock; else as
     * {@link #LIFO}. For throughput, and for caches that are warm for a thread. A thread does not wait for its last
     * worker. It gets any worker when it asks for the first time, or after others have taken its last one.
     */
    AFFINE(IdleOrder.NEWEST_FIRST, Shortcut.REUSE_OWN);

    private final IdleOrder idleOrder;
    private final Shortcut shortcut;

    PoolStrategy(IdleOrder idleOrder, Shortcut shortcut) {
        this.idleOrder = idleOrder;
        this.shortcut = shortcut;
    }

    /** {@return the end of the idle workers from which a caller without a shortcut gets one} */
    public IdleOrder idleOrder() {
        return idleOrder;
    }

    /** {@return the step that needs no lock} */
    public Shortcut shortcut() {
        return shortcut;
    }

    /** The end of the idle workers from which the next one is taken, under the lock. Workers come back at one end. */
    public enum IdleOrder {
        /** The worker that came back last. */
        NEWEST_FIRST,
        /** The worker that has been idle longest. */
        OLDEST_FIRST
    }

    /**
     * The step that a strategy takes without the lock. A pool takes it while no caller waits, if checkout and check-in
     * need no bookkeeping. They need some for each limit of age, uses or idleness, an overflow-ttl, validation,
     * keep-alive, leak detection and a lease listener.
     */
    public enum Shortcut {
        /** None: each checkout and each check-in takes the lock. */
        NONE,
        /** A thread borrows its last worker again, and gives it back, as long as that is the newest idle worker. */
        REUSE_NEWEST,
        /**
         * A thread borrows its last worker again, and gives it back, as long as that is idle. Under the lock, too, the
         * thread gets its last worker before any other.
         */
        REUSE_OWN,
        /**
         * A checkout moves the worker to the other end of the idle workers, where it belongs after its check-in. The
         * check-in needs no lock, unless a worker that was lent later has come back before.
         */
        ROTATION
    }
}
