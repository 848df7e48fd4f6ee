package io.github.ppool.supervisor;

/**
 * The answer of {@code count_children}. An immutable value.
 *
 * @param specs the number of specifications; always 1 for {@link Strategy#SIMPLE_ONE_FOR_ONE}
 * @param active the number of children that are alive
 * @param supervisors the number of children that are supervisors, running or not
 * @param workers the number of children that are workers, running or not
 */
public record ChildCounts(int specs, int active, int supervisors, int workers) {}
