package io.github.ppool.benchmarks.borrow;

import io.github.ppool.benchmarks.Fairness;
import org.HdrHistogram.Histogram;

/** What came of a {@link Round}: how often each borrower got something, and how long they waited. */
record Outcome(long nanos, long[] counts, Histogram waits, long allocatedBytes) {

    long operations() {
        return new Fairness(counts).sum();
    }

    double operationsPerSecond() {
        return operations() * 1e9 / nanos;
    }

    double jain() {
        return new Fairness(counts).jain();
    }

    double allocatedPerOperation() {
        return (double) allocatedBytes / Math.max(1, operations());
    }
}
