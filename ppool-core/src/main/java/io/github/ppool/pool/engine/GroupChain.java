package io.github.ppool.pool.engine;

import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one key in a group, as a {@link KeyChain} has them in a pool: one of them <em>holds</em> the key, in the
 * queue of the group or at a member, and the others wait here. Only data, which {@link GroupKeys} changes; guarded by
 * the lock of the group's queue.
 */
final class GroupChain<W> extends KeyedChain<GroupChain<W>> {

    @Nullable
    GroupTurn<W> holder;
    /** In the order of their hand-over. */
    final SortedSet<GroupTurn<W>> waiting = new TreeSet<>(Comparator.comparingLong(turn -> turn.number));
    /** Number of tasks that wait for their time, or for their next attempt, and let others go on. */
    int aside;
    /** Number of threads of killed processes that may still run a task of this key. */
    int threads;
    /** The worker that served the key last; null if none has, or it has crashed. */
    @Nullable
    LastWorker<W> lastWorker;

    GroupChain(TaskKey key) {
        super(key);
    }

    /** Whether a task that comes now holds the key at once. */
    boolean isFree() {
        return holder == null && threads == 0 && waiting.isEmpty();
    }

    /** Whether the first of those that wait can hold the key. */
    boolean hasNext() {
        return holder == null && threads == 0 && !waiting.isEmpty();
    }

    /** Whether the key has no tasks left. */
    boolean isOver() {
        return isFree() && aside == 0;
    }

    @Override
    public String toString() {
        return "GroupChain[" + holder + ", then " + waiting.size() + ", aside " + aside + ", threads " + threads + "]";
    }
}
