package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.pool.PoolException;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ReplySlot;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits for a worker. Its outcome is set under the engine's lock when it leaves the queue; the reply slot
 * only wakes it. So both sides see a worker that comes at the same moment as the time-out or an interrupt.
 */
final class BlockingWaiter<W> extends Waiter<W> implements Runnable {

    final ReplySlot<Boolean> wakeUp;
    private final Borrower owner;
    private final boolean impatient;
    final @Nullable Duration timeout;
    private final @Nullable CheckoutSite where;
    /** When it gives up, if it has joined the queue without the lock and is not yet among the {@link DeadlineHeap}. */
    long deadlineNanos;
    /** Whether that is so. */
    boolean deadlinePending;
    /** Whether it was put into the queue at all. */
    boolean entered;

    @Nullable
    PoolLease<W> lease;
    @Nullable
    Supplier<PoolException> refusal;

    /**
     * Made by the thread that will wait.
     *
     * @param owner that thread
     * @param timeout null if it waits only for a worker that is made for it
     */
    BlockingWaiter(
            MonotonicClock clock,
            Borrower owner,
            @Nullable Duration timeout,
            @Nullable CheckoutSite where) {
        super(timeout != null && !waitsWithin(timeout));
        this.wakeUp = new ReplySlot<>(clock);
        this.owner = owner;
        this.impatient = timeout == null || idleOnly;
        this.timeout = timeout;
        this.where = where;
    }

    @Override
    @Nullable
    Pid ownerPid() {
        return owner.pid;
    }

    @Override
    boolean isImpatient() {
        return impatient;
    }

    /** Before the waiter joins the queue without the lock: it gives up at that time. */
    void setPendingDeadline(long atNanos) {
        deadlineNanos = atNanos;
        deadlinePending = true;
    }

    /** The deadline is among the others, or the waiter has not joined. */
    void clearPendingDeadline() {
        deadlinePending = false;
    }

    /** Under the lock: the waiter has this lease. {@link #run} is to follow, without the lock. */
    void grant(PoolLease<W> granted) {
        lease = granted;
    }

    /** Under the lock: the waiter gets no worker. {@link #run} is to follow, without the lock. */
    void refuse(Supplier<PoolException> why) {
        refusal = why;
    }

    Borrower owner() {
        return owner;
    }

    /** The call in the caller's code that asked for the worker; null if it is not captured. */
    @Nullable
    CheckoutSite where() {
        return where;
    }

    /** After the lock: wakes the thread. */
    @Override
    public void run() {
        wakeUp.reply(lease != null);
    }

    @Override
    public String toString() {
        return owner.toString();
    }
}
