package io.github.ppool.cluster.store;

/**
 * A permit that a node has acquired.
 *
 * @param name the name: that of a pool, or of a singleton
 * @param slot the number of the permit, from zero to below the limit
 * @param token the token of this holder, greater than those of all holders before
 */
public record Permit(String name, int slot, long token) {}
