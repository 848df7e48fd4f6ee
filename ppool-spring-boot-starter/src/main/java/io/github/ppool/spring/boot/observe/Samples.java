package io.github.ppool.spring.boot.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the history of a pool. Each list has one value for each point. Zeros at the end of a list are left out, and
 * a list of zeros is null.
 *
 * @param from the sequence of the first sample
 * @param every the number of samples, and so of seconds, for each point
 * @param points the number of points
 * @param busy the number of workers that were borrowed or ran a task; of several samples the largest
 * @param queue the number of waiting callers and tasks; of several samples the largest
 * @param rate the number of hand-outs in a second; of several samples the mean
 * @param p50 the median of the waits of a second in microseconds; of several samples the largest
 * @param p99 the 99th percentile of the waits of a second in microseconds; of several samples the largest
 */
public record Samples(
        long from,
        int every,
        int points,
        @Nullable List<Integer> busy,
        @Nullable List<Integer> queue,
        @Nullable List<Integer> rate,
        @Nullable List<Integer> p50,
        @Nullable List<Integer> p99) {

    /** The same for a snapshot that has to be small. */
    Samples withoutMedians() {
        return new Samples(from, every, points, busy, queue, rate, null, p99);
    }
}
