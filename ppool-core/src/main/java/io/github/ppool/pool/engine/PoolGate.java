package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The gate of a pool, as the engine asks it, and the pool as the gate sees it. The process of a worker asks before it
 * calls the factory. A worker without a permit is not made: its slot gives up its place, so a place that waits for a
 * permit is simply a vacant one, while {@link GateAnswers} says that the gate is shut. There is no state for it,
 * and none can be lost with it.
 *
 * <p>A permit belongs to a process, from the answer of the gate to the end of the worker. The process gives it back
 * when the worker is closed, or when it could not be made. If another thread closes the worker of a killed process,
 * that thread does.
 *
 * <p>Only a pool with a gate has one.
 */
final class PoolGate<W> implements GatedPool {

    private static final GuardedLog LOG = GuardedLog.of(PoolGate.class);

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final WorkerLimits<W> limits;
    private final Leases<W> leases;
    private final CreationPermits<W> turns;
    private final Waiters<W> waiters;
    private final Retirement<W> retirement;
    private final IdleWorkers<W> workers;
    private final WorkerGate gate;
    private final GateAnswers answers;

    // Guarded by the lock.

    /** Slots that were refused, or ended by the gate, while their workers were not back from a crash. */
    private final Deque<Slot<W>> unfinished = new ArrayDeque<>();
    private boolean opened;
    /** Permits that were given, and whose release has not returned. */
    private int out;

    private enum Answer {
        GIVEN,
        REFUSED,
        /** Refused, but permits may have become free meanwhile. */
        AGAIN,
        /** The worker is not wanted any more. */
        TOO_LATE
    }

    PoolGate(PoolContext<W> context, PoolCore<W> core, WorkerLimits<W> limits, Leases<W> leases,
            CreationPermits<W> turns, Waiters<W> waiters, Retirement<W> retirement, WorkerGate gate,
            GateAnswers answers) {
        this.context = context;
        this.core = core;
        this.limits = limits;
        this.leases = leases;
        this.turns = turns;
        this.waiters = waiters;
        this.retirement = retirement;
        this.workers = core.workers;
        this.gate = gate;
        this.answers = answers;
    }

    // ---- the life of the pool

    /** The pool is about to be started. Holds no lock. */
    void open() {
        core.locked(after -> opened = true);
        ForeignCode.tell(this, () -> gate.opened(this));
    }

    /** The pool has ended. Any thread, without a lock; without effect if the gate does not know of the pool. */
    void close() {
        boolean knows = core.underLock(() -> {
            boolean was = opened;
            opened = false;
            return was;
        });
        if (knows) {
            ForeignCode.tell(this, () -> gate.closed(this));
        }
    }

    // ---- a process asks

    /**
     * Asks for a permit, on the process of a slot that has its turn to make a worker.
     *
     * @param putThreadRight run after each call of the gate
     * @param bookEnd books the end of the process if it has ended while it asked: that counts as a refusal, and must do
     *     so before its permit is given back, after which the pool asks anew
     * @return the permit; null if none is given, or if the worker is not wanted any more: then the process is to end
     */
    @SuppressWarnings("CatchingUnchecked") // each failure of the gate means that there is no permit
    @Nullable
    HeldPermit ask(Slot<W> slot, Pid pid, Runnable putThreadRight, Runnable bookEnd) {
        while (true) {
            HeldPermit held = new HeldPermit();
            long asked = begin(slot, pid);
            if (asked < 0) {
                return null;
            }
            Throwable failure = null;
            try {
                held.give(ForeignCode.ask(() -> gate.acquire(this, pid)));
            } catch (ProcessExit exit) {
                throw exit;
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                putThreadRight.run();
            }
            switch (answered(slot, pid, held, asked, failure)) {
                case GIVEN -> {
                    return held;
                }
                case REFUSED -> {
                    return null;
                }
                case TOO_LATE -> {
                    bookEnd.run();
                    release(slot, held);
                    return null;
                }
                case AGAIN -> {
                    // the refusal is void
                }
            }
        }
    }

