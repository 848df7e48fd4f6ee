package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskWaits;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The history of one pool. Guarded by the lock of {@link History}. */
final class PoolHistory {

    /** The number of samples over which a rate and the percentiles of a row are taken. */
    static final int RECENT = 10;
    /** The number of samples over which crashes are counted. */
    static final int MINUTE = 60;

    private final Series busy = new Series();
    private final Series queue = new Series();
    private final Series rate = new Series();
    private final Series p50 = new Series();
    private final Series p99 = new Series();
    private final long[] handOuts = new long[MINUTE + 1];
    private final long[] crashes = new long[MINUTE + 1];
    private final @Nullable Waits[] recent = new Waits[RECENT];
    /** The first sample, and the last one. Before the first sample both are 0. */
    private long first;
    private long last;
    private PoolStatus.Times taskWaits = PoolStatus.Times.NONE;
    private Map<Duration, Long> taskGroups = Map.of();

    /** The rates of the row of a pool. */
    record Now(double perSecond, double crashesPerMinute, int p50Micros, int p99Micros) {}

    /**
     * Takes a sample. Samples that were missed get the same values.
     *
     * @param sequence the number of the sample
     * @param status the pool
     * @param crashed the number of crashes so far
     * @param borrowers the waits of borrowers since the last sample; null if none waited
     * @param tasks the waits of tasks so far; null if they are not counted
     */
    void sample(
            long sequence,
            PoolStatus status,
            long crashed,
            @Nullable Histogram borrowers,
            @Nullable TaskWaits tasks) {
        if (first == 0 || status.checkouts() < handOutsAt(last)) { // or it is another pool of the name
            begin(sequence, status, crashed);
        }
        long missed = Math.max(1, sequence - last);
        long given = status.checkouts() - handOutsAt(last);
        Waits waits = waits(given, status.tasks().waits(), borrowers, tasks);
        int median = waits.percentile(50);
        int high = waits.percentile(99);
        int perSecond = (int) Math.min(Integer.MAX_VALUE, Math.round((double) given / missed));
        for (long each = Math.max(last + 1, sequence - Series.LENGTH + 1); each <= sequence; each++) {
            busy.put(each, status.checkedOut());
            queue.put(each, status.queueDepth());
            rate.put(each, perSecond);
            p50.put(each, median);
            p99.put(each, high);
            handOuts[(int) (each % handOuts.length)] = status.checkouts() - perSecond * (sequence - each);
            crashes[(int) (each % crashes.length)] = crashed;
            recent[(int) (each % RECENT)] = each == sequence ? waits : null;
        }
        last = sequence;
    }

    private void begin(long sequence, PoolStatus status, long crashed) {
        first = sequence;
        last = sequence - 1;
        taskWaits = status.tasks().waits();
        taskGroups = Map.of();
        Arrays.fill(handOuts, status.checkouts());
        Arrays.fill(crashes, crashed);
        Arrays.fill(recent, null);
    }

    private long handOutsAt(long sequence) {
        return handOuts[(int) (Math.max(0, sequence) % handOuts.length)];
    }

    private Waits waits(
            long given, PoolStatus.Times tasks, @Nullable Histogram borrowers, @Nullable TaskWaits groups) {
        Waits waits = new Waits();
        waits.addHandOuts(given);
        if (borrowers != null) {
            waits.addWaited(borrowers);
        }
        long waited = tasks.count() - taskWaits.count();
        if (groups != null) {
            addTasks(waits, groups);
        } else if (waited > 0) {
            waits.addWaited(tasks.total().minus(taskWaits.total()).toNanos() / waited / 1_000, waited);
        }
        taskWaits = tasks;
        return waits;
    }

    private void addTasks(Waits waits, TaskWaits tasks) {
        Map<Duration, Long> now = new HashMap<>();
        for (TaskWaits.Group group : tasks.groups()) {
            now.put(group.about(), group.number());
            long more = group.number() - taskGroups.getOrDefault(group.about(), 0L);
            if (more > 0) {
                waits.addWaited(group.about().toNanos() / 1_000, more);
            }
        }
        taskGroups = now;
    }

    Now now() {
        long ago = Math.max(first - 1, last - RECENT);
        long minuteAgo = Math.max(first - 1, last - MINUTE);
        Waits all = new Waits();
        for (Waits one : recent) {
            if (one != null) {
                all.add(one);
            }
        }
        return new Now(
                rounded((double) (handOutsAt(last) - handOutsAt(ago)) / Math.max(1, last - ago)),
                rounded((double) (crashes[(int) (last % crashes.length)]
                        - crashes[(int) (Math.max(0, minuteAgo) % crashes.length)])
                        * MINUTE / Math.max(1, last - minuteAgo)),
                all.percentile(50),
                all.percentile(99));
    }

    private static double rounded(double number) {
        return Math.round(number * 10) / 10.0;
    }

    /**
     * A part of the history.
     *
     * @param from the first sample, if there is one so early
     * @param every the number of samples for each point
     * @return null if there is no sample
     */
    @Nullable
    Samples samples(long from, int every) {
        long start = Math.max(Math.max(first, last - Series.LENGTH + 1), from);
        if (first == 0 || start > last) {
            return null;
        }
        int points = (int) ((last - start) / every + 1);
        return new Samples(
                start,
                every,
                points,
                busy.points(start, every, last, false),
                queue.points(start, every, last, false),
                rate.points(start, every, last, true),
                p50.points(start, every, last, false),
                p99.points(start, every, last, false));
    }
}
