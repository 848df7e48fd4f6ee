package io.github.ppool.pool.engine;

import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginnings of a {@link Rate}, and the time of the next one that it permits. Two rules, and both must permit:
 *
 * <ul>
 *   <li><em>The window.</em> Each beginning counts for the period of the rate. No more count at once than it permits.
 *   <li><em>The distance</em>, only with a burst smaller than the number of permits. Each beginning moves a time on by
 *       the period divided by the permits. That time is at most so far ahead that a burst fits before it.
 * </ul>
 *
 * <p>The window remembers each beginning, up to {@link #MOST} at different times. Of a larger rate it remembers them
 * in so many parts of the period, each of them until the end of its part has left the window: so it is still never
 * too early.
 *
 * <p>A structure that knows no pool, guarded by the lock of its owner. Times are those of {@code nanoTime}, and never
 * go back.
 */
final class RateWindow {

    /** The most times that one window remembers. */
    static final int MOST = 10_000;
    private static final int FIRST = 4;

    private final Rate rate;
    private final long periodNanos;
    /** The width of the parts in which beginnings are remembered; 1 if each one has its own time. */
    private final long partNanos;
    /** Whether the burst is smaller than the number of permits, so that the second rule counts. */
    private final boolean paces;
    /** The permits, their burst, and the distance between two beginnings after a burst; of a share they change. */
    private int permits;
    private int burst;
    private long distanceNanos;

    /** A ring: the times at which beginnings leave the window, and how many do so at each. */
    private long[] leaves = new long[FIRST];
    private int[] count = new int[FIRST];
    private int head;
    private int size;
    private int used;
    /** Whether {@link #pacedNanos} has a meaning: the burst is limited, and a use has begun. */
    private boolean paced;
    /** The time from which a whole burst is there again. */
    private long pacedNanos;

    RateWindow(Rate rate) {
        this.rate = rate;
        this.periodNanos = rate.period().toNanos();
        this.partNanos = rate.permits() <= MOST ? 1 : Math.max(1, periodNanos / MOST);
        this.paces = rate.burst() < rate.permits();
        resize(rate.permits());
    }

    /** The window of a share of a rate. It begins without a permit, and {@link #resize} gives it some. */
    static RateWindow ofShare(Rate rate) {
        RateWindow window = new RateWindow(rate);
        window.resize(0);
        return window;
    }

    int permits() {
        return permits;
    }

    /**
     * Gives the window so many of the rate's permits, and as much of its burst: at least one that begins at once.
     *
     * @param share from zero to the permits of the rate
     */
    void resize(int share) {
        permits = share;
        burst = !paces || share == 0
                ? share
                : Math.max(1, (int) ((long) rate.burst() * share / rate.permits()));
        distanceNanos = share == 0 ? periodNanos : Math.ceilDiv(periodNanos, share);
    }

    /**
     * Takes permits from a share: first unused ones, then those that were used longest ago.
     *
     * @param number zero or more; more than the window has means all
     * @return the permits by the time of their last use, which is before the period for unused ones
     */
    List<RateShare.Used> giveBack(int number, long nowNanos) {
        forgetUntil(nowNanos);
        List<RateShare.Used> given = new ArrayList<>();
        int left = Math.min(number, permits);
        int unused = Math.min(left, Math.max(0, permits - used));
        resize(permits - left);
        if (unused > 0) {
            given.add(new RateShare.Used(unused, nowNanos - periodNanos));
            left -= unused;
        }
        while (left > 0 && size > 0) {
            int some = Math.min(left, count[head]);
            given.add(new RateShare.Used(some, leaves[head] - periodNanos));
            left -= some;
            used -= some;
            count[head] -= some;
            if (count[head] == 0) {
                head = (head + 1) % leaves.length;
                size--;
            }
        }
        return given;
    }

    private void forgetUntil(long nowNanos) {
        while (size > 0 && leaves[head] - nowNanos <= 0) {
            used -= count[head];
            head = (head + 1) % leaves.length;
            size--;
        }
        if (paced && pacedNanos - nowNanos <= 0) {
            paced = false;
        }
    }

    /** The number of beginnings that count now; more than the rate permits if some were forced. */
    int used(long nowNanos) {
        forgetUntil(nowNanos);
        return used;
    }

    /** The number of beginnings that are permitted at once, zero or more. */
    int available(long nowNanos) {
        forgetUntil(nowNanos);
        int inWindow = Math.max(0, permits - used);
        if (!paces || !paced) {
            return Math.min(burst, inWindow);
        }
        long ahead = nowNanos + (burst - 1) * distanceNanos - pacedNanos; // negative while not even one fits
        return ahead < 0 ? 0 : (int) Math.min(Math.min(burst, inWindow), ahead / distanceNanos + 1);
    }

    boolean isPermitted(long nowNanos) {
        return available(nowNanos) > 0;
    }

    /** One begins, whether it is permitted or not. */
    void take(long nowNanos) {
        forgetUntil(nowNanos);
        used++;
        long leavesAt = (partNanos == 1 ? nowNanos : (Math.floorDiv(nowNanos, partNanos) + 1) * partNanos)
                + periodNanos;
        if (size > 0 && leaves[last()] - leavesAt >= 0) {
            count[last()]++;
        } else {
            add(leavesAt);
        }
        if (paces) {
            pacedNanos = (paced ? pacedNanos : nowNanos) + distanceNanos;
            paced = true;
        }
    }

    private int last() {
        return (head + size - 1) % leaves.length;
    }

    private void add(long leavesAt) {
        if (size == leaves.length) {
            long[] moreLeaves = new long[size * 2];
            int[] moreCount = new int[size * 2];
            for (int i = 0; i < size; i++) {
                moreLeaves[i] = leaves[(head + i) % size];
                moreCount[i] = count[(head + i) % size];
            }
            leaves = moreLeaves;
            count = moreCount;
            head = 0;
        }
        size++;
        leaves[last()] = leavesAt;
        count[last()] = 1;
    }

    /**
     * The earliest time for one more, if so many begin before it, each as early as it may.
     *
     * @param before the number of those before it, zero or more
     */
    long nextNanos(long nowNanos, int before) {
        forgetUntil(nowNanos);
        // each one begins when the one leaves that began so many before it as the rate permits
        long rounds = Math.min(before / permits, Long.MAX_VALUE / 4 / periodNanos);
        int mustLeave = before % permits + 1 + used - permits;
        long next = (mustLeave > 0 ? leavingNanos(mustLeave) : nowNanos) + rounds * periodNanos;
        if (paces) {
            long ahead = Math.min(before, Long.MAX_VALUE / 4 / distanceNanos) * distanceNanos;
            long from = paced ? pacedNanos : nowNanos;
            next = Math.max(next - nowNanos, from + ahead - (burst - 1) * distanceNanos - nowNanos) + nowNanos;
        }
        return next;
    }

    /** The time at which so many of those that count have left the window. */
    private long leavingNanos(int number) {
        int at = head;
        for (int left = count[at]; left < number; left += count[at]) {
            at = (at + 1) % leaves.length;
        }
        return leaves[at];
    }

    /** Whether the record is empty. */
    boolean isClear(long nowNanos) {
        forgetUntil(nowNanos);
        return used == 0 && !paced;
    }

    /** The time from which the record is empty, if no use begins before. */
    long clearNanos(long nowNanos) {
        forgetUntil(nowNanos);
        long clear = size == 0 ? nowNanos : leaves[last()];
        return paced && pacedNanos - clear > 0 ? pacedNanos : clear;
    }

    @Override
    public String toString() {
        return "RateWindow[" + used + " of " + permits + " in the window" + (paced ? ", paced" : "") + "]";
    }
}
