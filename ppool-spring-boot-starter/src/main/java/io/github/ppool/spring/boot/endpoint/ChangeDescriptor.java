package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * The result of an operator's action.
 *
 * @param pool the name of the pool or the tree
 * @param action the name of the action
 * @param child the id of the child that the action was about; null for an action on a pool
 * @param changed true if the action changed something; {@code resume} changes nothing for a pool that runs, for example
 * @param failure the reason why a child could not be started, an exception by its class alone; null if none failed
 */
public record ChangeDescriptor(
        String pool, String action, @Nullable String child, boolean changed, @Nullable String failure)
        implements
            EndpointAnswer {}
