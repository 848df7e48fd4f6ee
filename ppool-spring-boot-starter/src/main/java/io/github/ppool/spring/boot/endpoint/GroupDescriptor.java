package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.spring.boot.observe.PoolDetail;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A group of pools. The members are described with all pools.
 *
 * @param name the name of the group
 * @param strategy the order in which the members are asked
 * @param up true if at least one member can serve callers
 * @param queueDepth the number of callers and tasks that wait for a worker of the group
 * @param queueCapacity the sum of the members' capacities
 * @param oldestWaitMillis the time that the longest wait has lasted; zero if no caller waits
 * @param backlog its tasks whose time has not come, its keys, and the broadcasts of its members; null if there are none
 *     of these. The list of all pools and groups has numbers only
 * @param served the number of callers and tasks that got a worker through the group
 * @param refused the number of callers and tasks that the group refused, time-outs included
 * @param members the members in the order of the configuration
 */
public record GroupDescriptor(
        String name,
        String strategy,
        boolean up,
        int queueDepth,
        int queueCapacity,
        long oldestWaitMillis,
        PoolDetail.@Nullable Backlog backlog,
        long served,
        long refused,
        List<Member> members)
        implements
            EndpointAnswer {

    /**
     * A member.
     *
     * @param pool the name of the pool
     * @param exists true if there is a pool of that name at the moment
     * @param up true if the member can serve callers of the group
     * @param passedOver true if the group passes the member over, and asks it again later
     * @param served the number of callers and tasks of the group that this member served
     */
    public record Member(String pool, boolean exists, boolean up, boolean passedOver, long served) {}

    static GroupDescriptor of(PoolGroup<?> group, TaskBacklog backlog) {
        GroupStatus now = group.groupStatus();
        return new GroupDescriptor(
                group.name(),
                now.spec().strategy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                now.isUp(),
                now.total().queueDepth(),
                now.total().queueCapacity(),
                now.total().oldestWait().toMillis(),
                PoolDetail.Backlog.of(backlog),
                now.served(),
                now.refused(),
                now.members().stream().map(member -> new Member(member.pool(), member.status() != null, member.isUp(),
                        member.passedOver() != null, member.served())).toList());
    }
}
