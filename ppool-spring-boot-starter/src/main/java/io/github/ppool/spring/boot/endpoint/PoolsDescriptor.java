package io.github.ppool.spring.boot.endpoint;

import java.util.List;

/**
 * All pools.
 *
 * @param supervisor the supervisor {@code ppool}
 * @param orphanedThreads the number of threads of killed processes that have not ended yet
 * @param pools the pools
 * @param trees the supervision trees of the application, beside the pools
 * @param groups the groups of pools in alphabetical order
 */
public record PoolsDescriptor(
        TreeDescriptor supervisor,
        long orphanedThreads,
        List<PoolDescriptor> pools,
        List<TreeDescriptor> trees,
        List<GroupDescriptor> groups)
        implements
            EndpointAnswer {}
