package io.github.ppool.spring.boot.endpoint;

import org.jspecify.annotations.Nullable;

/**
 * What came of something that an operator did.
 *
 * @param pool the name of the pool or the tree
 * @param action what was asked
 * @param child the child that it was about, null if it was about no child
 * @param changed whether it changed anything: a pool that runs is not resumed, for example
 * @param failure why a child could not be started, null if there is nothing of the kind; an exception by its class
 *         alone
 */
public record ChangeDescriptor(
        String pool, String action, @Nullable String child, boolean changed, @Nullable String failure)
        implements
            EndpointAnswer {}
