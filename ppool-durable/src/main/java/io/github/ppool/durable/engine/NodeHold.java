package io.github.ppool.durable.engine;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The engine's questions about the lease of this node. Any thread may ask. */
interface NodeHold {

    /** {@return the incarnation that holds the lease now; null if this node holds none} */
    @Nullable
    UUID held();

    /** {@return true until the incarnation has lost its lease; then false for ever} */
    boolean isHeld(UUID node);

    /** {@return true if an operator drains this node: then it claims nothing} */
    boolean isDraining();

    /** {@return the length of the lease} */
    Duration lease();

    /**
     * Reads the nodes that have a lease, expired ones that are not yet taken over included. Blocks.
     *
     * @return their incarnations
     */
    Set<UUID> living();
}