    /** Returns how often permits had become free before the question; negative if there is no question to ask. */
    private long begin(Slot<W> slot, Pid pid) {
        return core.underLock(() -> {
            if (!pid.equals(slot.pid) || slot.state != SlotState.STARTING) {
                return -1L;
            }
            limits.begin(slot, Kind.ASK);
            return answers.told();
        });
    }

    private Answer answered(
            Slot<W> slot, Pid pid, HeldPermit held, long asked, @Nullable Throwable failure) {
        FailureText text = failure == null ? null : FailureText.of(failure);
        DeferredActions after = new DeferredActions();
        Answer answer;
        core.lock();
        try {
            out += held.isOut() ? 1 : 0;
            answer = !pid.equals(slot.pid) || slot.state != SlotState.STARTING || !pid.isAlive()
                    ? Answer.TOO_LATE
                    : held.isOut() ? Answer.GIVEN : asked != answers.told() ? Answer.AGAIN : Answer.REFUSED;
            if (answer == Answer.GIVEN) {
                boolean wasShut = answers.isShut();
                slot.setPermit(held);
                limits.begin(slot, Kind.MAKE);
                answers.given();
                if (wasShut) {
                    core.startMore(after);
                }
            } else if (answer == Answer.REFUSED) {
                limits.end(slot);
                turns.releaseCreationPermit(slot, after);
                slot.refuse();
                workers.move(slot, SlotState.DISMISSED);
                refused(slot, failure, text, after);
                core.startMore(after);
                core.changed(after);
            }
        } finally {
            core.unlock();
        }
        after.run(context);
        return answer;
    }

    /** Under the lock: the process of a slot has ended while it asked, or because the gate ended it. */
    void processEnded(Slot<W> slot, boolean asking, @Nullable Throwable why, @Nullable FailureText text,
            DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (slot.revoked != null) {
            keepUnfinished(slot);
        } else if (asking) {
            refused(slot, why, text, after);
        }
    }

    private void refused(
            Slot<W> slot, @Nullable Throwable failure, @Nullable FailureText text, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        keepUnfinished(slot);
        boolean fails = answers.refused(!core.queue.isEmpty(), context.clock().nanoTime(), failure, text);
        waiters.refuseImpatient(answers.why(), failure, after);
        retirement.dismissOneReplaced(after); // its permit is one for the worker that was to replace it
        if (fails) {
            String why = answers.why();
            after.call(() -> LOG.warn("Pool '{}' waits for permits: {}", context.name(), why));
        }
    }

    /** The plan of a worker that is not back from its last crash goes on with the next slot. */
    private void keepUnfinished(Slot<W> slot) {
        if (slot.outage != null && slot.generation == core.generation()
                && unfinished.size() < workers.size + workers.maxOverflow) {
            unfinished.add(slot);
        }
    }

    /** Under the lock: a slot whose plan is to go on; null if there is none. */
    @Nullable
    Slot<W> pollUnfinished() {
        assert core.isHeldByCurrentThread();
        Slot<W> next = unfinished.poll();
        while (next != null && next.generation != core.generation()) {
            next = unfinished.poll();
        }
        return next;
    }

    // ---- a permit is given back

    /** The worker of a slot is closed, or could not be made. Any thread, without a lock. */
    void release(Slot<W> slot, @Nullable HeldPermit held) {
        if (held == null) {
            return;
        }
        WorkerPermit permit = held.take();
        if (permit == null) {
            return;
        }
        ForeignCode.run("the permit of worker " + slot.childId, permit::release);
        core.lockedAfterExitElsewhere(after -> {
            out--;
            answers.released(held);
            if (!held.isForOthers()) {
                answers.maybeFree();
            }
            core.startMore(after);
            core.changed(after);
        });
    }

