package io.github.ppool.soak;

import io.github.ppool.process.Pid;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A worker that knows its holder. Any thread. */
final class Worker {

    private final Pid process;
    private final Ledger ledger;
    private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile boolean atTask;

    Worker(Pid process, Ledger ledger) {
        this.process = process;
        this.ledger = ledger;
    }

    Pid process() {
        return process;
    }

    /** Its state at a glance. */
    Victim looksLike() {
        return holder.get() == null ? Victim.IDLE_WORKER : atTask ? Victim.WORKER_WITH_TASK : Victim.LENT_WORKER;
    }

    /** The calling thread has it for a while. */
    void use(Use use) {
        Thread me = Thread.currentThread();
        if (!holder.compareAndSet(null, me)) {
            ledger.doubleHandOuts.increment();
            return;
        }
        atTask = use.task();
        try {
            for (int i = 0; i < use.spins(); i++) {
                Thread.onSpinWait();
            }
            if (use.parkNanos() > 0) {
                LockSupport.parkNanos(this, use.parkNanos());
            }
        } finally {
            holder.set(null);
        }
    }

    /** How many times it has been closed, this one included. */
    int close() {
        return closed.incrementAndGet();
    }

    /**
     * One use by a holder.
     *
     * @param task whether the worker's own process does it
     * @param spins computes so long
     * @param parkNanos waits so long
     */
    record Use(boolean task, int spins, long parkNanos) {}
}
