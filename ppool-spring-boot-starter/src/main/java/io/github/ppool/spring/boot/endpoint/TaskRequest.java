package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.DurableOperations.Filter;
import io.github.ppool.spring.boot.DurableOperations.State;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** The conditions of a request for durable tasks, each as its text or null. */
record TaskRequest(
        @Nullable String pool,
        @Nullable String name,
        @Nullable String state,
        @Nullable String key,
        @Nullable String partition,
        @Nullable String reason,
        @Nullable String enqueuedBefore) {

    /** The largest length of a condition: no name, key, partition or reason is longer. */
    static final int LONGEST = 200;

    /** The selection; the request is refused if a condition can't be read. */
    Filter filter() {
        return new Filter(
                bounded("pool", pool),
                bounded("name", name),
                parsedState(),
                bounded("key", key),
                bounded("partition", partition),
                bounded("reason", reason),
                time());
    }

    /** True if the request has no condition. */
    boolean selectsAll() {
        return filter().equals(Filter.ALL);
    }

    private static @Nullable String bounded(String parameter, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (value.isEmpty() || value.length() > LONGEST) {
            throw Refusal.of(parameter + " must have 1 to " + LONGEST + " characters, got: " + value.length());
        }
        return value;
    }

    private @Nullable State parsedState() {
        if (state == null) {
            return null;
        }
        return Arrays.stream(State.values())
                .filter(known -> TaskAction.key(known).equals(state))
                .findAny()
                .orElseThrow(() -> Refusal.of(
                        "state must be " + TaskAction.list(EnumSet.allOf(State.class)) + ", got: " + state));
    }

    private @Nullable Instant time() {
        try {
            return enqueuedBefore == null ? null : Instant.parse(enqueuedBefore);
        } catch (DateTimeParseException unreadable) {
            throw Refusal.of("enqueuedBefore must be a time such as 2026-11-29T22:10:00Z, got: " + enqueuedBefore);
        }
    }
}
