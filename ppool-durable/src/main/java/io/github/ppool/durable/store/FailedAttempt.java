package io.github.ppool.durable.store;

import io.github.ppool.durable.store.TaskStore.Progress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The end of a failed attempt, with the decision of the plan.
 *
 * @param id the task
 * @param attempt the number of the attempt that has ended. A task with another number is left alone: then this end was
 *     told before, and its answer was lost
 * @param next the next step of the task
 * @param delay the delay of {@link Next#AGAIN}, zero for none; ignored otherwise
 * @param plan the saved position in the plan; null keeps the former one
 * @param reason the reason, at most 200 characters
 * @param failure the exception as a bounded text of at most 4,000 characters; null if there was none
 * @param lost true if the attempt ended with its node
 * @param progress the last progress of the attempt; null keeps the progress in the database
 */
public record FailedAttempt(
        long id,
        int attempt,
        Next next,
        Duration delay,
        @Nullable String plan,
        String reason,
        @Nullable String failure,
        boolean lost,
        @Nullable Progress progress) {

    /** The next step of a task after a failed attempt. */
    public enum Next {
        /** It is ready again, at once or after the delay. */
        AGAIN,
        /** It is laid down. */
        LAID_DOWN,
        /** It is removed. */
        DELETED
    }
}
