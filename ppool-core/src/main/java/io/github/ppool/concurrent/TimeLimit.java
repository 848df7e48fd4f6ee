package io.github.ppool.concurrent;

import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One time limit for many entries: an entry that is not over when its limit is reached is due. The limit is the same
 * for all entries, so the entry that began first is due first. An entry that is over is skipped when it reaches the
 * head, and such entries are removed when they are more than half of the queue; so beginning and ending take constant
 * amortised time. Guarded by a lock of its owner.
 *
 * @param <T> the type of the entries
 */
public final class TimeLimit<T extends TimedEntry> {

    /** The answer of {@link #nextDueNanos} if there is no entry. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int SMALL = 64;

    private final long nanos;
    /** Null before the first entry: an idle pool has seven limits, most of them never used. */
    private @Nullable Deque<T> running;
    private int roomBeforeSweep = SMALL;

    /**
     * A limit without entries.
     *
     * @param limit null means that no entry is ever due
     */
    public TimeLimit(@Nullable Duration limit) {
        this.nanos = limit == null
                ? NEVER
                : Math.clamp(MonotonicClock.saturatedNanos(limit), 0, Long.MAX_VALUE / 4);
    }

    /**
     * Adds an entry, which has begun.
     *
     * @param entry the entry
     */
    public void watch(T entry) {
        if (nanos == NEVER) {
            return;
        }
        Deque<T> watched = running;
        if (watched == null) {
            watched = new ArrayDeque<>(1);
            running = watched;
        }
        if (watched.size() >= roomBeforeSweep) {
            watched.removeIf(old -> old.over);
            roomBeforeSweep = Math.max(SMALL, 2 * watched.size());
        }
        watched.addLast(entry);
    }

    /**
     * Removes the first entry that is due and not over.
     *
     * @param nowNanos the time, by the clock of the owner
     * @return the entry, null if there is none
     */
    public @Nullable T pollDue(long nowNanos) {
        T first = first();
        return first != null && running != null && nowNanos - first.sinceNanos >= nanos ? running.pollFirst() : null;
    }

    /**
     * The time at which the first entry is due.
     *
     * @return by the clock of the owner; {@link #NEVER} if there is no entry
     */
    public long nextDueNanos() {
        T first = first();
        return first == null ? NEVER : first.sinceNanos + nanos;
    }

    private @Nullable T first() {
        if (running == null) {
            return null;
        }
        T first = running.peekFirst();
        while (first != null && first.over) {
            running.pollFirst();
            first = running.peekFirst();
        }
        return first;
    }

    /**
     * For tests, under the lock: tells whether an entry is watched.
     *
     * @param entry the entry
     * @return false if it was not added, is over, or was removed because it was due
     */
    public boolean isWatching(T entry) {
        return !entry.over && running != null && running.contains(entry);
    }

    /**
     * For tests, under the lock: calls an action with all entries that are not over.
     *
     * @param action must not change the limit
     */
    public void forEachRunning(Consumer<T> action) {
        if (running != null) {
            running.forEach(entry -> {
                if (!entry.over) {
                    action.accept(entry);
                }
            });
        }
    }
}
