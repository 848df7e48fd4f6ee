package io.github.ppool.pool.engine;

import io.github.ppool.pool.Lease;
import io.github.ppool.process.ExitWatch;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A stage that waits for a worker. */
final class AsyncWaiter<W> extends Waiter<W> {

    final CompletableFuture<Lease<W>> future = new CompletableFuture<>();
    final Duration timeout;
    private final @Nullable Pid pid;
    private final @Nullable CheckoutSite where;
    /** Reports the end of the process that owns this stage, while it waits. */
    private volatile @Nullable ExitWatch ownerWatch;

    AsyncWaiter(@Nullable Pid process, Duration timeout, @Nullable CheckoutSite where) {
        super(!waitsWithin(timeout));
        this.pid = process;
        this.timeout = timeout;
        this.where = where;
    }

    @Override
    @Nullable
    Pid ownerPid() {
        return pid;
    }

    /** Without the lock: the watch ends as soon as the stage is completed. */
    void watchOwner(ExitWatch watch) {
        ownerWatch = watch;
        if (future.isDone()) {
            unwatchOwner();
        }
    }

    void unwatchOwner() {
        ExitWatch watch = ownerWatch;
        if (watch != null) {
            watch.cancel();
        }
    }

    /** The call in the caller's code that asked for the worker; null if it is not captured. */
    @Nullable
    CheckoutSite where() {
        return where;
    }

    @Override
    public String toString() {
        return pid == null ? "async" : pid.toString();
    }
}
