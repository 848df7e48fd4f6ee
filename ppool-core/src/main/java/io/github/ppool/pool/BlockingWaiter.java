package io.github.ppool.pool;

import io.github.ppool.concurrent.DeadlineHeap;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ReplySlot;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits for a worker. What it got, or why not, is set under the engine's lock when it is taken off the
 * queue; the reply slot only wakes it. So a worker that comes at the same moment as the time-out or an interrupt is
 * seen by both sides.
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
            PoolEngine<W> engine,
            Borrower owner,
            @Nullable Duration timeout,
            @Nullable CheckoutSite where) {
        this.wakeUp = new ReplySlot<>(engine.system().clock());
        this.owner = owner;
        this.impatient = timeout == null;
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

    @Override
    void granted(PoolEngine<W> engine, Slot<W> slot, DeferredActions after) {
        lease = engine.lend(slot, owner, where);
        after.add(this);
    }

    /** As {@link #granted}; {@link #run} is to follow, without the lock. */
    void grant(PoolLease<W> granted) {
        lease = granted;
    }

    Borrower owner() {
        return owner;
    }

    @Override
    void refused(PoolEngine<W> engine, Supplier<PoolException> why, DeferredActions after) {
        refusal = why;
        after.add(this);
    }

    @Override
    Supplier<PoolException> whyExpired(PoolEngine<W> engine) {
        return engine.checkoutTimedOut(timeout, owner.threadId, owner.pid);
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
