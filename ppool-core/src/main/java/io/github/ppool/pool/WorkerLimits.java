package io.github.ppool.pool;

import io.github.ppool.concurrent.TimeLimit;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.WorkerOperation.Kind;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The limits of what runs foreign code for a worker: making, checking and closing it, and what a killed process has
 * left behind. One timer for all of them. What takes longer than a second is no longer counted on; what takes longer
 * than its limit costs its process the life. Guarded by the engine's lock, but for {@link #look}.
 */
final class WorkerLimits<W> {

    private static final GuardedLog LOG = GuardedLog.of(WorkerLimits.class);

    /** How long a worker may be in the making, or checked, before another place is tried. */
    static final Duration SLOW = Duration.ofSeconds(1);

    private final PoolEngine<W> engine;
    private final OrphanTracker<W> orphans;
    private final TimeLimit<WorkerOperation<W>> slow = new TimeLimit<>(SLOW);
    private final TimeLimit<WorkerOperation<W>> making;
    private final TimeLimit<WorkerOperation<W>> checking;
    private final TimeLimit<WorkerOperation<W>> closing;
    private final TimeLimit<Quarantine<W>> quarantines;
    private final TimeLimit<OrphanedWorker<W>> slowOrphans = new TimeLimit<>(SLOW);
    private final TimeLimit<OrphanedWorker<W>> orphaned;
    private @Nullable Timer timer;
    private long timerNanos;

    WorkerLimits(PoolEngine<W> engine, OrphanTracker<W> orphans) {
        PoolSpec<W> spec = engine.spec();
        this.engine = engine;
        this.orphans = orphans;
        this.making = new TimeLimit<>(unlessZero(spec.creationTimeout()));
        this.checking = new TimeLimit<>(unlessZero(spec.validationTimeout()));
        this.closing = new TimeLimit<>(spec.shutdown());
        this.quarantines = new TimeLimit<>(spec.orphanGrace());
        this.orphaned = new TimeLimit<>(spec.orphanGrace());
    }

    private static @Nullable Duration unlessZero(Duration limit) {
        return limit.isZero() ? null : limit;
    }

    private TimeLimit<WorkerOperation<W>> limitOf(Kind kind) {
        return switch (kind) {
            case MAKE -> making;
            case CHECK -> checking;
            case CLOSE -> closing;
        };
    }

    private Duration timeFor(Kind kind) {
        return switch (kind) {
            case MAKE -> engine.spec().creationTimeout();
            case CHECK -> engine.spec().validationTimeout();
            case CLOSE -> engine.spec().shutdown();
        };
    }

    /** The process of a slot begins with something, or is told to. */
    void begin(Slot<W> slot, Kind kind) {
        end(slot);
        Pid pid = slot.pid;
        if (pid == null) {
            return;
        }
        WorkerOperation<W> operation = new WorkerOperation<>(slot, pid, kind, engine.clock().nanoTime());
        slot.operation = operation;
        limitOf(kind).watch(operation);
        if (kind != Kind.CLOSE) {
            slow.watch(operation);
        }
        schedule();
    }

    /** It is done with it, or has ended. */
    void end(Slot<W> slot) {
        WorkerOperation<W> operation = slot.operation;
        if (operation != null) {
            operation.over = true;
            slot.operation = null;
            if (slot.orphan == null || !slot.orphan.slow) {
                engine.workers().setSlow(slot, false);
            }
        }
    }

    void watch(Quarantine<W> held) {
        quarantines.watch(held);
        schedule();
    }

    void watch(OrphanedWorker<W> left) {
        slowOrphans.watch(left);
        if (!left.closed) {
            orphaned.watch(left);
        }
        schedule();
    }

    private void schedule() {
        long due = earliestDue();
        Timer running = timer;
        if (due == TimeLimit.NEVER || (running != null && timerNanos - due <= 0)) {
            return;
        }
        if (running != null) {
            running.cancel();
        }
        timerNanos = due;
        timer = engine.clock().schedule(Duration.ofNanos(Math.max(0, due - engine.clock().nanoTime())), this::look);
    }

