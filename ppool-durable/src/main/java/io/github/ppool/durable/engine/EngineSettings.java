package io.github.ppool.durable.engine;

import java.time.Duration;

/**
 * The settings of the engine.
 *
 * @param shortestPoll the pause after a claim that has found tasks but not as many as were asked for
 * @param longestPoll the longest pause between two claims; pauses double up to it while no task is found
 * @param history the age up to which ended tasks are kept; zero if none are
 * @param ageing the time that one step of the priority is worth, for the tasks of schedules
 */
public record EngineSettings(Duration shortestPoll, Duration longestPoll, Duration history, Duration ageing) {

    /** The settings of an application without any. */
    public static final EngineSettings DEFAULT = new EngineSettings(Duration.ofMillis(50), Duration.ofSeconds(1),
            Duration.ZERO, Duration.ofMinutes(1));

    /**
     * Checks the times.
     *
     * @throws IllegalArgumentException if a pause is below a millisecond, the longest one is below the shortest, the
     *     history is negative, or the ageing is not positive
     */
    public EngineSettings {
        if (shortestPoll.toMillis() < 1) {
            throw new IllegalArgumentException("shortestPoll must be at least 1ms, got: " + shortestPoll);
        }
        if (longestPoll.compareTo(shortestPoll) < 0) {
            throw new IllegalArgumentException(
                    "longestPoll must be at least the shortest poll " + shortestPoll + ", got: " + longestPoll);
        }
        if (history.isNegative()) {
            throw new IllegalArgumentException("history must not be negative, got: " + history);
        }
        if (ageing.toMillis() < 1) {
            throw new IllegalArgumentException("ageing must be at least 1ms, got: " + ageing);
        }
    }
}
