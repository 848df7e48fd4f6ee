package io.github.ppool.benchmarks.guard;

/** The verdict on a ratio measured now, beside the published one. */
public enum Verdict {
    /** The rounds of both overlap, or nearly. */
    WITHIN_THE_SPREAD("within the spread"),
    /** The best round of now is worse than the worst published one. */
    WORSE("WORSE beyond the spread"),
    /** The worst round of now is better than the best published one. */
    BETTER("better beyond the spread");

    /**
     * By how much more than the spread a ratio has to move. Two builds of the same source differ by some percent,
     * because the compiler lays out the same code in another way; three rounds of one build don't show that.
     */
    static final double MARGIN = 0.1;

    private final String spoken;

    Verdict(String spoken) {
        this.spoken = spoken;
    }

    /** Compares two ratios of which more is better. */
    public static Verdict of(Ratio published, Ratio now) {
        if (now.most() < published.least() * (1 - MARGIN)) {
            return WORSE;
        }
        return now.least() > published.most() * (1 + MARGIN) ? BETTER : WITHIN_THE_SPREAD;
    }

    @Override
    public String toString() {
        return spoken;
    }
}
