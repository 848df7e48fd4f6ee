package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.Overrun;
import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells of borrowers and tasks that have a worker for too long: after the time of the setting, after twice that time,
 * four times, and so on. One timer for all of them. A hand-out that has ended meanwhile is recognised when its time
 * comes: by the stamp of its lease, or by its task.
 *
 * <p>Guarded by the engine's lock, but for the reports. A report runs on a thread of the pool, and takes the stack of
 * the holder's thread there.
 */
final class Overruns<W> {

    private static final GuardedLog LOG = GuardedLog.of(Overruns.class);
    /** The most overruns that are told at one time with the stacks of their threads. */
    static final int MOST_STACKS = 20;

    private final PoolContext<W> context;
    private final MonotonicClock clock;
    private final IdleWorkers<W> workers;
    private final Duration after;
    private final long afterNanos;
    private final Runnable whenDue;
    private final DeadlineHeap<HandOut<Slot<W>>> dues = new DeadlineHeap<>();
    private @Nullable Timer timer;
    private long timerNanos;
    private long told;

    /**
     * The overruns of a pool.
     *
     * @param whenDue called by the clock when a hand-out may have overrun; calls {@link #look} with the lock
     */
    Overruns(PoolContext<W> context, IdleWorkers<W> workers, Duration after, Runnable whenDue) {
        this.context = context;
        this.clock = context.clock();
        this.workers = workers;
        this.after = after;
        this.afterNanos = Math.max(1, PoolContext.limitedNanos(after));
        this.whenDue = whenDue;
    }

    /** Under the lock: a worker is handed out, to a task or as the lease that the slot has now. */
    void begins(Slot<W> slot, @Nullable PoolTask<W, ?> task) {
        assert workers.isHeldByCurrentThread();
        forget(slot);
        add(new HandOut<>(slot, clock.nanoTime(), task, slot.stamp(), 0));
        schedule();
    }

    /** Under the lock: the slot has no hand-out any more, or is going to have another one. */
    void forget(Slot<W> slot) {
        if (slot.handOut != null) {
            dues.remove(slot.handOut);
            slot.setHandOut(null);
        }
    }

    private void add(HandOut<Slot<W>> handOut) {
        handOut.slot.setHandOut(handOut);
        dues.add(handOut, handOut.sinceNanos + limit(handOut.times));
    }

    /** The time after which a hand-out is told that was told so often. */
    private long limit(int times) {
        return times >= Long.numberOfLeadingZeros(afterNanos) - 2 ? Long.MAX_VALUE / 2 : afterNanos << times;
    }

    /** Whether the holder still has the worker. */
    private static boolean goesOn(HandOut<? extends Slot<?>> handOut) {
        Slot<?> slot = handOut.slot;
        return handOut.task == null
                ? slot.isCurrent(handOut.stamp) && slot.state == SlotState.BORROWED
                : slot.state == SlotState.WORKING && handOut.task.equals(slot.task);
    }

    /** Under the lock: no hand-out is told from now on, until workers are handed out again. */
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void schedule() {
        if (dues.isEmpty()) {
            return;
        }
        long earliest = dues.earliestNanos();
        if (timer != null) {
            if (timerNanos - earliest <= 0) {
                return; // it looks again then
            }
            timer.cancel();
        }
        timerNanos = earliest;
        timer = clock.schedule(Duration.ofNanos(Math.max(0, earliest - clock.nanoTime())), whenDue);
    }

    /** Under the lock, on the clock's thread. */
    void look(DeferredActions actions) {
        assert workers.isHeldByCurrentThread();
        timer = null;
        long now = clock.nanoTime();
        int due = 0;
        for (HandOut<Slot<W>> next = dues.pollDue(now); next != null; next = dues.pollDue(now)) {
            next.slot.setHandOut(null);
            if (goesOn(next)) {
                due++;
                HandOut<Slot<W>> again = next.toldOnceMore();
                add(again);
                actions.call(report(again, now, due <= MOST_STACKS));
            }
        }
        told += due;
        if (due > MOST_STACKS) {
            int more = due - MOST_STACKS;
            actions.call(() -> LOG.warn(
                    "{} more workers of pool '{}' are held for longer than overrun-after, which is {}", more,
                    context.name(), after));
        }
        schedule();
    }

    private Report report(HandOut<Slot<W>> handOut, long now, boolean traced) {
        Slot<W> slot = handOut.slot;
        return new Report(handOut, slot.pid, handOut.task == null ? slot.borrower : null,
                Duration.ofNanos(Math.max(0, now - handOut.sinceNanos)), traced);
    }

    /** The number of times that an overrun was told. */
    long told() {
        return told;
    }

    /** For tests, under the lock: the number of hand-outs that it keeps in memory. */
    int watched() {
        return dues.kept();
    }

    /** Without the lock, on a thread for foreign code: threads and listeners are foreign. */
    private final class Report implements Runnable {
        private final HandOut<Slot<W>> handOut;
        private final @Nullable Pid worker;
        private final @Nullable Borrower borrower;
        private final Duration taken;
        private final boolean traced;

        private Report(HandOut<Slot<W>> handOut, @Nullable Pid worker, @Nullable Borrower borrower, Duration taken,
                boolean traced) {
            this.handOut = handOut;
            this.worker = worker;
            this.borrower = borrower;
            this.taken = taken;
            this.traced = traced;
        }

        @Override
        public void run() {
            if (worker == null) {
                return;
            }
            boolean isTask = handOut.task != null;
            String holder = handOut.task instanceof PoolTask<?, ?> task
                    ? "task #" + task.id()
                    : borrower == null ? "an unknown borrower" : borrower.name();
            Overrun overrun = new Overrun(worker, isTask, holder, taken, after, 1L << (handOut.times - 1),
                    traced ? stack(worker, isTask) : Overrun.NO_STACK);
            if (traced) {
                LOG.warn("{} of pool '{}' is held for {}, overrun-after is {}, by {}. Its thread is here:",
                        handOut.slot.childId, context.name(), taken, after, overrun.holder(), overrun.where());
            }
            context.listeners().tell((listener, pool) -> listener.overrun(pool, overrun));
        }

        /** The stack of the holder, if the holder still had the worker after the stack was taken. */
        private StackTraceElement[] stack(Pid runsTask, boolean isTask) {
            StackTraceElement[] seen = isTask
                    ? context.system().stackTrace(runsTask)
                    : borrower == null ? Overrun.NO_STACK : borrower.stack();
            workers.lockReserved();
            try {
                return handOut.equals(handOut.slot.handOut) && goesOn(handOut) ? seen : Overrun.NO_STACK;
            } finally {
                workers.unlock();
            }
        }
    }

    @Override
    public String toString() {
        return "Overruns[after " + after + ", " + told + " told]";
    }
}
