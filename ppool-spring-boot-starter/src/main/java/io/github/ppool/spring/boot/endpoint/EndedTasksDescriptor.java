package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.DurableOperations;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of durable tasks that have ended, the latest first.
 *
 * @param tasks the tasks
 * @param next the {@code after} of the next page; null if this page is not full
 */
public record EndedTasksDescriptor(List<DurableOperations.Ended> tasks, @Nullable String next)
        implements
            EndpointAnswer {}
