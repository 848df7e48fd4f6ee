package io.github.ppool.restart;

/**
 * The number of rounds of a plan, from its first element to its last: director's {@code count}. It is no part of the
 * plan, because director changes and combines the two separately. An immutable value.
 *
 * @param times 0 (the first end gives up) or more; {@link Integer#MAX_VALUE} is infinity
 */
public record RestartCount(int times) {

    /** The plan begins again for ever. */
    public static final RestartCount INFINITY = new RestartCount(Integer.MAX_VALUE);

    /** The plan has one round: director's default. */
    public static final RestartCount ONCE = new RestartCount(1);

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if {@code times} is negative
     */
    public RestartCount {
        if (times < 0) {
            throw new IllegalArgumentException("count must not be negative, got: " + times);
        }
    }

    /**
     * Makes a count.
     *
     * @param times 0 or more
     * @return the count
     * @throws IllegalArgumentException if {@code times} is negative
     */
    public static RestartCount of(int times) {
        return new RestartCount(times);
    }

    /**
     * Reads a number or the word {@code infinity}.
     *
     * @param text such as {@code 3}
     * @return the count
     * @throws IllegalArgumentException if the text is neither, or negative; the message shows the beginning of the text
     */
    public static RestartCount parse(String text) {
        String trimmed = text.trim();
        if (trimmed.equals("infinity")) {
            return INFINITY;
        }
        try {
            return of(Integer.parseInt(trimmed));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "count must be a number from 0 to " + Integer.MAX_VALUE + " or infinity, got: "
                            + ShortText.of(text)); // without its cause: its message has the whole text
        }
    }

    /**
     * Returns true if the plan begins again for ever.
     *
     * @return true for {@link #INFINITY}
     */
    public boolean isInfinite() {
        return times == Integer.MAX_VALUE;
    }

    /**
     * Adds a child's own count to this one: director's {@code append}, where this is the count of the default
     * specification. Infinity of the child wins, infinity of the default has no effect.
     *
     * @param own the child's own count
     * @return the sum
     */
    public RestartCount append(RestartCount own) {
        if (isInfinite() || own.isInfinite()) {
            return own;
        }
        return new RestartCount((int) Math.min((long) times + own.times, Integer.MAX_VALUE));
    }

    boolean isReachedAfter(int rounds) {
        return !isInfinite() && rounds >= times;
    }

    /** The number, or {@code infinity}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        return isInfinite() ? "infinity" : Integer.toString(times);
    }
}
