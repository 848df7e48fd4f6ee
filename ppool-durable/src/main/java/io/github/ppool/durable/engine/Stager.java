package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.TaskStore.Staged;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes delayed tasks ready when they are due. It sleeps until the next one is due, but not longer than the longest
 * poll: other nodes hand tasks over as well.
 */
final class Stager implements Loop.Turn {

    static final int BATCH = 1_000;

    private final Parts parts;
    private final Results.Ready ready;
    /** The earliest time at which a task of this node is due. */
    private final AtomicLong due;
    private Runnable waker = () -> {};
    // The thread of the turns
    private long nextPoll;

    Stager(Parts parts, Results.Ready ready) {
        this.parts = parts;
        this.ready = ready;
        this.due = new AtomicLong(far());
        this.nextPoll = parts.clock().nanoTime();
    }

    void wakeBy(Runnable newWaker) {
        waker = newWaker;
    }

    private long far() {
        return parts.clock().nanoTime() + Loop.UNTIL_WOKEN;
    }

    /** A task is due after a delay. */
    void due(Duration delay) {
        long at = parts.clock().deadlineAfter(delay);
        long before = due.getAndAccumulate(at, (known, now) -> now - known < 0 ? now : known);
        if (at - before < 0 && delay.compareTo(parts.settings().longestPoll()) < 0) {
            waker.run();
        }
    }

    @Override
    public long run() {
        long now = parts.clock().nanoTime();
        long told = due.get();
        long at = told - nextPoll < 0 ? told : nextPoll;
        if (at - now > 0) {
            return at - now;
        }
        due.set(far()); // before the statement: a task that comes later is told again
        Staged staged = parts.own().stage(BATCH);
        staged.ready().keySet().forEach(ready::ready);
        long longest = parts.settings().longestPoll().toNanos();
        Duration next = staged.next();
        long wait = next == null ? longest : Math.min(longest, next.toNanos());
        nextPoll = parts.clock().nanoTime() + wait;
        return wait;
    }
}
