package io.github.ppool.durable;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task that has ended, kept for {@code ppool.durable.history}. An immutable value.
 *
 * @param id the id
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param version the version of the payload
 * @param key the key; null if it had none
 * @param enqueuedAt the time of the hand-over
 * @param endedAt the time of the end
 * @param attempts the number of attempts
 * @param outcome how it ended
 * @param reason the reason of its last failed attempt; null if none failed
 */
public record EndedTaskView(
        long id,
        String pool,
        String name,
        int version,
        @Nullable String key,
        Instant enqueuedAt,
        Instant endedAt,
        int attempts,
        Outcome outcome,
        @Nullable String reason) {

    /** How a task has ended. */
    public enum Outcome {

        /** An attempt has succeeded. */
        SUCCEEDED,

        /** The plan has dropped the task. */
        DELETED,

        /** An operator or the application has dropped the task. */
        DROPPED,

        /** An operator or the application has cancelled the task. */
        CANCELLED
    }
}
