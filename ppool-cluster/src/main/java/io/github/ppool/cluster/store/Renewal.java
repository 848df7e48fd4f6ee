package io.github.ppool.cluster.store;

import java.util.Set;

/**
 * The news that a node gets with its heartbeat.
 *
 * @param draining true if the node is marked as draining
 * @param expired the number of dead nodes that no node has taken over yet
 * @param soonestMillis the time until the first lease of another node ends unless it is renewed, in milliseconds, zero
 *     or more; {@link #NO_OTHER} if there is no other node with a lease
 * @param held the number of permits that this node holds
 * @param contested the names that this node holds permits of and that another node wants more of
 * @param available the names that this node has a wish for and that have a free permit
 * @param handOvers the names of the permits that this node is asked to hand over
 * @param asked true if a broadcast waits for the answer of this node
 * @param outdated true if the rows of a broadcast may be removed
 */
public record Renewal(
        boolean draining,
        int expired,
        long soonestMillis,
        int held,
        Set<String> contested,
        Set<String> available,
        Set<String> handOvers,
        boolean asked,
        boolean outdated) {

    /** No other node has a lease. */
    public static final long NO_OTHER = Long.MAX_VALUE;

    /** Copies the sets. */
    public Renewal {
        contested = Set.copyOf(contested);
        available = Set.copyOf(available);
        handOvers = Set.copyOf(handOvers);
    }
}
