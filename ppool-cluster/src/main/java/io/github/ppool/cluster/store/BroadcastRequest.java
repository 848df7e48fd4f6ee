package io.github.ppool.cluster.store;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast as its sender hands it to the store and as the nodes find it.
 *
 * @param id the id
 * @param pool the name of the pool
 * @param name the name of the broadcast
 * @param payload the payload as JSON; null for none
 * @param within the time that the workers of a node have, from the moment at which the node begins
 */
public record BroadcastRequest(UUID id, String pool, String name, @Nullable String payload, Duration within) {

    /** The longest payload in characters; the tables have as much room. */
    public static final int LONGEST_PAYLOAD = 100_000;

    /** The longest answer in characters. */
    public static final int LONGEST_ANSWER = 2_000;
}
