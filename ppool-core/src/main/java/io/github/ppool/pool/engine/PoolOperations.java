package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.Outage;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The operators' calls on a pool: suspend and resume, resize, drain, stop, and give up a worker. */
final class PoolOperations<W> {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Admission<W> admission;
    private final Waiters<W> waiters;
    private final TaskRecords<W> records;
    private final UnobservedFailures unobserved;
    private final OrphanTracker<W> orphans;
    private final Retirement<W> retirement;
    private final WorkerLifecycle<W> lifecycles;
    /** Null without a gate. */
    private final @Nullable PoolGate<W> gate;
    private final ProcessSystem system;
    private final PoolSpec<W> spec;
    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private static final GuardedLog LOG = GuardedLog.of(PoolOperations.class);

    PoolOperations(PoolContext<W> context, PoolCore<W> core, Admission<W> admission, Waiters<W> waiters,
            TaskRecords<W> records, UnobservedFailures unobserved, OrphanTracker<W> orphans, Retirement<W> retirement,
            WorkerLifecycle<W> lifecycles, @Nullable PoolGate<W> gate) {
        this.context = context;
        this.core = core;
        this.admission = admission;
        this.waiters = waiters;
        this.records = records;
        this.unobserved = unobserved;
        this.orphans = orphans;
        this.retirement = retirement;
        this.lifecycles = lifecycles;
        this.gate = gate;
        this.system = context.system();
        this.spec = context.spec();
        this.workers = core.workers;
        this.queue = core.queue;
    }

    boolean suspend() {
        return setSuspended(true);
    }

    boolean resume() {
        return setSuspended(false);
    }

    private boolean setSuspended(boolean value) {
        boolean changed;
        DeferredActions after = new DeferredActions();
        core.lock();
        try {
            if (core.lifecycle() != PoolCore.Lifecycle.ACTIVE) {
                return false;
            }
            changed = core.isSuspended() != value;
            core.suspend(value);
            if (!value) {
                retryCreationNow(after);
            } else if (spec.refuseWhileSuspended() || queue.impatient() > 0) {
                waiters.refuseAll(spec.refuseWhileSuspended()
                        ? waiting -> !(waiting instanceof PoolTask)
                        : Waiter::isImpatient, after,
                        admission.refusalOf(PoolRejectedException::new, "the pool was suspended", null));
            }
            core.notifyPhase(after);
            core.dispatch(after);
        } finally {
            core.unlock();
        }
        after.run(context);
        return changed;
    }

    /** Creations that plans have given up or put off are tried at once. */
    private void retryCreationNow(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        workers.fillAllVacancies();
        askGateAgain(after);
        for (Slot<W> slot : workers.slots) {
            if (slot.state == SlotState.FAILING) {
                core.send(slot, WorkerCommand.Order.RETRY, after, false);
            } else if (slot.state == SlotState.DOWN && slot.unmade && slot.generation == core.generation()) {
                restartChild(slot, after);
            }
        }
    }

    /** An operator has asked for workers: a gate that is shut is asked for them. */
    private void askGateAgain(DeferredActions after) {
        if (gate != null) {
            gate.reopen(after);
        }
    }

    /** Its process has ended before the worker was ready, and its plan puts off the next one, or waits. */
    private void restartChild(Slot<W> slot, DeferredActions after) {
        Supervisor above = core.supervisor();
        if (above != null) {
            after.add(() -> above.restartChildAsync(slot.childId).whenComplete((result, thrown) -> {
                if (thrown != null) {
                    LOG.debug("{} could not be restarted: its supervisor has ended", slot.childId, thrown);
                }
            }));
        }
    }

    /** Sets both numbers, which the caller has checked. */
    void resize(int newSize, int newMaxOverflow) {
        DeferredActions after = new DeferredActions();
        core.lock();
        try {
            workers.size = newSize;
            workers.maxOverflow = newMaxOverflow;
            workers.fillAllVacancies();
            trim(after);
            askGateAgain(after);
            core.dispatch(after);
            waiters.refuseUnserved(after);
            retirement.scheduleUpkeepOfAll(); // a worker may have become superfluous
        } finally {
            core.unlock();
        }
        after.run(context);
    }

