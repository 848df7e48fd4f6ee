package io.github.ppool.restart;

/**
 * How many times a plan is run from its first element to its last: director's {@code count}. It
 * stands beside the plan and not in it, because director changes and combines the two separately.
 *
 * @param times 0 (the plan is never run: the first end gives up) or more; {@link Integer#MAX_VALUE}
 *     is infinity
 */
public record RestartCount(int times) {

    /** The plan begins again for ever. */
    public static final RestartCount INFINITY = new RestartCount(Integer.MAX_VALUE);

    /** The plan is run once: director's default. */
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
     * A count of {@code times}.
     *
     * @param times 0 or more
     * @throws IllegalArgumentException if it is negative
     */
    public static RestartCount of(int times) {
        return new RestartCount(times);
    }

    /**
     * Reads a number or the word {@code infinity}.
     *
     * @param text such as {@code 3}
     * @throws IllegalArgumentException if it is neither, or negative; the message shows the beginning of the text
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
                            + ShortText.of(text)); // without its cause, whose message has the whole text
        }
    }

    /** Whether the plan begins again for ever. */
    public boolean isInfinite() {
        return times == Integer.MAX_VALUE;
    }

    /**
     * What a child gets whose specification says {@code append}: director adds its own count to that of
     * the default specification, which is this one. Infinity of the child wins, infinity of the default
     * counts as nothing.
     *
     * @param own the child's own count
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
