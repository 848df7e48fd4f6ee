package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * The result of an operator's action on durable tasks.
 *
 * @param action the name of the action
 * @param id the id of the task; null for an action on a selection
 * @param changed true if a task was changed
 * @param tasks the number of changed tasks
 */
public record TasksChangeDescriptor(String action, @Nullable Long id, boolean changed, long tasks)
        implements
            EndpointAnswer {}
