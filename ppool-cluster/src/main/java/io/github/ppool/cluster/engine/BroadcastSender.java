package io.github.ppool.cluster.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sends the broadcasts of operators. Any thread may call it. */
@FunctionalInterface
public interface BroadcastSender {

    /**
     * Sends a broadcast, without waiting for its outcome.
     *
     * @param pool the name of the pool
     * @param name the name of the broadcast
     * @param json the payload as JSON; null for none
     * @param within the time that the workers have; null for the usual one
     * @return false if this node has no such broadcast; no node is asked
     * @throws IllegalArgumentException if the payload is no JSON, or a value is out of its limits; no node is asked
     */
    boolean sendJson(String pool, String name, @Nullable String json, @Nullable Duration within);
}
