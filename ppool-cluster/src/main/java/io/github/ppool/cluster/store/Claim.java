package io.github.ppool.cluster.store;

/**
 * The part of a node in the permits of one name.
 *
 * @param node the node
 * @param held the number of permits that the node holds
 * @param wanted the number of further permits that it wants
 * @param draining true if the node is to give up as much as it can
 */
public record Claim(NodeId node, int held, int wanted, boolean draining) {}
