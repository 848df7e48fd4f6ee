package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of unfinished durable tasks, in the order of their ids.
 *
 * @param tasks the tasks, without payloads
 * @param next the {@code after} of the next page; null if this page is not full
 */
public record TasksDescriptor(List<TaskDescriptor> tasks, @Nullable String next) implements EndpointAnswer {}
