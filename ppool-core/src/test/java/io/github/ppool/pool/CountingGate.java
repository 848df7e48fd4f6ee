package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A gate with a number of permits, which counts the calls of the pool. */
public final class CountingGate implements WorkerGate {

    /** A part of {@link #acquire} that a test adds. */
    interface Before {
        void acquire(Pid process) throws Exception;
    }

    public volatile int limit;
    public final AtomicInteger out = new AtomicInteger();
    public final AtomicInteger asked = new AtomicInteger();
    public final AtomicInteger opened = new AtomicInteger();
    public final AtomicInteger closed = new AtomicInteger();
    public final Queue<String> violations = new ConcurrentLinkedQueue<>();
    final List<Pid> processes = new CopyOnWriteArrayList<>();
    /** Run by each question before the answer. */
    volatile Before before = process -> {};
    /** Run by each release. */
    volatile Runnable atRelease = () -> {};
    private volatile @Nullable GatedPool pool;

    public CountingGate(int limit) {
        this.limit = limit;
    }

    public GatedPool pool() {
        return Objects.requireNonNull(pool);
    }

    /** More permits, and the pool is told. */
    void raiseTo(int newLimit) {
        limit = newLimit;
        pool().permitsAvailable();
    }

    @Override
    public void opened(GatedPool gated) {
        pool = gated;
        opened.incrementAndGet();
    }

    @Override
    public @Nullable WorkerPermit acquire(GatedPool gated, Pid process) throws Exception {
        asked.incrementAndGet();
        before.acquire(process);
        return tryAcquire(process);
    }

    private @Nullable WorkerPermit tryAcquire(Pid process) {
        while (true) {
            int now = out.get();
            if (now >= limit) {
                return null;
            }
            if (out.compareAndSet(now, now + 1)) {
                processes.add(process);
                return new Permit();
            }
        }
    }

    private final class Permit implements WorkerPermit {
        private final AtomicBoolean released = new AtomicBoolean();

        @Override
        public void release() {
            if (!released.compareAndSet(false, true)) {
                violations.add("a permit was released twice");
                return;
            }
            if (out.decrementAndGet() < 0) {
                violations.add("more permits were released than given");
            }
            atRelease.run();
        }
    }

    @Override
    public void closed(GatedPool gated) {
        closed.incrementAndGet();
    }

    @Override
    public String toString() {
        return "limit " + limit;
    }
}
