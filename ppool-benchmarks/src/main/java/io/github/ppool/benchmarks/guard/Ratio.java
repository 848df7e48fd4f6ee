package io.github.ppool.benchmarks.guard;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * How many times as good ppool is as a peer, and how much that has varied.
 *
 * @param middle the median of the rounds
 * @param least the smallest of the rounds
 * @param most the largest of the rounds
 */
public record Ratio(double middle, double least, double most) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless {@code 0 < least <= middle <= most}
     */
    public Ratio {
        if (!(0 < least && least <= middle && middle <= most)) { // also refuses NaN
            throw new IllegalArgumentException(
                    "a ratio needs 0 < least <= middle <= most, got: " + least + ", " + middle + ", " + most);
        }
    }

    /**
     * The ratio of two things that were measured in the same rounds.
     *
     * @param ours the medians of the rounds
     * @param theirs the same of the peer, as many
     * @param moreIsBetter whether these are rates; else they are times, and the ratio is turned round
     * @throws IllegalArgumentException if there is no round, or another number of rounds, or a value is not positive
     */
    public static Ratio ofRounds(List<Double> ours, List<Double> theirs, boolean moreIsBetter) {
        if (ours.isEmpty() || ours.size() != theirs.size()) {
            throw new IllegalArgumentException(
                    "both must have the same rounds, at least one, got: " + ours.size() + " and " + theirs.size());
        }
        double[] sorted = new double[ours.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = moreIsBetter ? ours.get(i) / theirs.get(i) : theirs.get(i) / ours.get(i);
        }
        return ofSorted(DoubleStream.of(sorted).sorted().toArray());
    }

    private static Ratio ofSorted(double[] sorted) {
        int half = sorted.length / 2;
        double middle = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Ratio(middle, sorted[0], sorted[sorted.length - 1]);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", middle, least, most);
    }
}
