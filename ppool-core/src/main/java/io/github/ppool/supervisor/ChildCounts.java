package io.github.ppool.supervisor;

/**
 * What {@code count_children} answers.
 *
 * @param specs how many specifications there are; always 1 for {@link Strategy#SIMPLE_ONE_FOR_ONE}
 * @param active how many children are alive
 * @param supervisors how many children are supervisors, running or not
 * @param workers how many children are workers, running or not
 */
public record ChildCounts(int specs, int active, int supervisors, int workers) {}
