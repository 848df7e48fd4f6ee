package io.github.ppool.pool.engine;

import org.jspecify.annotations.Nullable;

/** A key in a {@link KeyTable}, with all that its table knows of it. Guarded by the lock of the table's owner. */
abstract class KeyedChain<C extends KeyedChain<C>> {

    final TaskKey key;
    /** In the same bucket of the table. */
    @Nullable
    C nextInBucket;

    KeyedChain(TaskKey key) {
        this.key = key;
    }
}
