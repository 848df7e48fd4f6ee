package io.github.ppool.cluster.autoconfigure;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** Writes and reads the payloads of broadcasts. */
interface BroadcastPayloads {

    /**
     * Writes a payload.
     *
     * @throws IllegalArgumentException if it can't be written or has no end; the message has no part of it
     */
    String write(Object payload);

    /**
     * Reads a payload. The result is null for the JSON {@code null} only.
     *
     * @throws IllegalArgumentException if it can't be read; the message has no part of it
     */
    @Nullable
    Object read(String json, Type type);

    /**
     * Checks that a text is JSON.
     *
     * @throws IllegalArgumentException if it is not; the message has no part of it
     */
    default void check(String json) {
        var unused = read(json, Object.class);
    }

    /** In an application without Jackson, or without one mapper that is to be used. */
    BroadcastPayloads NONE = new BroadcastPayloads() {

        @Override
        public String write(Object payload) {
            throw new IllegalArgumentException("payload must be null without a unique JsonMapper bean, got a "
                    + payload.getClass().getName());
        }

        @Override
        public Object read(String json, Type type) {
            throw new IllegalArgumentException("payload must be null without a unique JsonMapper bean, got JSON of "
                    + json.length() + " characters");
        }
    };
}
