package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.ReplySlot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that waits for a worker. What it got, or why not, is set under the engine's lock when it is taken off the queue; the
 * reply slot only wakes it. So a worker that comes at the same moment as the time-out or an interrupt is seen by both sides.
 */
final class BlockingBorrower<W> extends Waiting<W> {

    final ReplySlot<Boolean> wakeUp;
    private final Thread thread = Thread.currentThread();
    private final @Nullable Pid pid;
    private final boolean impatient;
    private final @Nullable Throwable where;
    /** Whether it was put into the queue at all. */
    boolean entered;

    @Nullable
    PoolLease<W> lease;
    @Nullable
    Supplier<PoolException> refusal;

    BlockingBorrower(ProcessSystem system, boolean impatient, @Nullable Throwable where) {
        super(0);
        this.wakeUp = new ReplySlot<>(system);
        ProcessContext process = ProcessSystem.currentProcess();
        this.pid = process == null ? null : process.self();
        this.impatient = impatient;
        this.where = where;
    }

    @Override
    @Nullable
    Pid ownerPid() {
        return pid;
    }

    @Override
    boolean isImpatient() {
        return impatient;
    }

    @Override
    void granted(PoolEngine<W> engine, Slot<W> slot, AfterLock after) {
        lease = engine.lend(slot, thread, pid, where);
        after.add(() -> wakeUp.reply(true));
    }

    @Override
    void refused(PoolEngine<W> engine, Supplier<PoolException> why, AfterLock after) {
        refusal = why;
        after.add(() -> wakeUp.reply(false));
    }

    @Override
    public String toString() {
        return pid == null ? thread.toString() : pid.toString();
    }
}