    /**
     * The worker of a slot is closed, as {@link #release}. One that is itself a process was told to end; its permit is
     * given back when its thread has ended.
     */
    void releaseClosed(Slot<W> slot, @Nullable HeldPermit held, @Nullable Pid worker) {
        if (held == null || worker == null) {
            release(slot, held);
            return;
        }
        ProcessSystem system = context.system();
        var unused = system.onExit(worker, (ended, reason) -> system.onThreadEnd(ended,
                (process, why) -> context.clock().handOff(context.forCalls(), () -> release(slot, held))));
    }

    // ---- as the gate sees the pool

    @Override
    public String name() {
        return context.name();
    }

    @Override
    public int wanted() {
        return core.underLock(() -> core.canMakeWorkers() ? workers.withoutPermit() + core.missing() : 0);
    }

    @Override
    public int idle() {
        core.returnDeferred();
        return core.underLock(() -> Math.max(0, workers.idleCount() - workers.reusedCount()));
    }

    @Override
    public void permitsAvailable() {
        ProcessContext caller = ProcessSystem.currentProcess();
        core.lockedOnTimer(after -> {
            if (caller == null || !isAsking(caller.self())) {
                reopen(after);
            }
        });
    }

    /** Under the lock: all that is missing is asked for. */
    void reopen(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        answers.maybeFree();
        core.startMore(after);
    }

    private boolean isAsking(Pid process) {
        Slot<W> slot = slotOf(process);
        return slot != null && slot.isAsking();
    }

    private @Nullable Slot<W> slotOf(Pid process) {
        assert core.isHeldByCurrentThread();
        for (Slot<W> slot : workers.slots) {
            if (process.equals(slot.pid)) {
                return slot;
            }
        }
        return null;
    }

    @Override
    public void releaseNext(int count) {
        core.lockedOnTimer(after -> {
            workers.reconcileAll(); // a worker that a thread has taken without the lock comes back with it
            if (answers.owe(Math.max(0, count)) == 0) {
                return;
            }
            boolean paid = false;
            while (answers.owes()) {
                Slot<W> oldest = workers.pollOldest();
                if (oldest == null) {
                    break;
                }
                core.reassign(oldest, after, false);
                paid = true;
            }
            if (paid) {
                core.startMore(after);
                waiters.refuseUnserved(after);
                core.changed(after);
            }
        });
    }

    @Override
    public int releaseIdle(int count) {
        Integer dismissed = core.decidedOnTimer(after -> {
            int gone = 0;
            while (gone < count && (core.queue.isEmpty() || !core.canServe())) {
                Slot<W> oldest = workers.pollOldest();
                if (oldest == null) {
                    break;
                }
                if (oldest.permit != null) {
                    oldest.permit.markForOthers();
                }
                core.dismiss(oldest, after, false);
                gone++;
            }
            if (gone > 0) {
                answers.tookBack();
                core.startMore(after);
                waiters.refuseUnserved(after);
                core.changed(after);
            }
            return gone;
        });
        return dismissed == null ? 0 : dismissed;
    }

    @Override
    public boolean end(Pid process, ExitReason reason) {
        return Boolean.TRUE.equals(core.decidedOnTimer(after -> {
            Slot<W> slot = slotOf(process);
            if (slot == null) {
                return false;
            }
            if (slot.revoked == null) {
                slot.revoke(reason);
                takeAway(slot);
                context.endProcess(process, reason, after);
                if (process.isAlive()) { // it traps exits, or the reason is one that a process outlives
                    context.endProcess(process, ExitReason.KILL, after);
                }
            }
            return true;
        }));
    }

    /** From now on the worker is not lent, and its lease is over; its process learns that in its own time. */
    private void takeAway(Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        workers.reconcile(slot);
        switch (slot.state) {
            case IDLE -> workers.removeIdle(slot);
            case BORROWED, QUARANTINED -> slot.endQuarantine();
            default -> {
                return; // its process has it
            }
        }
        leases.endLease(slot);
        workers.move(slot, SlotState.CRASHING);
    }

    /** For tests, under the lock: permits that were given and not given back. */
    int out() {
        return out;
    }

    @Override
    public String toString() {
        return "the gate of pool '" + context.name() + "'";
    }
}
