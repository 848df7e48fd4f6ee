package io.github.ppool.cluster.engine;

/**
 * The permits of one name on this node, as it knows them without asking the database.
 *
 * @param name the name
 * @param limit the number of permits that all nodes may hold together
 * @param held the number of permits that this node holds
 * @param wanted the number of permits that it wants in addition
 */
public record PermitFigures(String name, int limit, int held, int wanted) {}
