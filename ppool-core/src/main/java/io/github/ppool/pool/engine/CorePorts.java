package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;

/**
 * The requests of {@link PoolCore} to the workflows above it. An abstract class with one subclass, because the compiler
 * then calls the methods directly. All of them run under the engine's lock unless they say otherwise.
 */
abstract class CorePorts<W> {

    /** Makes a slot, and asks the supervisor to start its process. */
    abstract Slot<W> startSlot(DeferredActions after);

    /** A waiter, which has left the queue, gets a worker, which is in no set. */
    abstract void grant(Waiter<W> waiter, Slot<W> slot, DeferredActions after);

    /** A waiter has left the queue, because its process has ended. */
    abstract void processEnded(Waiter<W> waiter, DeferredActions after);

    /** Waiters that take only an idle worker are refused if the check of none can serve them any more. */
    abstract void refuseIdleOnly(DeferredActions after);

    /** The rate is used up: waiters that wait for no other holder are refused. */
    abstract void refuseImpatientByRate(DeferredActions after);

    /** Waiters wait because the share in a rate is used up: its owner is told. */
    abstract void askForShare(DeferredActions after);

    /** Waiters remain that no idle worker serves. */
    abstract void waitersRemain();

    /** Without the lock, on the clock's thread: waiters may have waited for too long. */
    abstract void waitersMayBeLate();

    /** Whether a worker that is in no set is to be dismissed now, because of its age or use. */
    abstract boolean shouldRetire(Slot<W> slot, DeferredActions after);

    /** On the clock's thread, without the lock: the rate of some keys may permit a task. */
    abstract void keysAreDue();

    /** A worker is idle from now on. */
    abstract void becameIdle(Slot<W> slot);

    /** Ends the leases that were closed where the stack was too short for the lock. */
    abstract void checkInDeferred(DeferredActions after);
}
