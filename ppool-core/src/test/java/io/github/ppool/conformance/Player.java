package io.github.ppool.conformance;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays the scenarios of one kind on ppool, through the API that users have. */
interface Player extends AutoCloseable {

    /** The observation after the start; null where the kind's scenarios do not record it. */
    ObjectNode start(JsonNode setup);

    /** Does one operation and waits until the processes are at rest. */
    ObjectNode step(JsonNode operation);

    /** Observations that are sets: a recording has them in another order than the player. */
    Set<String> SETS = Set.of("pending", "running", "workers", "settled", "returned");

    /** Sorts the unordered parts of an expectation or of an observation. */
    default JsonNode inOrder(String key, JsonNode value, JsonNode observation) {
        return SETS.contains(key) && value.isArray() ? Json.sorted(value) : value;
    }

    @Override
    void close();
}
