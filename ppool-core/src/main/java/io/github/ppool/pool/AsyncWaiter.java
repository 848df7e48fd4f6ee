package io.github.ppool.pool;

import io.github.ppool.concurrent.CompletionTrampoline;
import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.process.ExitWatch;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stage that waits for a worker. */
final class AsyncWaiter<W> extends Waiter<W> {

    final CompletableFuture<Lease<W>> future = new CompletableFuture<>();
    final Duration timeout;
    private final @Nullable Pid pid;
    private final @Nullable CheckoutSite where;
    /** Tells of the death of the process whose stage this is, while it waits. */
    private volatile @Nullable ExitWatch ownerWatch;

    AsyncWaiter(@Nullable Pid process, Duration timeout, @Nullable CheckoutSite where) {
        this.pid = process;
        this.timeout = timeout;
        this.where = where;
    }

    @Override
    @Nullable
    Pid ownerPid() {
        return pid;
    }

    /**
     * Without the lock, by the caller, after it was put into the queue: the stage of a process that dies is refused.
     */
    void watchOwner(PoolEngine<W> engine) {
        if (pid != null && !future.isDone()) {
            ownerWatch = engine.system().onExit(pid, (process, reason) -> engine.waitingProcessExited(this));
            if (future.isDone()) {
                unwatchOwner();
            }
        }
    }

    private void unwatchOwner() {
        ExitWatch watch = ownerWatch;
        if (watch != null) {
            watch.cancel();
        }
    }

    /** Without the lock: however the stage was completed, nothing waits for it any longer. */
    void over(PoolEngine<W> engine) {
        unwatchOwner();
        engine.leaveQueue(this);
    }

    @Override
    void granted(PoolEngine<W> engine, Slot<W> slot, DeferredActions after) {
        PoolLease<W> lease = engine.lend(slot, new Borrower(pid), where);
        after.complete(() -> CompletionTrampoline.run(() -> {
            if (pid == null) {
                engine.leaks().watchUnowned(lease, where);
            }
            // cancelled at the same moment: the next one gets the worker
            if (!future.complete(lease)) {
                lease.close();
            } else if (hasWaited) {
                engine.listeners().served(this);
            }
        }));
    }

    @Override
    void refused(PoolEngine<W> engine, Supplier<PoolException> why, DeferredActions after) {
        after.complete(() -> future.completeExceptionally(engine.refuse(why.get())));
    }

    @Override
    void ownerEnded(PoolEngine<W> engine, DeferredActions after) {
        refused(engine, engine.refusalOf(PoolRejectedException::new,
                "the process " + pid + " that asked for a worker has ended", null), after);
    }

    @Override
    Supplier<PoolException> whyExpired(PoolEngine<W> engine) {
        return engine.checkoutTimedOut(timeout, Borrower.NO_THREAD, pid);
    }

    @Override
    public String toString() {
        return pid == null ? "async" : pid.toString();
    }
}
