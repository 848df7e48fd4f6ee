package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.LeaseWord;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one key. At most one of them <em>holds</em> the key: it is in the pool's queue, has a worker, or waits
 * for its next attempt while the others wait for it. All others wait here, in the order of their hand-over. A chain
 * exists as long as something of its key does; then {@link Keys} forgets it.
 *
 * <p>Only data, which {@link Keys} changes; guarded by the engine's lock.
 */
final class KeyChain<W> {

    final TaskKey key;
    /** In the same bucket of the {@link KeyTable}. */
    @Nullable
    KeyChain<W> nextInBucket;
    @Nullable
    PoolTask<W, ?> holder;
    /** The first of those that wait. */
    @Nullable
    PoolTask<W, ?> first;
    @Nullable
    PoolTask<W, ?> last;
    /** Number of those that wait. */
    int waiting;
    /** Number of tasks that wait for their time, or for their next attempt, and let others go on. */
    int aside;
    /** Number of threads of killed processes that may still run a task of this key. */
    int threads;
    /** The worker's slot that served the key last; null if none has, or it has crashed. */
    @Nullable
    LeaseWord lastWorker;

    KeyChain(TaskKey key) {
        this.key = key;
    }

    /** Whether a task that comes now holds the key at once. */
    boolean isFree() {
        return holder == null && threads == 0 && first == null;
    }

    /** Whether the first of those that wait can hold the key. */
    boolean hasNext() {
        return holder == null && threads == 0 && first != null;
    }

    /** Whether nothing of the key is left. */
    boolean isOver() {
        return isFree() && aside == 0;
    }

    @Override
    public String toString() {
        return "KeyChain[" + holder + ", then " + first + ", aside " + aside + ", threads " + threads + "]";
    }
}
