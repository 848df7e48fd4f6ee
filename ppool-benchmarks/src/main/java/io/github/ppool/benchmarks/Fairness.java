package io.github.ppool.benchmarks;

import java.util.stream.LongStream;

/**
 * Fairness of the shares of several borrowers.
 *
 * @param counts the share of each borrower
 */
public record Fairness(long[] counts) {

    /** Sum of all shares. */
    public long sum() {
        return LongStream.of(counts).sum();
    }

    /** Jain's fairness index: 1 if all got the same, 1/n if one got all. */
    public double jain() {
        double sum = 0;
        double squares = 0;
        for (long count : counts) {
            sum += count;
            squares += (double) count * count;
        }
        return squares == 0 ? 1 : sum * sum / (counts.length * squares);
    }
}
