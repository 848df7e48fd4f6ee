package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.QueueNode;
import org.jspecify.annotations.Nullable;

/**
 * A hand-out that {@link Overruns} watches: a worker that a borrower or a task has. Only data, which never changes.
 *
 * @param <S> the slots
 */
final class HandOut<S> extends QueueNode {

    final S slot;
    final long sinceNanos;
    /** The task; null of a lease. */
    final @Nullable Object task;
    /** The stamp of the lease. */
    final long stamp;
    /** How often it was told. */
    final int times;

    HandOut(S slot, long sinceNanos, @Nullable Object task, long stamp, int times) {
        this.slot = slot;
        this.sinceNanos = sinceNanos;
        this.task = task;
        this.stamp = stamp;
        this.times = times;
    }

    HandOut<S> toldOnceMore() {
        return new HandOut<>(slot, sinceNanos, task, stamp, times + 1);
    }
}
