package io.github.ppool.spring.boot.observe;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The waits of hand-outs in a time. Those that did not wait count as zero. Used by one thread at a time. */
final class Waits {

    /** Two digits: a percentile is right to one in a hundred. */
    static final int DIGITS = 2;
    /** Longer waits count as this one, an hour. */
    static final long LONGEST_MICROS = 3_600_000_000L;

    private long handOuts;
    private @Nullable Histogram waited;

    /** Adds hand-outs, those that waited included. */
    void addHandOuts(long number) {
        handOuts += number;
    }

    void addWaited(Histogram micros) {
        if (micros.getTotalCount() > 0) {
            histogram().add(micros);
        }
    }

    void addWaited(long micros, long number) {
        histogram().recordValueWithCount(Math.clamp(micros, 0, LONGEST_MICROS), number);
    }

    void add(Waits other) {
        handOuts += other.handOuts;
        if (other.waited != null) {
            histogram().add(other.waited);
        }
    }

    private Histogram histogram() {
        Histogram known = waited;
        if (known == null) {
            known = new Histogram(DIGITS);
            waited = known;
        }
        return known;
    }

    /**
     * A percentile of the waits in microseconds.
     *
     * @param percent from 0 to 100
     * @return zero if there was no hand-out
     */
    int percentile(double percent) {
        Histogram known = waited;
        if (known == null) {
            return 0;
        }
        long those = known.getTotalCount();
        long zeros = Math.max(0, handOuts - those);
        double rank = percent / 100 * (zeros + those);
        return rank <= zeros
                ? 0
                : (int) Math.min(Integer.MAX_VALUE, known.getValueAtPercentile((rank - zeros) / those * 100));
    }
}
