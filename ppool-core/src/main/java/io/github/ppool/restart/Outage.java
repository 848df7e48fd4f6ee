package io.github.ppool.restart;

import java.time.Duration;

/**
 * The time from the crash of a child to its return, for reports: the consequence of each failure in the words of the
 * log, and the time until the child was back.
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
     * Makes an outage that begins with a crash.
     *
     * @param nowNanos the monotonic time
     * @return an outage whose first attempt is the next start
     */
    public static Outage ofCrash(long nowNanos) {
        return new Outage(nowNanos, 0);
    }

    /**
     * Makes an outage that begins with a failed first start.
     *
     * @param nowNanos the monotonic time
     * @return an outage whose second attempt is the next start
     */
    public static Outage ofFirstStart(long nowNanos) {
        return new Outage(nowNanos, 1);
    }

    /**
     * Describes the consequence of a failure, and counts the attempt that a plan grants.
     *
     * @param verb the action of the child at another attempt, such as {@code restarts}
     * @param decision the decision of the plan
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
     * Describes the return of the child.
     *
     * @param nowNanos the monotonic time
     * @return such as {@code after 12s, 3 attempts}
     */
    public String back(long nowNanos) {
        int tried = Math.max(1, attempts); // none was counted if a request started the child
        return "after " + inShort(Duration.ofNanos(Math.max(0, nowNanos - sinceNanos))) + ", " + tried
                + (tried == 1 ? " attempt" : " attempts");
    }

    /**
     * Formats a time for readers.
     *
     * @param time not negative, up to 292 years
     * @return a text with few digits, such as {@code 12.3ms} or {@code 2m3s}
     */
    public static String inShort(Duration time) {
        return DurationText.inShort(time);
    }

    @Override
    public String toString() {
        return "Outage[" + attempts + " attempts]";
    }
}
