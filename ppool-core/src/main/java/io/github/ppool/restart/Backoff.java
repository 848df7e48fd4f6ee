package io.github.ppool.restart;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A restart after a delay that grows from end to end: {@code backoff FROM..TO xFACTOR jitter PERCENT%}.
 *
 * <p>The first delay is {@code from}. Each further one is {@code factor} times the one before, and never more than
 * {@code to}. Jitter then lengthens or shortens each delay at random by up to {@code jitterPercent}, so that children
 * that ended together do not restart together. The longest possible pause is {@code to} plus that share.
 *
 * <p>The element never ends by itself: a plan stays at it until it begins anew. If it is repeated, as in {@code backoff
 * 1s..1m*5}, it ends after that number of delays. An immutable value.
 *
 * @param from the first delay, more than zero
 * @param to the longest delay before jitter, not less than {@code from}
 * @param factor at least 1
 * @param jitterPercent from 0 to 100
 */
public record Backoff(Duration from, Duration to, double factor, double jitterPercent)
        implements
            PlanElement {
    static final double DEFAULT_FACTOR = 2;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Backoff {
        from = DurationText.requirePositive("from", from);
        to = DurationText.requirePositive("to", to);
        if (to.compareTo(from) < 0) {
            throw new IllegalArgumentException(
                    "to must not be shorter than from, got: "
                            + DurationText.print(from)
                            + ".."
                            + DurationText.print(to));
        }
        if (!(factor >= 1)) { // NaN is refused, too
            throw new IllegalArgumentException("factor must be at least 1, got: " + factor);
        }
        if (Double.isInfinite(factor)) {
            throw new IllegalArgumentException("factor must be at least 1 and finite, got: " + factor);
        }
        if (!(jitterPercent >= 0 && jitterPercent <= 100)) {
            throw new IllegalArgumentException("jitter must be 0 to 100 percent, got: " + jitterPercent);
        }
    }

    /**
     * Makes a back-off with doubling delays and no jitter.
     *
     * @param from the first delay, more than zero
     * @param to the longest delay, not less than {@code from}
     * @return the back-off
     * @throws IllegalArgumentException if one is out of its range
     */
    public static Backoff between(Duration from, Duration to) {
        return new Backoff(from, to, DEFAULT_FACTOR, 0);
    }

    /**
     * Returns the same back-off with another factor.
     *
     * @param newFactor at least 1
     * @return a new value
     * @throws IllegalArgumentException if the factor is less than 1
     */
    public Backoff withFactor(double newFactor) {
        return new Backoff(from, to, newFactor, jitterPercent);
    }

    /**
     * Returns the same back-off with another jitter.
     *
     * @param percent from 0 to 100
     * @return a new value
     * @throws IllegalArgumentException if the percentage is out of this range
     */
    public Backoff withJitter(double percent) {
        return new Backoff(from, to, factor, percent);
    }

    /**
     * Computes one delay.
     *
     * @param turn the number of delays before, 0 for the first one
     * @param jitter the source of random numbers; not called if there is no jitter
     * @return the delay
     * @throws IllegalArgumentException if {@code turn} is negative
     */
    public Duration delay(int turn, RandomGenerator jitter) {
        if (turn < 0) {
            throw new IllegalArgumentException("turn must not be negative, got: " + turn);
        }
        double grown = from.toNanos() * Math.pow(factor, turn);
        Duration delay = grown < to.toNanos() ? Duration.ofNanos(Math.round(grown)) : to;
        if (jitterPercent == 0) {
            return delay;
        }
        double share = 1 + jitterPercent / 100 * (2 * jitter.nextDouble() - 1);
        return Duration.ofNanos(Math.round(delay.toNanos() * share)); // rounds to the largest long at most
    }

    @Override
    public String toString() {
        return "backoff "
                + DurationText.print(from)
                + ".."
                + DurationText.print(to)
                + " x"
                + number(factor)
                + (jitterPercent > 0 ? " jitter " + number(jitterPercent) + "%" : "");
    }

    private static String number(double value) {
        if (value == (long) value) { // without the classes for decimals, which a start would load for the default plan
            return Long.toString((long) value);
        }
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
