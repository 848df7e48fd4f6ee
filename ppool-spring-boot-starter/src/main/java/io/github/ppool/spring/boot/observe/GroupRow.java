package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.GroupStatus;
import io.github.ppool.pool.PoolGroup;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
 * @param backlog its tasks whose time has not come, up to five of its keys that tasks wait for, and the broadcasts of
 *     its members; null if there are none of these
 * @param served the number of callers and tasks that got a worker through the group
 * @param servedBy the same for each of the members, in their order
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
        PoolDetail.@Nullable Backlog backlog,
        long served,
        List<Long> servedBy,
        long refused) {

    private static final int MOST_KEYS = 5;

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
                PoolDetail.Backlog.of(group.backlog(0, MOST_KEYS)),
                now.served(),
                now.members().stream().map(GroupStatus.Member::served).toList(),
                now.refused());
    }
}
