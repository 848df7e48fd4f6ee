package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.LeaseWord;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one key. At most one of them <em>holds</em> the key: it is in the pool's queue, has a worker, or waits
 * for its next attempt while the others wait for it. All others wait here, in the order of their hand-over. A chain
 * exists as long as its key has tasks or a rate; then {@link Keys} forgets it.
 *
 * <p>Only data, which {@link Keys} changes; guarded by the engine's lock.
 */
final class KeyChain<W> extends KeyedChain<KeyChain<W>> {

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

    /** Null unless keys have a rate. */
    final KeyPaces.@Nullable Pace<KeyChain<W>> pace;

    /** The chain of a key without a rate. */
    KeyChain(TaskKey key) {
        this(key, null);
    }

    KeyChain(TaskKey key, KeyPaces.@Nullable Pace<KeyChain<W>> pace) {
        super(key);
        this.pace = pace;
    }

    /** Whether its rate is used up. */
    private boolean isUsedUp() {
        return pace != null && pace.isUsedUp();
    }

    /** Whether a task that comes now holds the key at once. */
    boolean isFree() {
        return isEmpty() && !isUsedUp();
    }

    private boolean isEmpty() {
        return holder == null && threads == 0 && first == null;
    }

    /** Whether a task may hold the key whose next attempt is due. */
    boolean mayBegin() {
        return threads == 0 && !isUsedUp();
    }

    /** Whether the first of those that wait can hold the key. */
    boolean hasNext() {
        return holder == null && threads == 0 && first != null && !isUsedUp();
    }

    /** Whether the key has no tasks and no rate left. */
    boolean isOver() {
        return isEmpty() && aside == 0 && (pace == null || pace.isClear());
    }

    /** Whether only its rate is in the way of the next task, or keeps the key from being forgotten. */
    boolean isLeftToItsRate() {
        return pace != null && holder == null && threads == 0 && (first != null || !pace.isClear());
    }

    @Override
    public String toString() {
        return "KeyChain[" + holder + ", then " + first + ", aside " + aside + ", threads " + threads + "]";
    }
}
