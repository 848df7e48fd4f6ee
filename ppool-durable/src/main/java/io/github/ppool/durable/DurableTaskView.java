package io.github.ppool.durable;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An unfinished task as operators see it. All times are the database's. An immutable value.
 *
 * @param id the id
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param version the version of the payload
 * @param state the state
 * @param priority the priority
 * @param key the key; null if it has none
 * @param partition the partition; null if it has none
 * @param enqueuedAt the time of the hand-over
 * @param readyAt the time at which it became ready, will become ready if it is delayed, or was laid down
 * @param attempts the number of attempts that have begun
 * @param node the incarnation of the node that has claimed it; null if none has
 * @param claimedAt the time of the claim; null if no node has claimed it
 * @param reason the reason of the last end of an attempt; null if none has ended
 * @param failure the exception of that end, as a bounded text; null if there was none
 * @param percent the progress of the present or last attempt; null if it told none
 * @param progress the text of the progress; null if it told none
 * @param cancelled true if an operator has cancelled it, and its attempt still runs
 * @param payload the payload as JSON; null if it was not asked for, or there is none
 */
public record DurableTaskView(
        long id,
        String pool,
        String name,
        int version,
        DurableTaskState state,
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
        @Nullable String payload) {}
