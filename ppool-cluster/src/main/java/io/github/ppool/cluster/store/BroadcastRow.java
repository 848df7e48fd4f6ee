package io.github.ppool.cluster.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A broadcast with its answers, for people.
 *
 * @param id the id
 * @param pool the name of the pool
 * @param name the name of the broadcast
 * @param sent the time at which it was sent
 * @param open true if its sender still waits for answers
 * @param answers the nodes that it asks, ordered by their ids
 */
public record BroadcastRow(
        UUID id, String pool, String name, Instant sent, boolean open, List<BroadcastAnswer> answers) {

    /** Copies the list. */
    public BroadcastRow {
        answers = List.copyOf(answers);
    }
}
