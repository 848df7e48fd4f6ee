package io.github.ppool.spring.boot.endpoint;

import java.util.List;

/**
 * All pools.
 *
 * @param supervisor the supervisor above them
 * @param orphanedThreads how many threads of processes that were killed have not ended yet
 * @param pools the pools
 * @param trees the supervision trees of the application, beside the pools
 */
public record PoolsDescriptor(
        TreeDescriptor supervisor, long orphanedThreads, List<PoolDescriptor> pools, List<TreeDescriptor> trees)
        implements
            EndpointAnswer {}
