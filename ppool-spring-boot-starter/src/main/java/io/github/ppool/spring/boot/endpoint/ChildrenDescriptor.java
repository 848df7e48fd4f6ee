package io.github.ppool.spring.boot.endpoint;

import java.util.List;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * The children of a pool's supervisor, or some of them.
 *
 * @param pool the name of the pool
 * @param total how many children there are
 * @param skip how many were left out before those shown
 * @param children in the order of their starts
 */
public record ChildrenDescriptor(String pool, int total, int skip, List<ChildDescriptor> children)
        implements
            OperationResponseBody {}
