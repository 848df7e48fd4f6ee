package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.QueueNode;
import io.github.ppool.process.Pid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A caller or a task that waits for a worker, an element of the {@link WaitQueue}. Only data: {@link Waiters} decides
 * about it. All fields are guarded by the engine's lock, but until the waiter can be found in the queue it belongs to
 * the thread that is about to join.
 */
abstract class Waiter<W> extends QueueNode {

    /** Since when it waits; of a task that runs, since when. */
    long sinceNanos;
    boolean queued;
    /** Found no idle worker when it came. */
    boolean hasWaited;
    /** It takes only a worker that was idle when it came, and waits at most for the check of that worker. */
    final boolean idleOnly;

    /** A waiter that waits for other holders. */
    Waiter() {
        this(false);
    }

    Waiter(boolean idleOnly) {
        this.idleOnly = idleOnly;
    }

    /** The waiter waits from now on. */
    final void waitsSince(long nowNanos) {
        sinceNanos = nowNanos;
    }

    /** Whether the waiter found no idle worker when it came. */
    final void setHasWaited(boolean value) {
        hasWaited = value;
    }

    /** Higher ones go first. */
    int priority() {
        return 0;
    }

    /** The process that waits, if it is one and its death takes it out of the queue. */
    @Nullable
    Pid ownerPid() {
        return null;
    }

    /** Whether it waits for no other holder: only for a worker that is made for it, or as {@link #idleOnly}. */
    boolean isImpatient() {
        return idleOnly;
    }

    /** Whether a caller with this time-out waits for other holders. */
    static boolean waitsWithin(Duration timeout) {
        return !timeout.isNegative() && !timeout.isZero();
    }

    /** Whether it is refused as soon as workers can't be made, instead of waiting on. */
    boolean isRefusedWithoutWorkers() {
        return true;
    }
}
