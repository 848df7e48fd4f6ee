package io.github.ppool.spring.boot.endpoint;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** All that the endpoint answers; what is permitted here is registered for native images. */
public sealed interface EndpointAnswer extends OperationResponseBody
        permits PoolsDescriptor, PoolDescriptor, ChildrenDescriptor, CountsDescriptor, ChangeDescriptor,
        ProblemDescriptor {
}
