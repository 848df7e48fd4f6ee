package io.github.ppool.soak;

import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerUnavailableException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** All counts of a soak. Any thread. */
final class Ledger implements PoolListener {

    private static final int SHOWN = 20;
    private static final int FAULT_EVERY = 50;

    final LongAdder borrowed = new LongAdder();
    final LongAdder refused = new LongAdder();
    /**
     * The worker that was made for this very caller or task was killed before it was ready. Waiters in the queue are
     * never told that.
     */
    final LongAdder unavailable = new LongAdder();
    final LongAdder crashed = new LongAdder();

    final LongAdder accepted = new LongAdder();
    /** Hand-overs that were cut off by the death of the caller: each may have been accepted or not. */
    final LongAdder unsure = new LongAdder();
    final LongAdder done = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder failedWithWorker = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder runTwice = new LongAdder();
    final LongAdder doneWithoutRun = new LongAdder();
    final LongAdder endsTold = new LongAdder();
    final Set<Entry> open = ConcurrentHashMap.newKeySet();

    final LongAdder doubleHandOuts = new LongAdder();
    final AtomicLong longestWaitNanos = new AtomicLong();
    final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private final Fault fault;
    private final Gate gate;
    private final AtomicInteger chances = new AtomicInteger();

    Ledger(Fault fault, Gate gate) {
        this.fault = fault;
        this.gate = gate;
    }

    /** The record of one task; {@code atOnce} if it does not wait in the queue. */
    static final class Entry {
        private final AtomicInteger runs = new AtomicInteger();
        private final AtomicInteger outcomes = new AtomicInteger();
        private final boolean atOnce;
        private volatile @Nullable Task<?> task;

        Entry(boolean atOnce) {
            this.atOnce = atOnce;
        }

        @Override
        public String toString() {
            return task + ", begun " + runs + " times";
        }
    }

    /** Whether the soak is to do wrong here; now and then only, so that there is enough left that goes well. */
    boolean strikes(Fault kind) {
        return fault == kind && chances.getAndIncrement() % FAULT_EVERY == 0;
    }

    Fault fault() {
        return fault;
    }

    /** An event that must not happen; ends the load. */
    void failed(String what) {
        if (failures.size() < SHOWN) {
            failures.add(what);
        }
        gate.end();
    }

    void waited(Duration time, Duration atMost) {
        longestWaitNanos.accumulateAndGet(time.toNanos(), Math::max);
        if (time.compareTo(atMost) > 0) {
            failed("a wait lasted " + time);
        }
    }

    // ---- tasks

    void accepted(Entry entry, Task<?> task) {
        entry.task = task;
        open.add(entry);
        accepted.increment();
    }

    /** A worker begins with it. */
    void begins(Entry entry) {
        if (entry.runs.incrementAndGet() > 1) {
            runTwice.increment();
        }
    }

    /** After {@link #accepted}: it has its outcome. */
    void ended(Entry entry, @Nullable Throwable thrown) {
        if (entry.outcomes.incrementAndGet() > 1) {
            runTwice.increment();
        }
        switch (thrown) {
            case null -> {
                done.increment();
                if (entry.runs.get() == 0) {
                    doneWithoutRun.increment();
                }
            }
            case CancellationException before -> cancelled.increment();
            case WorkerExitException died -> failedWithWorker.increment();
            case WorkerUnavailableException died when entry.atOnce -> unavailable.increment();
            case UnsupportedOperationException survived -> failed.increment();
            default -> failed("a task ended with " + thrown);
        }
        open.remove(entry);
    }

    @Override
    public void taskEnded(String pool, Task<?> task) {
        endsTold.increment();
    }

    long operations() {
        return borrowed.sum() + accepted.sum() + refused.sum() + unavailable.sum();
    }
}
