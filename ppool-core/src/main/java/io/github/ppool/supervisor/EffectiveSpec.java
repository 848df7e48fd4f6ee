package io.github.ppool.supervisor;

/**
 * What holds for a child now: its specification with the supervisor's defaults and all later changes taken into account. Stands
 * for what director's {@code get_childspec/2}, {@code get_plan/2}, {@code get_count/2} and {@code get_restart_count/2} answer.
 *
 * @param id the child's id
 * @param restart its type, or its plan and count
 * @param shutdown how it is stopped
 * @param append whether it adds to the defaults
 * @param restartCount for a child with a plan, how many of its elements have been run; else how often it was started again
 */
public record EffectiveSpec(String id, RestartRule restart, Shutdown shutdown, boolean append, int restartCount) {}
