package io.github.ppool.cluster.store;

import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;

/**
 * A node and one of its lives. A node that has lost its lease comes back with another incarnation, so that no permit
 * of the former one is valid for it.
 *
 * @param name the name of the node, for people; several nodes may have the same
 * @param incarnation the life of the node, unique
 */
public record NodeId(String name, UUID incarnation) implements Comparable<NodeId> {

    private static final Comparator<NodeId> ORDER = Comparator.comparing(NodeId::name)
            .thenComparing(NodeId::incarnation);

    /**
     * Checks the parts.
     *
     * @throws NullPointerException if a part is null
     */
    public NodeId {
        Objects.requireNonNull(name, "name must not be null");
        Objects.requireNonNull(incarnation, "incarnation must not be null");
    }

    /**
     * Makes a new life of a node.
     *
     * @param name the name of the node
     * @return an id with a random incarnation
     */
    public static NodeId ofNew(String name) {
        return new NodeId(name, UUID.randomUUID());
    }

    @Override
    public int compareTo(NodeId other) {
        return ORDER.compare(this, other);
    }

    /** {@return the name with the beginning of the incarnation} */
    @Override
    public String toString() {
        return name + "#" + incarnation.toString().substring(0, 8);
    }
}
