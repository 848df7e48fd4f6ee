package io.github.ppool.cluster.engine;

/**
 * The share of this node in a rate.
 *
 * @param pool the name of the pool
 * @param limit the number of permits of all nodes
 * @param share the number of permits of this node, zero while its share has ended
 * @param used the number of hand-outs within the time of the rate, as of the last exchange
 * @param wanted the number that it wants in addition, as of the last exchange
 */
public record RateFigures(String pool, int limit, int share, int used, int wanted) {}
