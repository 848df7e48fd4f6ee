package io.github.ppool.soak;

import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Makes the workers of all pools and knows which there are. Any thread. */
final class Workers implements WorkerFactory<Worker> {

    final LongAdder made = new LongAdder();
    final LongAdder closed = new LongAdder();
    final LongAdder closedTwice = new LongAdder();

    private final Set<Worker> present = ConcurrentHashMap.newKeySet();
    private final Ledger ledger;
    private volatile @Nullable Worker shared;

    Workers(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Made and not closed yet. */
    Set<Worker> present() {
        return present;
    }

    @Override
    public Worker create() {
        Worker before = shared;
        if (before != null && present.contains(before)) {
            return before;
        }
        Worker worker = another();
        if (ledger.fault() == Fault.SHARE_WORKER) {
            shared = worker;
        }
        if (ledger.strikes(Fault.FORGET_WORKER)) {
            return another();
        }
        return worker;
    }

    private Worker another() {
        Worker worker = new Worker(Objects.requireNonNull(ProcessSystem.currentProcess()).self(), ledger);
        made.increment();
        present.add(worker);
        return worker;
    }

    @Override
    public void destroy(Worker worker, @Nullable Throwable cause) {
        close(worker);
        if (ledger.strikes(Fault.CLOSE_TWICE)) {
            close(worker);
        }
    }

    private void close(Worker worker) {
        if (worker.close() > 1) {
            closedTwice.increment();
        } else {
            closed.increment();
            present.remove(worker);
        }
    }
}
