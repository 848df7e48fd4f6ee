package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.guard.VisibleText;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at tasks whose time has not come, at keys that tasks wait for, and at broadcasts. Under the lock it only
 * copies; texts of keys are foreign code and are made afterwards.
 */
final class BacklogView<W> {

    /** The longest text of a key. */
    private static final int LONGEST_KEY = 200;

    private final PoolCore<W> core;
    private final TaskRecords<W> records;
    private final MonotonicClock clock;

    BacklogView(PoolCore<W> core, TaskRecords<W> records, MonotonicClock clock) {
        this.core = core;
        this.records = records;
        this.clock = clock;
    }

    /** A chain, as it is copied under the lock. */
    private record SeenKey(
            TaskKey key, int waiting, long sinceNanos, TaskBacklog.Holder holder, @Nullable Long holderId) {}

    /** A scheduled task, as it is copied under the lock. */
    private record SeenTask(long id, long dueNanos, @Nullable TaskKey key) {}

    /**
     * Looks at the work that has not begun and is not in the queue.
     *
     * @param mostScheduled the most scheduled tasks
     * @param mostKeys the most keys
     */
    TaskBacklog look(int mostScheduled, int mostKeys) {
        requireNumbers(mostScheduled, mostKeys);
        List<SeenTask> scheduled = new ArrayList<>();
        List<SeenKey> keys = new ArrayList<>();
        int[] numbers = new int[6];
        core.underLock(() -> {
            for (PoolTask<W, ?> task : records.firstScheduled(Math.max(1, mostScheduled))) {
                scheduled.add(new SeenTask(
                        task.number(), task.extras().dueNanos, task.isKeyed() ? task.keyPlace().key : null));
            }
            for (KeyChain<W> chain : core.keys.busiest(mostKeys, TaskBacklog.LOOKED_AT)) {
                keys.add(seen(chain));
            }
            numbers[0] = records.scheduled();
            numbers[1] = records.retrying();
            numbers[2] = core.keys.size();
            numbers[3] = core.keys.waiting();
            numbers[4] = core.broadcasts.size();
            numbers[5] = core.broadcasts.left();
            return numbers;
        });
        long now = clock.nanoTime();
        return new TaskBacklog(
                numbers[0],
                scheduled.isEmpty() ? null : ago(scheduled.getFirst().dueNanos, now),
                scheduled.stream().limit(mostScheduled)
                        .map(task -> new TaskBacklog.Scheduled(task.id, ago(task.dueNanos, now),
                                task.key == null ? null : textOf(task.key)))
                        .toList(),
                numbers[1],
                numbers[2],
                numbers[3],
                keys.stream().map(key -> new TaskBacklog.Key(
                        textOf(key.key), key.waiting, ago(now, key.sinceNanos), key.holder, key.holderId)).toList(),
                numbers[4],
                numbers[5]);
    }

    static void requireNumbers(int mostScheduled, int mostKeys) {
        if (mostScheduled < 0 || mostKeys < 0) {
            throw new IllegalArgumentException(
                    "scheduled and keys must be 0 or more, got: " + mostScheduled + " and " + mostKeys);
        }
    }

    private SeenKey seen(KeyChain<W> chain) {
        PoolTask<W, ?> holder = chain.holder;
        PoolTask<W, ?> first = chain.first;
        TaskBacklog.Holder state = state(chain, holder);
        return new SeenKey(chain.key, chain.waiting, first == null ? clock.nanoTime() : first.sinceNanos, state,
                holder == null || chain.threads > 0 ? null : holder.number());
    }

    private TaskBacklog.Holder state(KeyChain<W> chain, @Nullable PoolTask<W, ?> holder) {
        if (chain.threads > 0) {
            return TaskBacklog.Holder.ORPHANED;
        }
        if (holder == null) {
            return chain.hasNext() ? TaskBacklog.Holder.PASSING : TaskBacklog.Holder.RATED;
        }
        if (holder.isRunning()) {
            return TaskBacklog.Holder.RUNNING;
        }
        return records.isDelayed(holder) ? TaskBacklog.Holder.BLOCKED : TaskBacklog.Holder.QUEUED;
    }

    static Duration ago(long now, long then) {
        return Duration.ofNanos(Math.max(0, now - then));
    }

    static String textOf(TaskKey key) {
        String text = ForeignText.of(key.key());
        return VisibleText.of(text.length() <= LONGEST_KEY ? text : text.substring(0, LONGEST_KEY));
    }
}
