package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Where a thread finds the slot whose worker it had last, without asking anybody: a table that whoever lends has at
 * hand.
 *
 * <p>Only hints. Threads whose numbers meet in one seat drive each other out, and a seat is read without the lock under
 * which it is written, so a slot found there is to be checked ({@link Slot#tryLeaseAgain}).
 */
final class RecentSlots {

    private static final int FEWEST = 256;
    private static final int MOST = 8192;

    private RecentSlots() {}

    /** A table for a pool of so many places. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic class
    static <W> @Nullable Slot<W>[] of(int places) {
        int wanted = Math.clamp(8L * places, FEWEST, MOST);
        return new Slot[Integer.highestOneBit(wanted)];
    }

    /** A table in which nothing is found, and nothing put. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // as above
    static <W> @Nullable Slot<W>[] none() {
        return new Slot[0];
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
