package io.github.ppool.conformance;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays the scenarios of one kind on ppool, through the API that users have. */
interface Player extends AutoCloseable {

    /** What is observed after the start; null where the kind's scenarios record nothing of it. */
    ObjectNode start(JsonNode setup);

    /** Does one operation and lets everything settle. */
    ObjectNode step(JsonNode operation);

    /** Observations that are sets: a recording has them in another order than the player. */
    Set<String> SETS = Set.of("pending", "running", "workers", "settled", "returned");

    /** Brings what has no order into one, in an expectation and in an observation alike. */
    default JsonNode inOrder(String key, JsonNode value, JsonNode observation) {
        return SETS.contains(key) && value.isArray() ? Json.sorted(value) : value;
    }

    @Override
    void close();
}
