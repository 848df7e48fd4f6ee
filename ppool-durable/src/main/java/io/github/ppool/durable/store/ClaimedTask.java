package io.github.ppool.durable.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task that a node has claimed.
 *
 * @param id the id
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param version the version of the payload
 * @param key the key; null if it has none
 * @param partition the partition; null if it has none
 * @param priority the priority
 * @param enqueuedAt the time of the hand-over
 * @param waited the time from its readiness to the claim, by the store's clock
 * @param attempt the number of this attempt: the claim has counted it
 * @param lost the number of attempts that ended with their node
 * @param plan the saved position in the plan; null if no attempt has failed
 * @param payload JSON; null if there is none
 * @param checkpoint JSON; null if there is none
 * @param trace the trace context of the hand-over; null if there is none
 */
public record ClaimedTask(
        long id,
        String pool,
        String name,
        int version,
        @Nullable String key,
        @Nullable String partition,
        int priority,
        Instant enqueuedAt,
        Duration waited,
        int attempt,
        int lost,
        @Nullable String plan,
        @Nullable String payload,
        @Nullable String checkpoint,
        @Nullable String trace) {}
