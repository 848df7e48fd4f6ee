package io.github.ppool.pool;

import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A time after which something is to be done about whatever is not over by then. It is the same for all, so the first
 * that has begun is the first that is due. What is over is passed over when it comes to the head, and thrown out when
 * it is more than half of the queue; so beginning and ending take constant time, amortised. Guarded by the engine's
 * lock.
 */
final class TimeLimit<T extends TimedEntry> {

    static final long NEVER = Long.MAX_VALUE;

    private static final int SMALL = 64;

    private final long nanos;
    /** Small at first: an idle pool has seven of them, most of them always empty. */
    private final Deque<T> running = new ArrayDeque<>(1);
    private int roomBeforeSweep = SMALL;

    /**
     * A limit.
     *
     * @param limit null means that there is none
     */
    TimeLimit(@Nullable Duration limit) {
        this.nanos = limit == null
                ? NEVER
                : Math.clamp(MonotonicClock.saturatedNanos(limit), 0, Long.MAX_VALUE / 4);
    }

    /** Has begun, and is to be over in time. */
    void watch(T what) {
        if (nanos == NEVER) {
            return;
        }
        if (running.size() >= roomBeforeSweep) {
            running.removeIf(old -> old.over);
            roomBeforeSweep = Math.max(SMALL, 2 * running.size());
        }
        running.addLast(what);
    }

    /** Takes out the first that is due and not over; null if there is none. */
    @Nullable
    T pollDue(long nowNanos) {
        T first = first();
        return first != null && nowNanos - first.sinceNanos >= nanos ? running.pollFirst() : null;
    }

    /** When the first is due; {@link #NEVER} if there is none. */
    long nextDueNanos() {
        T first = first();
        return first == null ? NEVER : first.sinceNanos + nanos;
    }

    private @Nullable T first() {
        T first = running.peekFirst();
        while (first != null && first.over) {
            running.pollFirst();
            first = running.peekFirst();
        }
        return first;
    }
}
