package io.github.ppool.pool.engine;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.ShedReason;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether one more caller or task is accepted, and says why not: the pool is stopped, suspended or has given
 * up, no worker can be made, or the queue has reached its limit.
 */
final class Admission<W> {

    private final PoolCore<W> core;
    private final StatusSnapshot<W> snapshots;
    private final LeakDetector<W> leaks;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private final Demand<W> demand;
    private final CreationThrottle<W> throttle;
    private final MonotonicClock clock;

    Admission(PoolContext<W> context, PoolCore<W> core, StatusSnapshot<W> snapshots, LeakDetector<W> leaks) {
        this.core = core;
        this.snapshots = snapshots;
        this.leaks = leaks;
        this.spec = context.spec();
        this.listeners = context.listeners();
        this.workers = core.workers;
        this.queue = core.queue;
        this.demand = core.demand;
        this.throttle = core.throttle;
        this.clock = context.clock();
    }

    /**
     * Under the lock: the reason why no caller is served now; null if callers are served. A patient caller waits even
     * while workers can't be made.
     */
    @Nullable
    Supplier<PoolException> refusal(String what, boolean patient) {
        assert core.isHeldByCurrentThread();
        switch (core.lifecycle()) {
            case DRAINING, STOPPED -> {
                return refusalOf(PoolStoppedException::new, what + " was refused: the pool is stopped", null);
            }
            case GAVE_UP -> {
                Throwable cause = core.gaveUpWith() == null
                        ? null
                        : core.gaveUpWith().cause().orElse(core.lastFailure());
                return refusalOf(PoolStoppedException::new,
                        what + " was refused: the supervision tree has given up " + core.howGivenUp(), cause);
            }
            case ACTIVE -> {
                if (core.isSuspended() && spec.refuseWhileSuspended()) {
                    return refusalOf(PoolRejectedException::new, what + " was refused: the pool is suspended", null);
                }
                if (throttle.isBroken() && !core.mayStartCreation() && !patient && !workers.anyIdle()) {
                    return refusalOf(WorkerUnavailableException::new,
                            what + " was refused: " + haveFailed(throttle.failuresInRow()), core.lastFailure());
                }
                return null;
            }
        }
        throw new AssertionError(core.lifecycle());
    }

    /**
     * Under the lock: waiters that have an idle worker, one in the making or room for one do not count as waiting.
     *
     * @param own the number of waiters in the queue that are not counted
     */
    @Nullable
    Supplier<PoolException> refusalWhenFull(String what, int own) {
        assert core.isHeldByCurrentThread();
        return isFull(own) ? refusalOfNewcomer(what) : null;
    }

    /** Under the lock: whether one more would have to wait, and may not. */
    boolean isFull(int own) {
        assert core.isHeldByCurrentThread();
        long unserved = unserved(own);
        return (unserved < 0 ? unserved : unserved + core.keys.waiting()) >= spec.queueCapacity();
    }

    /**
     * Under the lock: as {@link #refusalWhenFull}, for a task that is going to wait for its key.
     *
     * @param permitIn the time until the rate of the key permits one, zero if its rate is not the reason
     */
    @Nullable
    Supplier<PoolException> refusalOfKeyWhenFull(String what, Duration permitIn) {
        assert core.isHeldByCurrentThread();
        long waiting = Math.max(0, unserved(0)) + core.keys.waiting();
        if (waiting < spec.queueCapacity()) {
            return null;
        }
        if (permitIn.isZero()) {
            return refusalOfNewcomer(what);
        }
        core.shed.add(ShedReason.NEWEST);
        return refusalOf((text, now, cause) -> PoolRejectedException.queueFull(text, now, cause, permitIn),
                what + " was refused: queue-capacity " + spec.queueCapacity()
                        + " is reached, and the rate of the key permits its next task in " + permitIn.toMillis()
                        + " ms",
                core.lastFailure());
    }

    /** Negative if one more is served at once. */
    private long unserved(int own) {
        int served = core.isSuspended() ? 0 : core.withinRate(workers.servable());
        long waiting = queue.size() - own - (long) served;
        return waiting < 0 ? waiting : Math.max(0, waiting - queue.requests());
    }

    private Supplier<PoolException> refusalOfNewcomer(String what) {
        core.shed.add(ShedReason.NEWEST);
        return refusalOf(PoolRejectedException::queueFull,
                what + " was refused: queue-capacity " + spec.queueCapacity() + " is reached", core.lastFailure());
    }

    /**
     * Under the lock: the exception itself, with its stack trace, is made without it, by the thread that throws it.
     */
    Supplier<PoolException> refusalOf(Refusal kind, String what, @Nullable Throwable cause) {
        assert core.isHeldByCurrentThread();
        PoolStatus now = snapshots.snapshot();
        return () -> kind.refusalOf(what, now, cause);
    }

    interface Refusal {
        PoolException refusalOf(String what, PoolStatus status, @Nullable Throwable cause);
    }

