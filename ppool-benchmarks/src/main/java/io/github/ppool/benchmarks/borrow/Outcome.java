package io.github.ppool.benchmarks.borrow;

import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** What came of a {@link Round}: how often each borrower got something, and how long they waited. */
record Outcome(long nanos, long[] counts, Histogram waits, long allocatedBytes) {

    long operations() {
        return LongStream.of(counts).sum();
    }

    double operationsPerSecond() {
        return operations() * 1e9 / nanos;
    }

    /** Jain's fairness index: 1 if all got the same, 1/n if one got everything. */
    double jain() {
        double sum = 0;
        double squares = 0;
        for (long count : counts) {
            sum += count;
            squares += (double) count * count;
        }
        return squares == 0 ? 1 : sum * sum / (counts.length * squares);
    }

    double allocatedPerOperation() {
        return (double) allocatedBytes / Math.max(1, operations());
    }
}
