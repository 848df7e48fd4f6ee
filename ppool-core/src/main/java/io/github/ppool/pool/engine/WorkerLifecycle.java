package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.pool.WorkerWear;
import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.Outage;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The life of a worker, from the start of its process to the end. Each end comes through {@link #processExited} exactly
 * once, and is believed by its pid, so that a late report of an earlier process does no harm. {@link #verdict} gives
 * the supervisor the pool's view of a worker after the end of its process.
 */
final class WorkerLifecycle<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Leases<W> leases;
    private final Waiters<W> waiters;
    private final WorkerLimits<W> limits;
    private final CreationPermits<W> permits;
    /** Null without a gate. */
    private final @Nullable PoolGate<W> gate;
    private final OrphanTracker<W> orphans;
    private final TaskAttempts<W> attempts;
    private final Retirement<W> retirement;
    private final WorkerReports reports;
    private final Admission<W> admission;
    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private final Demand<W> demand;
    private final CreationThrottle<W> throttle;
    private final RetirementPolicy policy;
    /** While the start of the pool waits for its first workers. */
    private @Nullable Runnable whenNotMade;

    WorkerLifecycle(PoolContext<W> context, PoolCore<W> core, Leases<W> leases, Waiters<W> waiters,
            WorkerLimits<W> limits, CreationPermits<W> permits, @Nullable PoolGate<W> gate, OrphanTracker<W> orphans,
            TaskAttempts<W> attempts, Retirement<W> retirement, WorkerReports reports, Admission<W> admission) {
        this.context = context;
        this.core = core;
        this.leases = leases;
        this.waiters = waiters;
        this.limits = limits;
        this.permits = permits;
        this.gate = gate;
        this.orphans = orphans;
        this.attempts = attempts;
        this.retirement = retirement;
        this.reports = reports;
        this.admission = admission;
        this.system = context.system();
        this.clock = context.clock();
        this.spec = context.spec();
        this.listeners = context.listeners();
        this.workers = core.workers;
        this.queue = core.queue;
        this.demand = core.demand;
        this.throttle = core.throttle;
        this.policy = core.policy;
    }

    /** The process of a slot, as its first act. From now on its end is learnt, exactly once. */
    void processStarted(Slot<W> slot, Pid pid, WorkerInbox<W> started) {
        core.lock();
        try {
            if (!pid.isAlive()) {
                return; // killed before it began, and the slot may have another process by now
            }
            slot.processStarted(pid, started, clock.nanoTime());
            workers.setUnmade(slot, false);
            if (slot.state != SlotState.GONE && slot.state != SlotState.DISMISSED) {
                workers.move(slot, SlotState.STARTING);
                workers.setSlow(slot, slot.orphan != null && slot.orphan.slow);
            }
        } finally {
            core.unlock();
        }
        system.onExit(pid, (process, reason) -> {
            Pid above = core.supervisorPid();
            if (above != null && system.actsFor(above)) {
                processExitedOnSupervisor(slot, process, reason);
            } else {
                processExited(slot, process, reason);
            }
        });
    }

    /** False if the worker is no longer wanted: then the process is to be closed. */
    boolean creationFailed(Slot<W> slot, Pid pid, Throwable failure) {
        FailureText text = FailureText.of(failure);
        return Boolean.TRUE.equals(core.decided(after -> {
            if (!pid.equals(slot.pid)) {
                return false;
            }
            limits.end(slot);
            permits.releaseCreationPermit(slot, after);
            slot.forgetPermit();
            if (slot.state != SlotState.DISMISSED) {
                workers.move(slot, SlotState.FAILING);
            }
            recordCreationFailure(failure, text, after);
            boolean goOn = slot.state == SlotState.FAILING && !(workers.isSurplus() && demand.isMetWithoutOne());
            if (!goOn && slot.state == SlotState.FAILING) {
                workers.move(slot, SlotState.DISMISSED);
            }
            core.startMore(after);
            core.changed(after);
            return goOn;
        }));
    }

    /** Under the lock: a worker could not be made, in any way; it does not count as coming any more. */
    private void recordCreationFailure(Throwable failure, FailureText text, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        core.recordFailure(failure, text);
        throttle.failed();
        if (whenNotMade != null) {
            whenNotMade.run();
        }
        int inARow = throttle.failuresInRow();
        if (throttle.isBroken()) {
            waiters.refuseAll(Waiter::isRefusedWithoutWorkers, after,
                    admission.refusalOf(WorkerUnavailableException::new,
                            Admission.haveFailed(inARow), failure));
        }
        waiters.refuseImpatient(failure, after);
        if (listeners.isEnabled()) {
            after.call(() -> listeners.tell((listener, pool) -> listener.workerNotMade(pool, failure, inARow)));
        }
    }

    /**
     * The worker is made: the process gets its first command, if there is one.
     *
     * @param wear the mark by which the worker asks to be replaced; null if it has none
     * @param closeClaim to be set by the thread that closes the worker
     */
    @Nullable
    WorkerCommand ready(
            Slot<W> slot, Pid pid, W worker, @Nullable WorkerWear wear, WorkerInbox<W> own, AtomicBoolean closeClaim,
            long tookNanos) {
        DeferredActions after = new DeferredActions();
        Pid process = Slot.processOf(worker);
        WorkerCommand command;
        core.lock();
        try {
            if (!pid.equals(slot.pid)) {
                return null;
            }
            limits.end(slot);
            throttle.succeeded();
            permits.releaseCreationPermit(slot, after);
            slot.setCloseClaim(closeClaim);
            if (slot.state == SlotState.DISMISSED || slot.state == SlotState.GONE) {
                command = WorkerCommand.Order.DISMISS;
            } else {
                slot.workerMade(worker, wear, process);
                policy.onCreated(slot, clock.nanoTime());
                command = core.reassign(slot, after, true);
                if (listeners.isEnabled()) { // if not, the process can begin with a task at once
                    Duration took = Duration.ofNanos(tookNanos);
                    after.call(() -> listeners.tell((listener, pool) -> listener.workerReady(pool, pid, took)));
                }
                demand.made(slot);
                Outage outage = WorkerReports.takeOutage(slot);
                if (outage != null) {
                    after.call(() -> reports.isBack(slot, pid, outage));
                }
                retirement.dismissOneReplaced(after);
                core.startMore(after);
                waiters.refuseUnserved(after);
                core.changed(after);
                own.beginNotifying(slot.state == SlotState.IDLE && after.callsForeignCode());
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        core.endNotifying(own);
        if (process != null) {
            system.onExit(process, (ended, reason) -> workerProcessExited(slot, pid));
        }
        return command;
    }

    /** A check that was ordered went well. */
    @Nullable
    WorkerCommand checked(Slot<W> slot, Pid pid, WorkerInbox<W> own) {
        DeferredActions after = new DeferredActions();
        WorkerCommand command = null;
        core.lock();
        try {
            if (pid.equals(slot.pid) && slot.state == SlotState.CHECKING) {
                limits.end(slot);
                slot.passedCheck();
                policy.markChecked(slot, clock.nanoTime());
                command = core.reassign(slot, after, true);
                if (workers.growsAhead()) {
                    core.startMore(after);
                }
                waiters.refuseIdleOnly(after);
                core.changed(after);
                own.beginNotifying(slot.state == SlotState.IDLE && after.callsForeignCode());
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        core.endNotifying(own);
        return command;
    }

    /** The process begins to close its worker: in order if no exception was thrown, else because it crashes. */
    void closing(Slot<W> slot, Pid pid, @Nullable Throwable thrown) {
        FailureText text = thrown == null || thrown instanceof ProcessExit ? null : FailureText.of(thrown);
        DeferredActions after = new DeferredActions();
        PoolTask<W, ?> task;
        core.lock();
        try {
            if (!pid.equals(slot.pid)) {
                return;
            }
            if (slot.operation == null || slot.operation.kind != Kind.CLOSE) {
                limits.begin(slot, Kind.CLOSE);
            }
            if (thrown == null) {
                return;
            }
            workers.reconcile(slot);
            if (slot.state == SlotState.IDLE) {
                workers.removeIdle(slot);
            }
            leases.endLease(slot);
            slot.endQuarantine();
            attempts.noteWhyEnded(slot);
            boolean ended = thrown instanceof ProcessExit exit
                    && (exit.reason().isOrderly() || system.wasEndedBySignal(pid));
            task = attempts.takeTask(slot, null, ended, after);
            if (slot.state != SlotState.DISMISSED) {
                workers.move(slot, SlotState.CRASHING);
            }
            if (text != null) {
                core.recordFailure(thrown, text);
            }
            waiters.refuseIdleOnly(after);
        } finally {
            core.unlock();
        }
        after.run(context);
        if (task != null) {
            attempts.settleCrashed(task, pid,
                    reasonOf(slot, thrown instanceof ProcessExit exit ? exit.reason() : ExitReason.failure(thrown)),
                    thrown);
        }
    }

    /** Why a process has ended: one that traps exits is killed if the gate ends it. */
    private static ExitReason reasonOf(Slot<?> slot, ExitReason told) {
        ExitReason revoked = slot.revoked;
        return revoked == null ? told : revoked;
    }

    /** The worker is closed: the child is taken off, which ends the process. */
    void closed(Slot<W> slot, Pid pid) {
        Supervisor above;
        core.lock();
        try {
            above = pid.equals(slot.pid) && slot.generation == core.generation() ? core.supervisor() : null;
        } finally {
            core.unlock();
        }
        if (above != null) {
            PoolCore.removeChild(above, slot);
        }
    }

    /**
     * The worker of a slot was a process, which has ended: noticed by the pool itself, since foreign code may take
     * messages.
     */
    void workerProcessExited(Slot<W> slot, Pid pid) {
        core.locked(after -> {
            if (!pid.equals(slot.pid)) {
                return;
            }
            workers.reconcile(slot);
            switch (slot.state) {
                case IDLE -> {
                    workers.removeIdle(slot);
                    leases.endLease(slot);
                    core.crashExitedWorker(slot, after, false);
                }
                case BORROWED, QUARANTINED -> {
                    leases.endLease(slot);
                    slot.endQuarantine();
                    core.crashExitedWorker(slot, after, false);
                }
                default -> {
                    // it is found at the end of its present step, or it is ending anyway
                }
            }
            core.startMore(after);
            core.changed(after);
        });
    }

    /** The end of a slot's process, however it came. Believed once for each pid. */
    private void processExited(Slot<W> slot, Pid pid, ExitReason told) {
        ExitReason reason = reasonOf(slot, told);
        DeferredActions after = new DeferredActions();
        PoolTask<W, ?> task = applyExit(slot, pid, reason, after);
        try {
            after.run(context);
        } finally {
            if (task != null) {
                attempts.settleCrashed(task, pid, reason, null);
            }
        }
    }

    /**
     * As {@link #processExited}, on the supervisor's process, which has found out first or has ended it, and must not
     * run foreign code.
     */
    private void processExitedOnSupervisor(Slot<W> slot, Pid pid, ExitReason told) {
        ExitReason reason = reasonOf(slot, told);
        DeferredActions after = new DeferredActions();
        PoolTask<W, ?> task = applyExit(slot, pid, reason, after);
        if (task != null) {
            after.call(() -> attempts.settleCrashed(task, pid, reason, null));
        }
        after.runWithoutForeignCode(context);
    }

    /** Applies an end. Returns the task that the process had begun with. */
    private @Nullable PoolTask<W, ?> applyExit(Slot<W> slot, Pid pid, ExitReason reason, DeferredActions after) {
        core.lockReserved();
        try {
            if (!pid.equals(slot.pid)) {
                return null;
            }
            workers.reconcile(slot);
            if (slot.state == SlotState.IDLE) {
                workers.removeIdle(slot);
            }
            leases.endLease(slot); // before the worker is forgotten: see Slot
            slot.endQuarantine();
            attempts.noteWhyEnded(slot);
            PoolTask<W, ?> task = attempts.takeTask(slot, pid, reason.isOrderly() || system.wasEndedBySignal(pid),
                    after);
            boolean asking = slot.isAsking() && slot.state == SlotState.STARTING && !isOver(slot);
            boolean gated = asking || slot.revoked != null;
            limits.end(slot);
            permits.processEnded(slot, after);
            boolean killed = system.isOrphaned(pid);
            boolean unmade = !gated && (slot.state == SlotState.STARTING || slot.state == SlotState.FAILING)
                    && !(reason.isOrderly() // as a stop ends it
                            && (system.wasEndedBySignal(pid) || core.lifecycle() == PoolCore.Lifecycle.STOPPED));
            workers.setUnmade(slot, unmade);
            boolean counted = slot.state == SlotState.FAILING; // by notMade, when the attempt failed
            Throwable failure = slot.overran != null
                    ? slot.overran
                    : reason.isOrderly() && !unmade
                            ? null
                            : reason.cause().orElseGet(() -> new WorkerExitException(pid, reason, unmade || asking));
            FailureText text = slot.overran == null && reason.causeText().isPresent()
                    ? reason.causeText().get()
                    : failure == null ? null : FailureText.of(failure); // one of our own
            SlotState next = gated ? SlotState.GONE : stateAfterExit(slot, reason);
            W worker = slot.worker;
            slot.processEnded(pid);
            // one without a place has made no worker
            if (killed && slot.orphan == null && slot.state != SlotState.GONE) {
                next = orphans.keepPlace(slot, pid, worker, next, after);
            } else if (slot.orphan != null && next == SlotState.GONE) {
                next = SlotState.DISMISSED; // the place is not free yet
            }
            forgetWorker(slot);
            if (next == SlotState.GONE) {
                core.drop(slot, after);
            } else {
                workers.move(slot, next);
            }
            if (gate != null && gated) {
                gate.processEnded(slot, asking, failure, text, after);
            }
            if (unmade && failure != null && text != null) {
                workers.setSlow(slot, true); // until it is tried again
                if (counted) {
                    core.recordFailure(failure, text);
                } else {
                    recordCreationFailure(failure, text, after);
                }
                if (slot.state == SlotState.RESTARTING && workers.isSurplus() && demand.isMetWithoutOne()) {
                    core.drop(slot, after); // its waiter was refused, or is served by another worker
                }
            } else if (!asking && failure != null && text != null) {
                core.recordFailure(failure, text);
            }
            if (listeners.isEnabled() && !slot.refused && !asking) { // else there was no worker, and no attempt
                after.call(() -> listeners.tell((listener, pool) -> listener.workerExited(pool, pid, reason)));
            }
            core.dispatch(after);
            core.changed(after);
            return task;
        } finally {
            core.unlock();
        }
    }

    private void forgetWorker(Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        workers.keepCounts(slot);
        core.forgetHandOut(slot);
        slot.forgetWorker();
    }

    private boolean isOver(Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        return slot.state == SlotState.DISMISSED
                || slot.state == SlotState.GONE
                || slot.generation != core.generation()
                || core.lifecycle() == PoolCore.Lifecycle.STOPPED
                || core.lifecycle() == PoolCore.Lifecycle.GAVE_UP;
    }

    /**
     * poolboy's rule: a worker that ends while the queue is empty and there are more than the size is not replaced, all
     * others are.
     */
    private SlotState stateAfterExit(Slot<W> slot, ExitReason reason) {
        assert core.isHeldByCurrentThread();
        if (isOver(slot) || (queue.isEmpty() && workers.isSurplus(slot))) {
            return SlotState.GONE;
        }
        if (!slot.unmade && spec.restart() instanceof WorkerRestart.ByType(RestartType type)
                && !type.restartsAfter(reason)) {
            return SlotState.GONE;
        }
        return SlotState.RESTARTING;
    }

    /** On the supervisor's process, before it decides about a child that has ended. */
    Verdict verdict(Slot<W> slot) {
        applyKnownExit(slot);
        core.lock();
        try {
            if (slot.state == SlotState.GONE || slot.state == SlotState.DISMISSED) {
                return Verdict.UNWANTED;
            }
            boolean succeeded = slot.takeSucceeded();
            if (slot.unmade) {
                return Verdict.NOT_MADE;
            }
            return succeeded ? Verdict.WANTED_AFTER_SUCCESS : Verdict.WANTED;
        } finally {
            core.unlock();
        }
    }

    /**
     * The supervisor's process may know of the end of the slot's process before the engine does: the thread that ends
     * it first tells the processes that started it. Later actions of the engine on that end would not be undone.
     */
    void applyKnownExit(Slot<W> slot) {
        Pid pid;
        core.lock();
        try {
            pid = slot.pid;
        } finally {
            core.unlock();
        }
        if (pid != null) {
            system.exitReason(pid).ifPresent(reason -> processExitedOnSupervisor(slot, pid, reason));
        }
    }

    /** On the supervisor's process, before it carries out the decision of the plan. */
    void planDecided(Slot<W> slot, Decision decision) {
        core.locked(after -> {
            if (slot.state != SlotState.RESTARTING && slot.state != SlotState.DOWN) {
                return;
            }
            switch (decision) {
                case Decision.RestartNow now -> workers.move(slot, SlotState.RESTARTING);
                case Decision.Delete delete -> {
                    core.drop(slot, after);
                    workers.leaveVacant();
                }
                default -> workers.move(slot, SlotState.DOWN);
            }
            core.startMore(after);
            if (slot.state != SlotState.RESTARTING) {
                waiters.refuseImpatient("the worker for the caller does not come back at once", core.lastFailure(),
                        after);
            }
            core.changed(after);
        });
    }

    /** From now on the start of the pool is told of each worker that can't be made. Null: no longer. */
    void whenNotMade(@Nullable Runnable then) {
        whenNotMade = then;
    }

    /** The pool's view of a worker after the end of its process. */
    enum Verdict {
        /** Its place was given up. */
        UNWANTED,
        /** It is to come back; its process had ended before it was ready. */
        NOT_MADE,
        /** It is to come back. */
        WANTED,
        /** It is to come back, and had done well before. */
        WANTED_AFTER_SUCCESS
    }
}
