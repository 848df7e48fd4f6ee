package io.github.ppool.benchmarks.borrow;

import io.github.ppool.benchmarks.Fairness;
import org.HdrHistogram.Histogram;

/** Result of a {@link Round}: the number of leases of each borrower, and the waits. */
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
