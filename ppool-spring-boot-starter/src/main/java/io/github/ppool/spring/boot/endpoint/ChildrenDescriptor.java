package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The children of a supervisor, or a page of them.
 *
 * @param pool the name of the pool or the tree
 * @param total the number of all children, on all pages
 * @param children the children in the order of their starts; the process of a child is inspected at the first read of
 *     its element
 * @param next the {@code after} of the next page; null on the last page
 */
public record ChildrenDescriptor(String pool, int total, List<ChildDescriptor> children, @Nullable String next)
        implements
            EndpointAnswer {}
