package io.github.ppool.spring.boot.endpoint;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** An answer of the endpoint. The permitted types are registered for native images. */
public sealed interface EndpointAnswer extends OperationResponseBody
        permits PoolsDescriptor, PoolDescriptor, GroupDescriptor, ChildrenDescriptor, CountsDescriptor,
        ChangeDescriptor, ClusterDescriptor, DurableDescriptor, TasksDescriptor, TaskDescriptor, EndedTasksDescriptor,
        TasksChangeDescriptor, ProblemDescriptor, WalkDescriptor, ProcessDescriptor, ObserveDescriptor {
}
