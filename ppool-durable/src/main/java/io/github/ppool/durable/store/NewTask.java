package io.github.ppool.durable.store;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task to insert. Its parts are checked.
 *
 * @param pool the name of the pool
 * @param name the name of the tasks
 * @param version the version of the payload
 * @param key the key, unique among the unfinished tasks of the name; null for none
 * @param partition the partition; null for none
 * @param priority the priority, higher is served first
 * @param ageing the time that one step of the priority is worth
 * @param delay the delay, null for none
 * @param at the time before which the task does not begin, null for none; not beside a delay
 * @param payload JSON; null for none
 * @param trace the trace context of the hand-over, as {@code traceparent} has it; null for none
 */
public record NewTask(
        String pool,
        String name,
        int version,
        @Nullable String key,
        @Nullable String partition,
        int priority,
        Duration ageing,
        @Nullable Duration delay,
        @Nullable Instant at,
        @Nullable String payload,
        @Nullable String trace) {}
