package io.github.ppool.durable.store;

import io.github.ppool.pool.Rate;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node's request for tasks.
 *
 * @param node the incarnation of the node
 * @param pool the name of the pool
 * @param kinds the names and versions that the node has handlers for
 * @param limit the most tasks, 1 or more
 * @param rates the rates of the pool; null if it has neither rates nor partitions
 */
public record Claim(UUID node, String pool, Set<Kind> kinds, int limit, @Nullable Rates rates) {

    /** Copies the kinds. */
    public Claim {
        kinds = Set.copyOf(kinds);
    }

    /**
     * Tasks of one name and version.
     *
     * @param name the name
     * @param version the version
     */
    public record Kind(String name, int version) {}

    /**
     * The rates of a pool. With them, claims are made one after the other over all nodes, and partitions are served in
     * turns.
     *
     * @param pool the rate of the whole pool; null for none
     * @param partition the rate of each partition; null for none
     */
    public record Rates(@Nullable Rate pool, @Nullable Rate partition) {}
}
