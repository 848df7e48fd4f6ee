package io.github.ppool.pool.engine;

import org.jspecify.annotations.Nullable;

/**
 * The workers that served keys last which have no task now, for {@code sticky}. A key that has no task leaves no object
 * behind; so this is a table of fixed size with hashes and workers, without keys. A later key may take the place of an
 * earlier one, which then has no preference. Guarded by the lock of the owner.
 */
final class RecentKeys<T> {

    private static final int PLACES_FOR_A_WORKER = 64;
    private static final int MOST = 1 << 16;

    private final long[] hashes;
    private final @Nullable T[] workers;

    @SuppressWarnings("unchecked") // only workers of this table are put there
    RecentKeys(int mostWorkers) {
        int wanted = (int) Math.min(MOST, Math.max(1L, mostWorkers) * PLACES_FOR_A_WORKER);
        int length = Integer.highestOneBit(Math.max(1, wanted * 2 - 1));
        hashes = new long[length];
        workers = (T[]) new Object[length];
    }

    private int index(long hash) {
        return (int) hash & hashes.length - 1;
    }

    void put(long hash, T worker) {
        int index = index(hash);
        hashes[index] = hash;
        workers[index] = worker;
    }

    @Nullable
    T of(long hash) {
        int index = index(hash);
        return hashes[index] == hash ? workers[index] : null;
    }
}