    private long earliestDue() {
        return earliest(slow.nextDueNanos(), making.nextDueNanos(), checking.nextDueNanos(),
                closing.nextDueNanos(), quarantines.nextDueNanos(), slowOrphans.nextDueNanos(),
                orphaned.nextDueNanos());
    }

    private static long earliest(long... dues) {
        long earliest = TimeLimit.NEVER;
        for (long due : dues) {
            if (due != TimeLimit.NEVER && (earliest == TimeLimit.NEVER || due - earliest < 0)) {
                earliest = due;
            }
        }
        return earliest;
    }

    /**
     * True if everything that this timer was set for has ended in time. Then the timer closes no fast path, and waits
     * for the next limit.
     */
    private boolean allEndedInTime() {
        engine.lockLeavingQueueOpen();
        try {
            long due = earliestDue();
            if (due != TimeLimit.NEVER && due - engine.clock().nanoTime() <= 0) {
                return false;
            }
            timer = null;
            schedule();
            return true;
        } finally {
            engine.unlock();
        }
    }

    /** On the clock's thread. */
    private void look() {
        if (allEndedInTime()) {
            return;
        }
        List<WorkerOperation<W>> late = new ArrayList<>();
        engine.lockedOnTimer(after -> {
            timer = null;
            long now = engine.clock().nanoTime();
            for (WorkerOperation<W> one = slow.pollDue(now); one != null; one = slow.pollDue(now)) {
                engine.workers().setSlow(one.slot, true);
                engine.releaseCreationPermit(one.slot, after); // the next may try: one that hangs must not hold up all
            }
            for (TimeLimit<WorkerOperation<W>> limit : List.of(making, checking, closing)) {
                for (WorkerOperation<W> one = limit.pollDue(now); one != null; one = limit.pollDue(now)) {
                    late.add(one);
                }
            }
            for (Quarantine<W> one = quarantines.pollDue(now); one != null; one = quarantines.pollDue(now)) {
                orphans.crashQuarantined(one, after);
            }
            for (OrphanedWorker<W> one = slowOrphans.pollDue(now); one != null; one = slowOrphans.pollDue(now)) {
                orphans.isSlow(one, after);
            }
            for (OrphanedWorker<W> one = orphaned.pollDue(now); one != null; one = orphaned.pollDue(now)) {
                orphans.closeForOrphan(one, after);
            }
            engine.startMore(after);
            schedule();
        });
        late.forEach(this::kill);
    }

    private void kill(WorkerOperation<W> operation) {
        Duration limit = timeFor(operation.kind);
        TimeoutException why = new TimeoutException(operation.whatIsLate(limit));
        // not under the lock: the thread has to be stopped for it
        why.setStackTrace(engine.system().stackTrace(operation.pid));
        engine.lockedOnTimer(after -> {
            Slot<W> slot = operation.slot;
            if (operation.over || !operation.pid.equals(slot.pid)) {
                return; // it was done in the meantime
            }
            if (operation.kind != Kind.CLOSE) {
                slot.overran = why;
            }
            engine.endProcess(operation.pid, ExitReason.KILL, after);
            after.call(() -> LOG.warn("Pool '{}': {}. It was here:", engine.name(), operation.whatIsLate(limit), why));
        });
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant() {
        long due = earliestDue();
        if (due != TimeLimit.NEVER && (timer == null || timerNanos - due > 0)) {
            return "a limit is due at " + due + ", the timer " + (timer == null ? "is not set" : "at " + timerNanos);
        }
        List<String> wrong = new ArrayList<>();
        for (TimeLimit<WorkerOperation<W>> limit : List.of(slow, making, checking, closing)) {
            limit.forEachRunning(operation -> {
                if (!operation.equals(operation.slot.operation)) {
                    wrong.add(operation.slot + " does not know its " + operation.kind);
                }
            });
        }
        return wrong.isEmpty() ? null : wrong.getFirst();
    }

    /** For tests, under the lock: tells whether the grace of a dead borrower's thread still runs. */
    boolean isWatching(Quarantine<W> held) {
        return quarantines.isWatching(held);
    }
}
