package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The children of a pool's supervisor, or some of them.
 *
 * @param pool the name of the pool
 * @param total how many children there are, those of other pages included
 * @param children in the order of their starts; each process is looked at when its child is read for the first time
 * @param next the {@code after} of the next page, null if no child follows
 */
public record ChildrenDescriptor(String pool, int total, List<ChildDescriptor> children, @Nullable String next)
        implements
            EndpointAnswer {}
