package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.TaskBacklog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the tasks of a group whose time has not come, and at the keys of the group, as {@link BacklogView} does for
 * a pool. Under the lock of the queue it only copies. The state of a task that a member has is asked for afterwards:
 * the lock of a member comes before that of the queue.
 */
final class GroupBacklog<W> {

    private final GroupDesk<W> desk;

    GroupBacklog(GroupDesk<W> desk) {
        this.desk = desk;
    }

    /** A chain, as it is copied under the lock. */
    private record SeenKey<W>(
            TaskKey key, int waiting, long sinceNanos, boolean orphaned, @Nullable GroupEntry<W> holder) {}

    /** A scheduled task, as it is copied under the lock. */
    private record SeenTask(long id, long dueNanos, @Nullable TaskKey key) {}

    /**
     * Looks at the work that has not begun and is not in the queue of the group.
     *
     * @param mostScheduled the most scheduled tasks
     * @param mostKeys the most keys
     */
    TaskBacklog look(int mostScheduled, int mostKeys) {
        BacklogView.requireNumbers(mostScheduled, mostKeys);
        List<SeenTask> first = new ArrayList<>();
        List<SeenKey<W>> busiest = new ArrayList<>();
        int scheduled;
        int keys;
        int waiting;
        desk.line.lock();
        try {
            scheduled = desk.scheduled.size();
            desk.scheduled.stream().limit(Math.max(1, mostScheduled)).forEach(task -> first.add(
                    new SeenTask(task.id(), task.dueNanos, task.turn() == null ? null : task.turn().key)));
            keys = desk.line.keys.size();
            waiting = desk.line.keys.waiting();
            desk.line.keys.busiest(mostKeys, TaskBacklog.LOOKED_AT).forEach(chain -> busiest.add(seen(chain)));
        } finally {
            desk.line.unlock();
        }
        long now = desk.context.clock().nanoTime();
        int[] ofMembers = ofMembers();
        return new TaskBacklog(
                scheduled,
                first.isEmpty() ? null : BacklogView.ago(first.getFirst().dueNanos, now),
                first.stream().limit(mostScheduled)
                        .map(task -> new TaskBacklog.Scheduled(task.id, BacklogView.ago(task.dueNanos, now),
                                task.key == null ? null : BacklogView.textOf(task.key)))
                        .toList(),
                ofMembers[0],
                keys,
                waiting,
                busiest.stream().map(key -> told(key, BacklogView.ago(now, key.sinceNanos))).toList(),
                ofMembers[1],
                ofMembers[2]);
    }

    /**
     * Looks at those that wait in the queue of the group or for a key.
     *
     * @param most the most of them
     */
    List<PoolInspection.Waiting> waiting(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("most must not be negative, got: " + most);
        }
        List<GroupEntry<W>> first;
        long[] since;
        desk.line.lock();
        try {
            first = desk.line.first(most);
            since = first.stream().mapToLong(entry -> entry.sinceNanos).toArray();
        } finally {
            desk.line.unlock();
        }
        long now = desk.context.clock().nanoTime();
        List<PoolInspection.Waiting> told = new ArrayList<>();
        for (GroupEntry<W> entry : first) {
            told.add(told(entry, BacklogView.ago(now, since[told.size()])));
        }
        return told;
    }

    private PoolInspection.Waiting told(GroupEntry<W> entry, Duration waited) {
        return switch (entry) {
            case GroupTask<W, ?> task -> new PoolInspection.Waiting(true, Inspector.nameOfTask(task.id()),
                    task.priority, waited, Inspector.left(task.deadline(), waited));
            case GroupThreadEntry<W> thread -> new PoolInspection.Waiting(false,
                    Inspector.shown(thread.waiter.owner().name()), thread.priority, waited,
                    Inspector.left(thread.waiter.timeout, waited));
            case GroupStageEntry<W> stage -> new PoolInspection.Waiting(false,
                    stage.waiter.ownerPid() == null
                            ? "a stage"
                            : Inspector.shown(String.valueOf(stage.waiter.ownerPid())),
                    stage.priority, waited, Inspector.left(stage.waiter.timeout, waited));
            default -> throw new AssertionError(entry);
        };
    }

    /** Sums over the members: tasks that wait for another attempt, broadcasts, and workers that these wait for. */
    private int[] ofMembers() {
        int[] sums = new int[3];
        for (GroupMember<W> member : desk.members) {
            PoolEngine<W> engine = member.engine();
            if (engine != null) {
                TaskBacklog backlog = engine.snapshots.backlog(0, 0);
                sums[0] += backlog.retrying();
                sums[1] += backlog.broadcasts();
                sums[2] += backlog.broadcastsLeft();
            }
        }
        return sums;
    }

    private SeenKey<W> seen(GroupChain<W> chain) {
        GroupTurn<W> holder = chain.holder;
        return new SeenKey<>(chain.key, chain.waiting.size(), chain.waiting.first().task.sinceNanos,
                chain.threads > 0, holder == null ? null : holder.task);
    }

    private TaskBacklog.Key told(SeenKey<W> key, Duration waited) {
        GroupEntry<W> holder = key.holder;
        TaskBacklog.Holder state = key.orphaned
                ? TaskBacklog.Holder.ORPHANED
                : holder == null ? TaskBacklog.Holder.PASSING : state(holder);
        return new TaskBacklog.Key(BacklogView.textOf(key.key), key.waiting, waited, state,
                !key.orphaned && holder instanceof GroupTask<W, ?> task ? task.id() : null);
    }

    private static <W> TaskBacklog.Holder state(GroupEntry<W> holder) {
        PoolTask<W, ?> task = holder instanceof GroupTask<W, ?> handed ? handed.asOfMember() : null;
        PoolEngine<W> member = holder.takenBy;
        if (task == null || member == null) {
            return TaskBacklog.Holder.QUEUED;
        }
        return member.core.underLock(() -> task.isRunning()
                ? TaskBacklog.Holder.RUNNING
                : member.records.isDelayed(task) ? TaskBacklog.Holder.BLOCKED : TaskBacklog.Holder.QUEUED);
    }
}
