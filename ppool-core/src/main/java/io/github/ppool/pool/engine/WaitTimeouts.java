package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The time-outs of waiters: one timer for the earliest of all deadlines. A waiter that has joined without the lock has
 * its deadline not among them yet; the timer takes such deadlines up before it looks.
 */
final class WaitTimeouts<W> {

    private final PoolCore<W> core;
    private final Waiters<W> waiters;
    private final MonotonicClock clock;
    private final WaitQueue<W> queue;
    private final DeadlineHeap<Waiter<W>> deadlines;
    /** The number of late waiters that are refused before the lock is let go for a moment. */
    private static final int EXPIRY_BATCH = 200;

    private static final long NEVER = Long.MAX_VALUE;

    private @Nullable Timer deadlineTimer;
    private long deadlineTimerNanos;
    /** The time of the next expiry scan; {@link #NEVER} if none is scheduled. Written under the lock. */
    private volatile long nextExpiryNanos = NEVER;

    WaitTimeouts(PoolContext<W> context, PoolCore<W> core, Waiters<W> waiters) {
        this.core = core;
        this.waiters = waiters;
        this.clock = context.clock();
        this.queue = core.queue;
        this.deadlines = core.deadlines;
    }

    // ---- deadlines: one timer for all waiters

    void setDeadline(Waiter<W> waiting, long deadlineNanos) {
        assert core.isHeldByCurrentThread();
        deadlines.add(waiting, deadlineNanos);
        if (!isExpiryScheduledBy(deadlineNanos)) {
            scheduleExpiry();
        }
    }

    /** Without the lock: may change at once. */
    boolean isExpiryScheduledBy(long deadlineNanos) {
        long next = nextExpiryNanos;
        return next != NEVER && next - deadlineNanos <= 0;
    }

    void enlistDeadline(Waiter<W> joined) {
        assert core.isHeldByCurrentThread();
        if (joined instanceof BlockingWaiter<W> borrower && borrower.deadlinePending) {
            borrower.clearPendingDeadline();
            deadlines.add(borrower, borrower.deadlineNanos);
        }
    }

    void scheduleExpiry() {
        assert core.isHeldByCurrentThread();
        if (deadlines.isEmpty()) {
            return;
        }
        long earliest = deadlines.earliestNanos();
        Timer running = deadlineTimer;
        if (running != null && deadlineTimerNanos - earliest <= 0) {
            return; // it looks again then
        }
        if (running != null) {
            running.cancel();
        }
        deadlineTimerNanos = earliest;
        nextExpiryNanos = earliest;
        deadlineTimer = clock.schedule(Duration.ofNanos(Math.max(0, earliest - clock.nanoTime())), this::expire);
    }

    /** On the clock's thread: refuses all late waiters, not too many of them at once. */
    private void expire() {
        boolean more = true;
        while (more) {
            more = Boolean.TRUE.equals(core.decidedOnTimer(after -> {
                deadlineTimer = null;
                nextExpiryNanos = NEVER; // before the look: it sees all waiters so far, and each later one looks again
                queue.forEachNew(this::enlistDeadline);
                long now = clock.nanoTime();
                for (int i = 0; i < EXPIRY_BATCH; i++) {
                    Waiter<W> late = deadlines.pollDue(now);
                    if (late == null) {
                        scheduleExpiry();
                        core.changed(after);
                        return false;
                    }
                    if (queue.remove(late) || core.keys.isWaiting(late)) {
                        waiters.refuse(late, waiters.whyExpired(late), after);
                    }
                }
                core.changed(after);
                return true;
            }));
        }
    }

    /**
     * For tests, under the lock: checks the invariants of the timer.
     *
     * @param atRest whether no timer is running its action
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        if ((nextExpiryNanos == NEVER) != (deadlineTimer == null)) {
            return "the next expiry is at " + nextExpiryNanos + ", the timer is " + deadlineTimer;
        }
        // a broken heap is reported by itself; isEmpty would change it
        return atRest && deadlines.brokenInvariant() == null && !deadlines.isEmpty()
                && !isExpiryScheduledBy(deadlines.earliestNanos())
                        ? "a deadline is at " + deadlines.earliestNanos() + ", the next expiry at " + nextExpiryNanos
                        : null;
    }
}
