package io.github.ppool.time;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes virtual threads some time before a far deadline, so that waits with a limit that is hardly ever reached cost no
 * timer. For every timed park of a virtual thread the JDK schedules and cancels a timer, in a heap under a lock, which
 * is half the cost of such a wait. Here the cost is a link in a list. A thread that is woken early waits for the rest
 * by a timed park; so no thread is late, and few need a timer.
 *
 * <p>The lists belong to a ring of buckets, one for each tick of some 17 ms. The first thread that wants a bucket makes
 * it. One timer opens it when its tick comes, and a later tick puts another one into its place. A deadline beyond the
 * ring goes into the furthest bucket, and the waiting thread then comes again.
 *
 * <p>A bucket has several lists, each with its own monitor, which is held for a few instructions. The number of a
 * thread selects its list. The monitor decides the race between a thread and the opening of the bucket. A thread that
 * comes too late is told so, and parks with a timer.
 */
final class EarlyWaker {

    /** Opens a bucket later, on a thread that may be used for a moment. */
    interface Opener {
        void open(Runnable bucket, long delayNanos);
    }

    private static final int TICK_SHIFT = 24;
    private static final int BUCKETS = 1 << 10;
    private static final int LISTS = 1 << 3;
    /** For a nearer deadline a timed park is better. */
    private static final long NEAREST_TICKS = 3;

    private final AtomicReferenceArray<@Nullable Bucket> ring = new AtomicReferenceArray<>(BUCKETS);
    private final Opener opener;

    EarlyWaker(Opener opener) {
        this.opener = opener;
    }

    /**
     * Parks the calling thread until it is unparked or interrupted, or until the deadline is a few ticks away.
     *
     * @return false if the deadline is too near; the thread has not been parked
     */
    boolean park(Object blocker, long deadlineNanos, long nowNanos) {
        long now = nowNanos >> TICK_SHIFT;
        long ticks = (deadlineNanos >> TICK_SHIFT) - now;
        if (ticks < NEAREST_TICKS) {
            return false;
        }
        long tick = now + Math.min(ticks - 1, BUCKETS - 2);
        Thread thread = Thread.currentThread();
        Bucket bucket = bucket(tick, nowNanos);
        if (bucket.tick != tick) {
            return false; // this thread was delayed for a whole turn of the ring
        }
        Sleepers sleepers = bucket.sleepersFor(thread);
        Sleeper sleeper = new Sleeper(thread);
        if (!sleepers.add(sleeper)) {
            return false;
        }
        try {
            LockSupport.park(blocker);
        } finally {
            sleepers.remove(sleeper);
        }
        return true;
    }

    /** Returns the bucket of the given tick, or of a later one. */
    private Bucket bucket(long tick, long nowNanos) {
        int index = (int) (tick & (BUCKETS - 1));
        while (true) {
            Bucket there = ring.get(index);
            if (there != null && there.tick - tick >= 0) {
                return there;
            }
            Bucket made = new Bucket(tick);
            if (ring.compareAndSet(index, there, made)) {
                opener.open(made, (tick << TICK_SHIFT) - nowNanos);
                return made;
            }
        }
    }

    private static final class Bucket implements Runnable {
        private final long tick;
        private final Sleepers[] lists = new Sleepers[LISTS];

        private Bucket(long tick) {
            this.tick = tick;
            for (int i = 0; i < LISTS; i++) {
                lists[i] = new Sleepers();
            }
        }

        private Sleepers sleepersFor(Thread thread) {
            return lists[(int) (thread.threadId() & (LISTS - 1))];
        }

        @Override
        public void run() {
            for (Sleepers sleepers : lists) {
                sleepers.wakeAll();
            }
        }
    }

    /** A list of threads, in no order. Guarded by its monitor. */
    private static final class Sleepers {
        @GuardedBy("this")
        private @Nullable Sleeper first;

        @GuardedBy("this")
        private boolean open;

        private synchronized boolean add(Sleeper sleeper) {
            if (open) {
                return false;
            }
            Sleeper second = first;
            sleeper.next = second;
            if (second != null) {
                second.previous = sleeper;
            }
            first = sleeper;
            return true;
        }

        private synchronized void remove(Sleeper sleeper) {
            if (open) {
                return; // the opening thread takes the list apart
            }
            Sleeper previous = sleeper.previous;
            Sleeper next = sleeper.next;
            if (previous == null) {
                first = next;
            } else {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
        }

        private void wakeAll() {
            Sleeper sleeper;
            synchronized (this) {
                open = true;
                sleeper = first;
                first = null;
            }
            // no thread links or unlinks any more; a thread that has left meanwhile is unparked spuriously, which every
            // park allows for
            while (sleeper != null) {
                LockSupport.unpark(sleeper.thread);
                sleeper = sleeper.next;
            }
        }
    }

    private static final class Sleeper {
        private final Thread thread;
        private @Nullable Sleeper previous;
        private @Nullable Sleeper next;

        private Sleeper(Thread thread) {
            this.thread = thread;
        }
    }
}
