package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolGroup;
import java.util.List;
import java.util.Locale;

/**
 * A group of pools.
 *
 * @param name the name of the group
 * @param strategy the order in which the members are asked
 * @param up true if at least one member can serve callers
 * @param members the names of the members
 * @param down the names of the members that can't serve callers, or that the group passes over
 * @param queueDepth the number of callers and tasks that wait for a worker of the group
 * @param oldestWaitMillis the time that the longest wait has lasted
 * @param served the number of callers and tasks that got a worker through the group
 * @param refused the number of callers and tasks that the group refused, time-outs included
 */
public record GroupRow(
        String name,
        String strategy,
        boolean up,
        List<String> members,
        List<String> down,
        int queueDepth,
        long oldestWaitMillis,
        long served,
        long refused) {

    static GroupRow of(PoolGroup<?> group) {
        GroupStatus now = group.groupStatus();
        return new GroupRow(
                group.name(),
                now.spec().strategy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                now.isUp(),
                now.spec().members(),
                now.members().stream().filter(member -> !member.isUp()).map(GroupStatus.Member::pool).toList(),
                now.total().queueDepth(),
                now.total().oldestWait().toMillis(),
                now.served(),
                now.refused());
    }
}
