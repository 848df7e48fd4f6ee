package io.github.ppool.pool.engine;

import org.jspecify.annotations.Nullable;

/**
 * A table in which a thread finds the slot of its last worker without the lock.
 *
 * <p>The entries are only hints. Threads with numbers that fall into the same entry replace each other. An entry is
 * written under the lock and read without it, so a slot that is found has to be checked by {@link PoolLease#reuse}.
 */
final class RecentSlots {

    private static final int FEWEST = 256;
    private static final int MOST = 8192;
    private static final @Nullable Slot<?>[] NONE = new Slot<?>[0];

    private RecentSlots() {}

    /** A table for a pool of so many places. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic class
    static <W> @Nullable Slot<W>[] of(int places) {
        int wanted = Math.clamp(8L * places, FEWEST, MOST);
        return new Slot[Integer.highestOneBit(wanted)];
    }

    /** A table without entries, of length zero; the same one for all pools. */
    @SuppressWarnings("unchecked") // it has no entries
    static <W> @Nullable Slot<W>[] none() {
        return (Slot<W>[]) NONE;
    }

    static int index(long threadId, int length) {
        return (int) threadId & (length - 1);
    }

    static <W> void put(@Nullable Slot<W>[] seats, long threadId, Slot<W> slot) {
        int index = index(threadId, seats.length);
        if (seats[index] != slot) {
            seats[index] = slot;
        }
    }
}
