package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stage that waits for a worker. */
final class AsyncBorrower<W> extends Waiting<W> {

    final CompletableFuture<Lease<W>> future = new CompletableFuture<>();
    private final @Nullable Pid pid;
    private final @Nullable Throwable where;
    @Nullable
    Timer timer;

    AsyncBorrower(@Nullable Throwable where) {
        super(0);
        ProcessContext process = ProcessSystem.currentProcess();
        this.pid = process == null ? null : process.self();
        this.where = where;
    }

    @Override
    @Nullable
    Pid ownerPid() {
        return pid;
    }

    @Override
    void granted(PoolEngine<W> engine, Slot<W> slot, AfterLock after) {
        PoolLease<W> lease = engine.lend(slot, null, pid, where);
        after.add(this::cancelTimer);
        after.add(() -> {
            // cancelled at the same moment: the next one gets the worker
            if (!future.complete(lease)) {
                lease.close();
            } else if (hasWaited) {
                engine.listenerServed(this);
            }
        });
    }

    @Override
    void refused(PoolEngine<W> engine, Supplier<PoolException> why, AfterLock after) {
        after.add(this::cancelTimer);
        after.add(() -> future.completeExceptionally(engine.refuse(why.get())));
    }

    void cancelTimer() {
        Timer running = timer;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public String toString() {
        return pid == null ? "async" : pid.toString();
    }
}