    /** Tells the listener of a refusal. */
    <T extends PoolException> T refuse(T refusal) {
        listeners.tell((listener, pool) -> listener.refused(pool, refusal));
        return refusal;
    }

    /** Under the lock: one more would not have to wait for another holder. */
    boolean canServeOneMore() {
        assert core.isHeldByCurrentThread();
        int ahead = demand.unattended() + queue.passive(); // a place of a group is served in its turn
        return core.canServeWithinRate() && (workers.servable() > ahead
                || workers.servable() + workers.soonFreePlaces() > ahead
                || gateMayServeOneMore());
    }

    /** Whether a shut gate is asked for a worker if one more caller comes. */
    private boolean gateMayServeOneMore() {
        GateAnswers gate = workers.gate;
        return gate != null && gate.isShut() && workers.vacantPlaces() > 0 && demand.unmet() == 0
                && gate.mayBeAskedForCaller(clock.nanoTime());
    }

    /**
     * Under the lock: the refusal of a caller that no worker is made for because of the gate; null if the gate is not
     * the reason.
     */
    @Nullable
    Supplier<PoolException> refusalByGate(String what) {
        assert core.isHeldByCurrentThread();
        GateAnswers gate = workers.gate;
        return gate == null || !gate.isShut() || core.isSuspended() || workers.vacantPlaces() == 0
                ? null
                : refusalOf(WorkerUnavailableException::new, what + " was refused: " + gate.why(), gate.failure());
    }

    /**
     * Under the lock. If others wait, and no waiter could be served better, a task needs no check until the next thread
     * {@linkplain EngineLock#lock decides}. So until then tasks join the queue without the lock.
     */
    void openQueueIfSaturated() {
        assert core.isHeldByCurrentThread();
        if (core.isServing() && core.rate == null && !queue.isEmpty() && !core.broadcasts.isOpen()
                && workers.freePlaces() == 0 && !throttle.isBroken() && !workers.owesPermits()
                && (workers.live() > 0 || !workers.isShut())) {
            queue.open(Math.max(0, spec.queueCapacity() - core.keys.waiting()));
        }
    }

    /** Under the lock: the refusal of a caller whose worker is made, while others have used up the rate. */
    Supplier<PoolException> refusalByRate() {
        assert core.isHeldByCurrentThread();
        return refusalOf(WorkerUnavailableException::new,
                "others have used up the rate of the pool, and the caller does not wait", null);
    }

    /** Under the lock: the refusal of a caller that takes only an idle worker. */
    Supplier<PoolException> noWorkerIsIdle() {
        assert core.isHeldByCurrentThread();
        return refusalOf(CheckoutTimeoutException::new,
                (core.withinRate(1) == 0 ? "the rate of the pool is used up" : "no worker is idle")
                        + " and the caller does not wait" + leaks.describeHolders(),
                core.lastFailure());
    }

    /** Under the lock. */
    Supplier<PoolException> checkoutTimedOut(@Nullable Duration timeout, long threadId, @Nullable Pid process) {
        assert core.isHeldByCurrentThread();
        return refusalOf(CheckoutTimeoutException::new,
                "no worker came within " + timeout + heldByCaller(threadId, process)
                        + leaks.describeHolders(),
                core.lastFailure());
    }

    /**
     * Under the lock: the workers that the caller itself has, for the explanation of a refusal; empty if it has none.
     */
    String heldByCaller(long threadId, @Nullable Pid process) {
        assert core.isHeldByCurrentThread();
        List<String> own = new ArrayList<>();
        for (Slot<W> slot : workers.slots) {
            workers.reconcile(slot);
            boolean borrowed = slot.state == SlotState.BORROWED && slot.borrower != null
                    && (process != null ? process.equals(slot.borrower.pid) : slot.borrower.threadId == threadId);
            boolean runsOn = slot.state == SlotState.WORKING && process != null && process.equals(slot.pid);
            if (borrowed || runsOn) {
                own.add(slot.childId);
            }
        }
        return own.isEmpty() ? "" : "; the caller itself has " + String.join(", ", own);
    }

    /** Whether the calling thread has a worker of this pool, borrowed or as the one that it runs a task on. */
    boolean holdsWorker() {
        return !describeHeldByCaller().isEmpty();
    }

    Supplier<PoolException> taskNotBegun(Duration timeout) {
        String own = describeHeldByCaller();
        return core.underLock(
                () -> refusalOf(CheckoutTimeoutException::new, "the task did not begin within " + timeout + own
                        + leaks.describeHolders(), core.lastFailure()));
    }

    private String describeHeldByCaller() {
        ProcessContext caller = ProcessSystem.currentProcess();
        long threadId = Thread.currentThread().threadId();
        return core.underLock(() -> heldByCaller(threadId, caller == null ? null : caller.self()));
    }

    static String haveFailed(int attempts) {
        return attempts == 1
                ? "the last attempt to make a worker has failed"
                : "the last " + attempts + " attempts to make a worker have failed";
    }
}
