package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.AdaptiveLock;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.concurrent.TicketQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a pool's engine, and the ways to run a section under it. It is the lock of {@link IdleWorkers} ({@link
 * AdaptiveLock}), held for a few instructions, never while blocking or calling foreign code. The consequences of a
 * section (waking, sending, asking the supervisor, notifying) are collected in {@link DeferredActions}, and run by
 * the same thread after it has released the lock.
 *
 * <p><b>Fast paths.</b> A thread may lease its last worker again, and waiters may join the queue, without the lock: see
 * {@link LeaseWord} and {@link TicketQueue}. {@link #lock} closes the queue and stops FIFO rotation. A decision because
 * workers are idle reconciles the slots first ({@link IdleWorkers#anyIdle}, {@link IdleWorkers#reconcile}).
 */
abstract class EngineLock<W> {

    final PoolContext<W> context;
    final IdleWorkers<W> workers;
    final WaitQueue<W> queue;
    private final DeferredReturns<W> deferredReturns;
    private final CorePorts<W> ports;

    EngineLock(
            PoolContext<W> context, IdleWorkers<W> workers, DeferredReturns<W> deferredReturns, CorePorts<W> ports) {
        this.context = context;
        this.workers = workers;
        this.deferredReturns = deferredReturns;
        this.ports = ports;
        this.queue = new WaitQueue<>(WaitOrder.of(context.spec(), context.clock(), ports::waitersMayBeLate));
    }

    /**
     * A thread that takes a decision sees the queue and the workers as they are: no waiter joins, and no thread
     * borrows by rotation, until the former state is back.
     */
    final void lock() {
        workers.lock();
        closeFastPaths();
    }

    /** As {@link #lock}, for threads that others depend on. */
    final void lockEagerly() {
        workers.lockEagerly();
        closeFastPaths();
    }

    /** As {@link #lock}, for consequences of the end of a process or of an earlier decision: there is stack for it. */
    final void lockReserved() {
        workers.lockReserved();
        closeFastPaths();
    }

    /** As {@link #lockEagerly}, where the caller has made sure of the stack. */
    final void lockReservedEagerly() {
        workers.lockReservedEagerly();
        closeFastPaths();
    }

    final void closeFastPaths() {
        assert isHeldByCurrentThread();
        queue.close();
        workers.stopRotation();
    }

    /**
     * For lock holders with work that is allowed while others join the queue. One is a worker that has done one task
     * and takes the next one ({@link PoolCore#firstLiveWaiter} closes the queue if it is empty). The others act only
     * if the queue is empty, which it is not while it is open. The caller has made sure of the stack, or is a
     * worker's process: its thread has just begun.
     */
    final void lockLeavingQueueOpen() {
        workers.lockReserved();
    }

    /** For assertions only: tells whether the calling thread has the lock. Without assertions that is not known. */
    final boolean isHeldByCurrentThread() {
        return workers.isHeldByCurrentThread();
    }

    final void unlock() {
        workers.unlock();
    }

    /** Runs a section under the lock, and its deferred actions afterwards. */
    final void locked(Consumer<DeferredActions> section) {
        actionsOf(section).run(context);
    }

    /** As {@link #locked}, on the thread of a timer. */
    final void lockedOnTimer(Consumer<DeferredActions> section) {
        actionsOf(section).runWithoutForeignCode(context);
    }

    /** As {@link #locked}, for consequences of the end of a process. */
    final void lockedAfterExit(Consumer<DeferredActions> section) {
        actionsAfterExit(section).run(context);
    }

    /** As {@link #lockedAfterExit}, and foreign code runs on other threads: this one may be a supervisor's. */
    final void lockedAfterExitElsewhere(Consumer<DeferredActions> section) {
        actionsAfterExit(section).runWithoutForeignCode(context);
    }

    /** Decides under the lock, and runs the deferred actions afterwards. */
    final <T> @Nullable T decided(Function<DeferredActions, @Nullable T> section) {
        DeferredActions after = new DeferredActions();
        T decision = decide(section, after);
        after.run(context);
        return decision;
    }

    /** As {@link #decided}, on the thread of a timer. */
    final <T> @Nullable T decidedOnTimer(Function<DeferredActions, @Nullable T> section) {
        DeferredActions after = new DeferredActions();
        T decision = decide(section, after);
        after.runWithoutForeignCode(context);
        return decision;
    }

    private DeferredActions actionsOf(Consumer<DeferredActions> section) {
        DeferredActions after = new DeferredActions();
        lock();
        try {
            drainDeferredReturns(after);
            section.accept(after);
        } finally {
            unlock();
        }
        return after;
    }

    private DeferredActions actionsAfterExit(Consumer<DeferredActions> section) {
        DeferredActions after = new DeferredActions();
        lockReserved();
        try {
            section.accept(after);
        } finally {
            unlock();
        }
        return after;
    }

    private <T> @Nullable T decide(Function<DeferredActions, @Nullable T> section, DeferredActions after) {
        lock();
        try {
            drainDeferredReturns(after);
            return section.apply(after);
        } finally {
            unlock();
        }
    }

    final <T extends @Nullable Object> T underLock(Supplier<T> section) {
        lock();
        try {
            return section.get();
        } finally {
            unlock();
        }
    }

    /** Under the lock, before a decision. */
    final void drainDeferredReturns(DeferredActions after) {
        assert isHeldByCurrentThread();
        if (!deferredReturns.isEmpty()) {
            ports.checkInDeferred(after);
        }
    }

    /** Without the lock: leases that wait for their end because the stack was too short have ended afterwards. */
    final void returnDeferred() {
        if (!deferredReturns.isEmpty()) {
            locked(after -> {}); // they are as good as returned
        }
    }

    /** For tests: whether leases wait for their end because the stack was too short. */
    final boolean hasDeferredReturns() {
        return !deferredReturns.isEmpty();
    }
}
