package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.TimeLimit;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time limits of foreign code for a worker: creation, check and close of the worker, and the remains of a killed
 * process. One timer serves all of them. {@link OverdueWork} decides about a limit that is reached. Guarded by the
 * engine's lock.
 */
final class WorkerLimits<W> {

    /** How long a worker may be in the making, or checked, before another place is tried. */
    static final Duration SLOW = Duration.ofSeconds(1);

    private final PoolSpec<W> spec;
    private final MonotonicClock clock;
    private final SlotTable<W> workers;
    private final Runnable whenDue;
    private final TimeLimit<Slot.Operation<W>> slow = new TimeLimit<>(SLOW);
    private final TimeLimit<Slot.Operation<W>> making;
    private final TimeLimit<Slot.Operation<W>> checking;
    private final TimeLimit<Slot.Operation<W>> closing;
    private final TimeLimit<Slot.Quarantine<W>> quarantines;
    private final TimeLimit<Slot.Orphan<W>> slowOrphans = new TimeLimit<>(SLOW);
    private final TimeLimit<Slot.Orphan<W>> orphaned;
    private @Nullable Timer timer;
    private long timerNanos;

    /**
     * Limits that nothing runs under.
     *
     * @param whenDue called on the clock's thread, without the lock, when a limit is reached
     */
    WorkerLimits(PoolSpec<W> spec, MonotonicClock clock, SlotTable<W> workers, Runnable whenDue) {
        this.spec = spec;
        this.clock = clock;
        this.workers = workers;
        this.whenDue = whenDue;
        this.making = new TimeLimit<>(unlessZero(spec.creationTimeout()));
        this.checking = new TimeLimit<>(unlessZero(spec.validationTimeout()));
        this.closing = new TimeLimit<>(spec.shutdown());
        this.quarantines = new TimeLimit<>(spec.orphanGrace());
        this.orphaned = new TimeLimit<>(spec.orphanGrace());
    }

    private static @Nullable Duration unlessZero(Duration limit) {
        return limit.isZero() ? null : limit;
    }

    private TimeLimit<Slot.Operation<W>> limitOf(Kind kind) {
        return switch (kind) {
            case ASK, MAKE -> making;
            case CHECK -> checking;
            case CLOSE -> closing;
        };
    }

    /** The process of a slot begins a step, or is told to. */
    void begin(Slot<W> slot, Kind kind) {
        assert workers.isHeldByCurrentThread();
        end(slot);
        Pid pid = slot.pid;
        if (pid == null) {
            return;
        }
        Slot.Operation<W> operation = new Slot.Operation<>(slot, pid, kind, clock.nanoTime());
        slot.operation = operation;
        limitOf(kind).watch(operation);
        if (kind == Kind.MAKE || kind == Kind.CHECK) { // another place would ask the same gate
            slow.watch(operation);
        }
        schedule();
    }

    /** It is done with it, or has ended. */
    void end(Slot<W> slot) {
        assert workers.isHeldByCurrentThread();
        Slot.Operation<W> operation = slot.operation;
        if (operation != null) {
            operation.end();
            slot.operation = null;
            if (slot.orphan == null || !slot.orphan.slow) {
                workers.setSlow(slot, false);
            }
        }
    }

    void watch(Slot.Quarantine<W> held) {
        assert workers.isHeldByCurrentThread();
        quarantines.watch(held);
        schedule();
    }

    void watch(Slot.Orphan<W> left) {
        assert workers.isHeldByCurrentThread();
        slowOrphans.watch(left);
        if (!left.closed) {
            orphaned.watch(left);
        }
        schedule();
    }

    /** Sets the timer to the next limit. */
    void schedule() {
        assert workers.isHeldByCurrentThread();
        long due = earliestDue();
        Timer running = timer;
        if (due == TimeLimit.NEVER || (running != null && timerNanos - due <= 0)) {
            return;
        }
        if (running != null) {
            running.cancel();
        }
        timerNanos = due;
        timer = clock.schedule(Duration.ofNanos(Math.max(0, due - clock.nanoTime())), whenDue);
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

    /** The next operation that takes too long to be counted on; null if there is none. */
    Slot.@Nullable Operation<W> pollSlow(long nowNanos) {
        return slow.pollDue(nowNanos);
    }

    /** All operations that have reached their limits. */
    List<Slot.Operation<W>> pollLate(long nowNanos) {
        List<Slot.Operation<W>> late = new ArrayList<>();
        for (TimeLimit<Slot.Operation<W>> limit : List.of(making, checking, closing)) {
            for (Slot.Operation<W> one = limit.pollDue(nowNanos); one != null; one = limit.pollDue(nowNanos)) {
                late.add(one);
            }
        }
        return late;
    }

    /** The next quarantine with a grace that is over; null if there is none. */
    Slot.@Nullable Quarantine<W> pollQuarantine(long nowNanos) {
        return quarantines.pollDue(nowNanos);
    }

    /** The next orphan that takes too long to be counted on; null if there is none. */
    Slot.@Nullable Orphan<W> pollSlowOrphan(long nowNanos) {
        return slowOrphans.pollDue(nowNanos);
    }

    /** The next orphan with a grace that is over; null if there is none. */
    Slot.@Nullable Orphan<W> pollOrphan(long nowNanos) {
        return orphaned.pollDue(nowNanos);
    }

    /**
     * The timer has fired.
     *
     * @return true if all steps that the timer was set for have ended in time; then the timer waits for the next limit
     */
    boolean allEndedInTime() {
        long due = earliestDue();
        if (due != TimeLimit.NEVER && due - clock.nanoTime() <= 0) {
            return false;
        }
        fired();
        schedule();
        return true;
    }

    /** The timer has fired: {@link #schedule} is to follow. */
    void fired() {
        assert workers.isHeldByCurrentThread();
        timer = null;
    }

    /** How long an operation may take. */
    Duration limit(Kind kind) {
        return switch (kind) {
            case ASK, MAKE -> spec.creationTimeout();
            case CHECK -> spec.validationTimeout();
            case CLOSE -> spec.shutdown();
        };
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
        for (TimeLimit<Slot.Operation<W>> limit : List.of(slow, making, checking, closing)) {
            limit.forEachRunning(operation -> {
                if (!operation.equals(operation.slot.operation)) {
                    wrong.add(operation.slot + " does not know its " + operation.kind);
                }
            });
        }
        return wrong.isEmpty() ? null : wrong.getFirst();
    }

    /** For tests, under the lock: tells whether the grace of a dead borrower's thread still runs. */
    boolean isWatching(Slot.Quarantine<W> held) {
        return quarantines.isWatching(held);
    }
}