    /** After the size went down: ends surplus workers without a holder, first those that can't be used, or not yet. */
    private void trim(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        for (Slot<W> slot : workers.copy()) {
            if (!workers.isSurplus()) {
                return;
            }
            boolean notNeeded = queue.isEmpty();
            switch (slot.state) {
                case DOWN -> core.drop(slot, after);
                case FAILING -> core.dismiss(slot, after, false);
                case REQUESTED, RESTARTING -> {
                    if (notNeeded) {
                        core.drop(slot, after);
                    }
                }
                case STARTING -> {
                    if (notNeeded) {
                        core.dismiss(slot, after, false);
                    }
                }
                default -> {
                    // it is lent, or idle, or on its way out
                }
            }
        }
        while (workers.isSurplus() && spec.overflowTtl().isZero()) {
            Slot<W> oldest = workers.pollOldest();
            if (oldest == null) {
                return;
            }
            core.dismiss(oldest, after, false);
        }
    }

    /** No new work is accepted; {@code then} runs when the accepted work is finished. */
    void drain(Runnable then) {
        core.locked(after -> {
            if (core.lifecycle() == PoolCore.Lifecycle.ACTIVE) {
                core.beginDraining();
                waiters.refuseScheduled(after);
                core.notifyPhase(after);
                core.dispatch(after);
            }
            core.whenChanged(then);
            core.changed(after);
        });
    }

    boolean isDrained() {
        return core.underLock(() -> queue.isEmpty()
                && core.keys.waiting() == 0
                && records.allSettled()
                && workers.in(SlotState.BORROWED) + workers.in(SlotState.WORKING)
                        + workers.in(SlotState.QUARANTINED) == 0);
    }

    /** All waiters are refused; all workers are closed, side by side; {@code then} runs whenever one has gone. */
    void shutDown(Runnable then) {
        core.locked(after -> {
            core.stop();
            waiters.refuseAllWaiters(after,
                    admission.refusalOf(PoolStoppedException::new, "the pool was stopped", null));
            for (Slot<W> idle = workers.pollOldest(); idle != null; idle = workers.pollOldest()) {
                core.dismiss(idle, after, false);
            }
            for (Slot<W> slot : workers.copy()) {
                Pid pid = slot.pid;
                if (pid == null && slot.orphan == null) {
                    core.drop(slot, after);
                } else if (pid != null && slot.state != SlotState.DISMISSED && slot.state != SlotState.CRASHING) {
                    // one that traps exits closes its worker first
                    after.call(() -> system.exit(pid, ExitReason.SHUTDOWN));
                }
            }
            orphans.closeAll(after);
            core.whenChanged(then);
            core.notifyPhase(after);
            core.changed(after);
        });
    }

    /** After {@link #shutDown}: the time for closing is over. */
    void killAll() {
        core.locked(after -> {
            for (Slot<W> slot : workers.copy()) {
                if (slot.pid != null) {
                    context.endProcess(slot.pid, ExitReason.KILL, after);
                }
            }
            orphans.closeAll(after);
        });
    }

    boolean isClosed() {
        return core.underLock(() -> workers.slots.isEmpty());
    }

    /** The pool has been stopped: logs the losses, if there are any. */
    void logLostTasks(Duration drained) {
        String lost = core.underLock(() -> records.lost().take());
        if (lost != null) {
            LOG.warn("Pool '{}' was stopped after {}: {}", context.name(), Outage.inShort(drained), lost);
        }
        unobserved.tellAll();
    }

    /** True if an accepted task has no outcome yet, or a caller waits. */
    boolean hasWork() {
        return core.underLock(() -> !queue.isEmpty() || core.keys.waiting() > 0 || !records.allSettled());
    }

    /** For an operator that gives up a worker that is down: as the element {@code delete} of a plan. */
    boolean deleteWorker(String childId) {
        boolean[] deleted = {false};
        core.locked(after -> {
            for (Slot<W> slot : workers.copy()) {
                if (slot.childId.equals(childId) && slot.pid == null
                        && (slot.state == SlotState.DOWN || slot.state == SlotState.RESTARTING)) {
                    core.drop(slot, after);
                    workers.leaveVacant();
                    deleted[0] = true;
                }
            }
            core.startMore(after);
            core.changed(after);
        });
        return deleted[0];
    }

    /** From now on the start of the pool is told of changes, and of each worker that can't be made. */
    void beginReadiness(Runnable changed, Runnable notMade) {
        core.locked(after -> {
            lifecycles.whenNotMade(notMade);
            core.whenChanged(changed);
        });
    }

    /** The start of the pool waits no longer. */
    void endReadiness(Runnable changed) {
        core.locked(after -> {
            lifecycles.whenNotMade(null);
            core.notWhenChanged(changed);
        });
    }
}
