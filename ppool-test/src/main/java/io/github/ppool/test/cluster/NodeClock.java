package io.github.ppool.test.cluster;

import io.github.ppool.time.ManualClock;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a node: that of the cluster, unless the node is frozen. A frozen node sees the time stand still, and
 * each thread that waits by this clock goes on only after the thaw. Then the node sees that it has missed time.
 */
final class NodeClock implements MonotonicClock {

    private final ManualClock clock;
    private final Object thaw = new Object();
    // Guarded by thaw
    private final List<Runnable> missed = new ArrayList<>();
    private boolean frozen;

    private volatile long frozenAt;
    private volatile boolean isFrozen;
    /** The threads of the cluster's engine that have ever waited here; the value is {@link #RUNS} while they run. */
    private final Map<Thread, Long> engine = new ConcurrentHashMap<>();
    private final AtomicLong waits = new AtomicLong();

    /** Stands for a thread that runs. */
    private static final Long RUNS = Long.MIN_VALUE;

    NodeClock(ManualClock clock) {
        this.clock = clock;
    }

    void freeze() {
        synchronized (thaw) {
            frozenAt = clock.nanoTime();
            frozen = true;
            isFrozen = true;
        }
    }

    void thaw() {
        List<Runnable> late;
        synchronized (thaw) {
            frozen = false;
            isFrozen = false;
            late = List.copyOf(missed);
            missed.clear();
            thaw.notifyAll();
        }
        late.forEach(Runnable::run);
    }

    /** Blocks while the node is frozen. */
    void awaitThaw() {
        boolean interrupted = false;
        synchronized (thaw) {
            while (frozen) {
                try {
                    thaw.wait();
                } catch (InterruptedException later) {
                    interrupted = true; // a frozen process does not notice it
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** True if all threads of the engine wait for a time that has not come, or the node is frozen. */
    boolean isAtRest() {
        engine.keySet().removeIf(thread -> !thread.isAlive());
        return isFrozen || engine.values().stream()
                .allMatch(deadline -> !deadline.equals(RUNS) && deadline - clock.nanoTime() > 0);
    }

    /** The number of waits so far; if it does not change, no process has run. */
    long waits() {
        return waits.get();
    }

    @Override
    public long nanoTime() {
        return isFrozen ? frozenAt : clock.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return clock.schedule(delay, () -> {
            synchronized (thaw) {
                if (frozen) {
                    missed.add(task);
                    return;
                }
            }
            task.run();
        });
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        park(blocker, deadlineNanos, null);
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos, Runnable armed) {
        park(blocker, deadlineNanos, armed);
    }

    private void park(Object blocker, long deadlineNanos, @Nullable Runnable armed) {
        Thread thread = Thread.currentThread();
        boolean ofEngine = thread.getName().startsWith("ppool-cluster-");
        awaitThaw();
        if (ofEngine) {
            waits.incrementAndGet();
            engine.put(thread, deadlineNanos);
        }
        if (armed == null) {
            clock.parkUntil(blocker, deadlineNanos);
        } else {
            clock.parkUntil(blocker, deadlineNanos, armed);
        }
        awaitThaw();
        if (ofEngine) {
            engine.put(thread, RUNS);
        }
    }
}
