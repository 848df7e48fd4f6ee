package io.github.ppool.restart;

import java.time.Duration;

/**
 * The time from the crash of a child to its return, for those who tell of it: what follows each failure, in the words
 * of the log, and how long it took until the child was back.
 *
 * <p>Not thread-safe: it belongs to the process that runs the plan.
 */
public final class Outage {

    private final long sinceNanos;
    private int attempts;

    private Outage(long sinceNanos, int attempts) {
        this.sinceNanos = sinceNanos;
        this.attempts = attempts;
    }

    /**
     * An outage that begins with the end of what ran before.
     *
     * @param nowNanos the monotonic time
     * @return the next start is its first attempt
     */
    public static Outage ofCrash(long nowNanos) {
        return new Outage(nowNanos, 0);
    }

    /**
     * An outage that begins with a first start that failed.
     *
     * @param nowNanos the monotonic time
     * @return the next start is its second attempt
     */
    public static Outage ofFirstStart(long nowNanos) {
        return new Outage(nowNanos, 1);
    }

    /**
     * What follows a failure. Counts the attempt that a plan grants.
     *
     * @param verb what the child does if there is another attempt, such as {@code restarts}
     * @param decision what the plan says
     * @return such as {@code restarts now} or {@code restarts in 5s, attempt 3}; the first attempt has no number
     */
    public String follows(String verb, Decision decision) {
        return switch (decision) {
            case Decision.RestartNow now -> verb + " now" + nextAttempt();
            case Decision.RestartAfter(Duration delay, boolean imposed) -> verb + " in " + DurationText.inShort(delay)
                    + nextAttempt() + (imposed ? " (imposed: too many failed starts in a row)" : "");
            case Decision.Wait wait -> "stays down: its plan says wait";
            case Decision.Delete delete -> "is given up: its plan says delete";
            default -> "stays down: its supervisor ends (" + decision + ")";
        };
    }

    private String nextAttempt() {
        if (attempts < Integer.MAX_VALUE) {
            attempts++;
        }
        return attempts == 1 ? "" : ", attempt " + attempts;
    }

    /**
     * What is told when the child is back.
     *
     * @param nowNanos the monotonic time
     * @return such as {@code after 12s, 3 attempts}
     */
    public String back(long nowNanos) {
        int tried = Math.max(1, attempts); // none was counted if it was started by hand
        return "after " + inShort(Duration.ofNanos(Math.max(0, nowNanos - sinceNanos))) + ", " + tried
                + (tried == 1 ? " attempt" : " attempts");
    }

    /**
     * A time for a reader.
     *
     * @param time not negative, up to 292 years
     * @return with few digits, such as {@code 12.3ms} or {@code 2m3s}
     */
    public static String inShort(Duration time) {
        return DurationText.inShort(time);
    }

    @Override
    public String toString() {
        return "Outage[" + attempts + " attempts]";
    }
}
