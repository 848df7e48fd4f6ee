package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.DurableOperations;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An unfinished durable task. All times are the database's.
 *
 * @param id the id
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param version the version of the payload
 * @param state {@code ready}, {@code claimed}, {@code laid_down} or {@code delayed}
 * @param priority the priority
 * @param key the key; null if it has none
 * @param partition the partition; null if it has none
 * @param enqueuedAt the time of the hand-over
 * @param readyAt the time at which it became or becomes ready
 * @param attempts the number of attempts that have begun
 * @param node the incarnation of the node that has claimed it; null if none has
 * @param claimedAt the time of the claim; null if no node has claimed it
 * @param reason the reason of the last end of an attempt; null if none has ended
 * @param failure the exception of that end; null if there was none, or values are not shown
 * @param percent the progress; null if it told none
 * @param progress the text of the progress; null if it told none, or values are not shown
 * @param cancelled true if an operator has cancelled it, and its attempt still runs
 * @param payload the payload as JSON; null on a page, if there is none, or if values are not shown
 */
public record TaskDescriptor(
        long id,
        String pool,
        String name,
        int version,
        String state,
        int priority,
        @Nullable String key,
        @Nullable String partition,
        Instant enqueuedAt,
        Instant readyAt,
        int attempts,
        @Nullable String node,
        @Nullable Instant claimedAt,
        @Nullable String reason,
        @Nullable String failure,
        @Nullable Integer percent,
        @Nullable String progress,
        boolean cancelled,
        @Nullable String payload)
        implements
            EndpointAnswer {

    static TaskDescriptor of(DurableOperations.Task task, boolean values) {
        return new TaskDescriptor(
                task.id(),
                task.pool(),
                task.name(),
                task.version(),
                TaskAction.key(task.state()),
                task.priority(),
                task.key(),
                task.partition(),
                task.enqueuedAt(),
                task.readyAt(),
                task.attempts(),
                task.node(),
                task.claimedAt(),
                task.reason(),
                values ? task.failure() : null,
                task.percent(),
                values ? task.progress() : null,
                task.cancelled(),
                values ? task.payload() : null);
    }
}
