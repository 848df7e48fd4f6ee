package io.github.ppool.pool;

import org.jspecify.annotations.Nullable;

/**
 * Where a thread finds the worker that it had last, without asking anybody. Only hints: threads whose numbers meet in one seat drive
 * each other out, and a seat is read without the lock, so a slot found here is to be checked ({@link Hold#take}). Written under
 * the engine's lock.
 *
 * <p>A table and not a thread-local: it costs a thread nothing to have been here, and nothing is left in a thread that outlives the pool.
 */
final class Seats<W> {

    private static final int FEWEST = 256;
    private static final int MOST = 8192;

    private final @Nullable Slot<W>[] seats;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic class
    Seats(int places) {
        int wanted = Math.clamp(8L * places, FEWEST, MOST);
        seats = new Slot[Integer.highestOneBit(wanted)];
    }

    /** The slot whose worker the thread had last, if it is known. */
    @Nullable
    Slot<W> of(Thread thread) {
        Slot<W> slot = seats[index(thread)];
        return slot != null && slot.ownerThread == thread ? slot : null;
    }

    void put(Thread thread, Slot<W> slot) {
        int index = index(thread);
        if (seats[index] != slot) {
            seats[index] = slot;
        }
    }

    private int index(Thread thread) {
        return (int) thread.threadId() & (seats.length - 1);
    }
}
