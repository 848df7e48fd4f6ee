package io.github.ppool.spring.boot.observe;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.TaskWaits;
import io.github.ppool.spring.boot.HistoryMode;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The last ten minutes of all pools, one sample a second. One daemon thread takes the samples. It runs from the first
 * look at the history until some minutes after the last one, or as {@link HistoryMode} says. While it does not run,
 * no sample is kept.
 *
 * <p>All methods may be called from any thread. A sample reads the {@code status()} of each pool, as a meter does.
 */
public final class History implements PoolsListener, AutoCloseable {

    /** The time between two samples. */
    public static final Duration EVERY = Duration.ofSeconds(1);
    /** The history is dropped if there was no look at it for so long. */
    public static final Duration KEPT = Duration.ofMinutes(5);
    /** The most pools that have a history. */
    public static final int MOST_POOLS = 1_000;
    /** The most points of a part that is not asked for by a sequence. */
    static final int COARSE = 40;
    /** The most points of a part that is asked for by a sequence. */
    static final int FINE = 60;

    private final Supplier<Pools> pools;
    private final MonotonicClock clock;
    private final WaitMeter waits;
    private final Journal journal;
    private final HistoryMode mode;
    private final long beganNanos;
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by the lock
    private final Map<String, PoolHistory> byPool = new HashMap<>();
    private @Nullable Thread sampler;
    private long lookedAtNanos;
    private long last;
    private boolean closed;
    private volatile @Nullable Pools known;

    /**
     * Makes a history that is not kept yet.
     *
     * @param pools supplies the pools, which know this listener and so are made later
     * @param clock the clock of the pools
     * @param waits collects the waits of borrowers
     * @param journal counts the crashes
     * @param mode when the history is kept
     */
    public History(
            Supplier<Pools> pools, MonotonicClock clock, WaitMeter waits, Journal journal, HistoryMode mode) {
        this.pools = pools;
        this.clock = clock;
        this.waits = waits;
        this.journal = journal;
        this.mode = mode;
        this.beganNanos = clock.nanoTime();
    }

    /** An observer looks: the history is kept from now on, unless the mode is {@link HistoryMode#NEVER}. */
    void look() {
        lock.lock();
        try {
            lookedAtNanos = clock.nanoTime();
            if (mode != HistoryMode.NEVER && sampler == null && !closed) {
                waits.watch(true);
                Thread thread = Thread.ofPlatform().daemon(true).inheritInheritableThreadLocals(false)
                        .name("ppool-history").unstarted(this::run);
                sampler = thread;
                thread.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** With {@link HistoryMode#ALWAYS} the first pool begins it. */
    @Override
    public void poolStarted(PoolClient<?> pool) {
        if (mode == HistoryMode.ALWAYS) {
            look();
        }
    }

    private void run() {
        while (!isOver()) {
            ForeignCode.tell("The history of the pools", this::sample); // the pools may be the application's own
            long next = beganNanos + (sequenceAt(clock.nanoTime()) + 1) * EVERY.toNanos();
            LockSupport.parkNanos(this, next - clock.nanoTime());
        }
        ForeignCode.tell("The history of the pools", this::countNoLonger);
    }

    /** Supplied once: when the application ends, beans can't be asked for any more. */
    private Pools pools() {
        Pools asked = known;
        if (asked == null) {
            asked = pools.get();
            known = asked;
        }
        return asked;
    }

    private void countNoLonger() {
        Pools all = pools();
        all.names().forEach(name -> all.admin().taskWaits(name, false));
    }

    private long sequenceAt(long nanos) {
        return (nanos - beganNanos) / EVERY.toNanos() + 1;
    }

    /** The readings of a pool. */
    private record Taken(PoolStatus status, @Nullable Histogram borrowers, @Nullable TaskWaits tasks) {}

    /** Takes a sample, unless there is one of this second. */
    void sample() {
        long sequence = sequenceAt(clock.nanoTime());
        Pools all = pools();
        Set<String> names = all.names();
        List<Taken> taken = new ArrayList<>();
        for (String name : names) {
            if (taken.size() == MOST_POOLS) {
                break;
            }
            all.pool(name).ifPresent(pool -> taken.add(new Taken(
                    pool.status(),
                    waits.take(name),
                    all.admin().taskWaits(name, true).orElse(null)))); // not under the lock
        }
        lock.lock();
        try {
            if (sequence > last) {
                last = sequence;
                forget(names);
                for (Taken one : taken) {
                    String name = one.status.name();
                    byPool.computeIfAbsent(name, unused -> new PoolHistory()).sample(
                            sequence, one.status, journal.crashes(Subject.pool(name)), one.borrowers, one.tasks);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Set<String> names) {
        byPool.keySet().removeIf(name -> {
            boolean gone = !names.contains(name);
            if (gone) {
                waits.forget(name);
            }
            return gone;
        });
    }

    /** Whether the history is kept no longer; if so, drops it. */
    boolean isOver() {
        lock.lock();
        try {
            boolean over = closed
                    || (mode != HistoryMode.ALWAYS && clock.nanoTime() - lookedAtNanos > KEPT.toNanos());
            if (over) {
                sampler = null;
                byPool.clear();
                waits.watch(false);
            }
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** The sequence of the last sample; zero before the first one. */
    long sequence() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** Reads the history of a pool; null if it has none. */
    <T> @Nullable T read(String pool, Reading<T> reading) {
        lock.lock();
        try {
            PoolHistory known = byPool.get(pool);
            return known == null ? null : reading.read(known, last);
        } finally {
            lock.unlock();
        }
    }

    /** Reads a history under the lock. */
    interface Reading<T> {
        /** Reads; {@code last} is the sequence of the last sample. */
        @Nullable
        T read(PoolHistory history, long last);
    }

    /** Whether the history is kept at the moment. */
    boolean isKept() {
        lock.lock();
        try {
            return sampler != null;
        } finally {
            lock.unlock();
        }
    }

    /** The setting. */
    HistoryMode mode() {
        return mode;
    }

    /** Ends the thread and drops the history. Does not wait for the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            LockSupport.unpark(sampler);
        } finally {
            lock.unlock();
        }
    }
}
