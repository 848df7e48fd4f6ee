package io.github.ppool.spring.boot.endpoint;

import java.time.Instant;
import java.util.List;

/**
 * The answer of {@code tree}: the supervisors and their children, as far as the walk went.
 *
 * @param asOf the time at which the walk began
 * @param complete false if a supervisor was silent, or the depth or a limit cut off a part
 * @param size the number of processes in the answer
 * @param tops the processes at which the walk began
 */
public record WalkDescriptor(Instant asOf, boolean complete, int size, List<TreeNodeDescriptor> tops)
        implements
            EndpointAnswer {}
