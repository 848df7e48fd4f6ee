package io.github.ppool.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who has the worker of a {@link Slot}, in one word: a stamp, which changes with each beginning and each end of a
 * lease, and one of three states.
 *
 * <ul>
 * <li>{@link #CLOSED}: the books ({@link Places}) say who has it; only the holder of the engine's lock changes the
 * word.
 * <li>{@link #OPEN}: it is idle, and the thread that had it last may take it without the lock. First in first out, only
 * the holder of the lock takes it.
 * <li>{@link #TAKEN}: it was taken so. The books still count it as idle, and it may come back without the lock.
 * </ul>
 *
 * <p><b>Who moves it.</b> With the lock: CLOSED → OPEN when the worker comes back while nobody waits; OPEN → CLOSED to
 * hand it out by the books; TAKEN → CLOSED to correct the books before anything is decided by them; first in first out
 * also CLOSED or OPEN → TAKEN with the next stamp, when it is {@linkplain Places#lendInTurn lent in turn}. Without:
 * OPEN → TAKEN with the next stamp, by its last thread; TAKEN → OPEN with the next stamp, by whoever closes that lease.
 * All moves that somebody else may make at the same time are compare-and-sets on the whole word, and stamps are never
 * used again, so of two who want the same move one gets it, and one who read the word before something happened gets
 * nothing.
 *
 * <p>That is also why nobody who waits is missed: he corrects the books, under the lock, before he waits; from then on
 * no word is OPEN, every lease that was TAKEN is CLOSED, and its end comes through the lock and finds him.
 *
 * <p>A lease is over when the stamp is no longer its own. A late reader of the word does no harm: these moves decide.
 */
class Hold extends HoldPadding {

    static final int CLOSED = 0;
    static final int OPEN = 1;
    static final int TAKEN = 2;
    private static final long STATES = 3;
    private static final long NEXT_STAMP = 4;
    /** No stamp: stamps are multiples of four. */
    static final long NONE = 1;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Hold.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written opaque under the lock: a fence would cost each check-out and check-in more than all its other stores. */
    private volatile long word;
    /**
     * The stamp with which it was opened; {@link #NONE} if that is not so, or {@linkplain #countTakes counted}. Guarded
     * by the lock.
     */
    private long openedAt = NONE;

    // ---- without the lock

    /** What {@link #take} is to be given. All that was written before the word was set is seen. */
    final long look() {
        return (long) WORD.getAcquire(this);
    }

    static boolean isOpen(long seen) {
        return (seen & STATES) == OPEN;
    }

    /** The stamp that a lease will have if {@link #take} succeeds. */
    static long nextStampOf(long seenOpen) {
        return seenOpen - OPEN + NEXT_STAMP;
    }

    /** OPEN → TAKEN: the stamp of the new lease, or {@link #NONE} if anything has happened since the look. */
    final long take(long seenOpen) {
        long stamp = nextStampOf(seenOpen);
        return WORD.compareAndSet(this, seenOpen, stamp + TAKEN) ? stamp : NONE;
    }

    /** TAKEN → OPEN: false if the lease is over, or if its end has to go through the books. */
    final boolean giveBackTaken(long stamp) {
        return WORD.compareAndSet(this, stamp + TAKEN, stamp + NEXT_STAMP + OPEN);
    }

    /** Whether the lease with this stamp goes on, and was {@link #take taken}. */
    final boolean isTaken(long stamp) {
        return (long) WORD.getOpaque(this) == stamp + TAKEN;
    }

    /** Any thread, at any time: whether the lease with this stamp goes on. */
    final boolean isCurrent(long stamp) {
        return ((long) WORD.getOpaque(this) & ~STATES) == stamp;
    }

    // ---- with the lock

    /** The stamp as it is. */
    final long stamp() {
        return (long) WORD.getOpaque(this) & ~STATES;
    }

    /** The word is CLOSED: begins or ends a lease by the books. */
    final long nextStamp() {
        long next = (long) WORD.getOpaque(this) + NEXT_STAMP;
        WORD.setOpaque(this, next);
        return next;
    }

    /** CLOSED → OPEN; what was written before is seen by whoever takes it. */
    final void open() {
        long stamp = (long) WORD.getOpaque(this);
        openedAt = stamp;
        WORD.setRelease(this, stamp + OPEN);
    }

    /** CLOSED or OPEN → TAKEN, where only the holder of the lock takes what is OPEN: the stamp of the new lease. */
    final long takeByTheBooks() {
        long stamp = ((long) WORD.getOpaque(this) & ~STATES) + NEXT_STAMP;
        WORD.setOpaque(this, stamp + TAKEN);
        return stamp;
    }

    /** As {@link #close}, where only the holder of the lock takes what is OPEN. */
    final boolean closeUntaken() {
        long seen = (long) WORD.getAcquire(this);
        if ((seen & STATES) == TAKEN) {
            return close();
        }
        WORD.setOpaque(this, seen & ~STATES);
        return false;
    }

    /** To CLOSED from whatever it is: true if somebody had taken it, whose lease goes on. */
    final boolean close() {
        while (true) {
            long seen = (long) WORD.getAcquire(this);
            long state = seen & STATES;
            if (state == CLOSED || WORD.compareAndSet(this, seen, seen - state)) {
                return state == TAKEN;
            }
        }
    }

    /** How often it was {@link #take taken} since it was opened, as of a moment ago. */
    final long takes() {
        // each take and each coming back was one stamp, so nobody needs to count where others may look
        return openedAt == NONE ? 0 : ((look() - openedAt) / NEXT_STAMP + 1) / 2;
    }

    /** After {@link #close}, as {@link #takes}, for the last time: zero from now on. */
    final long countTakes() {
        long takes = takes();
        openedAt = NONE;
        return takes;
    }

    /** Whether it was taken, now; may change at once. */
    final boolean looksTaken() {
        return ((long) WORD.getAcquire(this) & STATES) == TAKEN;
    }

    final String holdText() {
        long seen = look();
        String state = switch ((int) (seen & STATES)) {
            case OPEN -> "open";
            case TAKEN -> "taken";
            default -> "closed";
        };
        return state + " at " + (seen & ~STATES) / NEXT_STAMP;
    }
}

/** Two slots must not share a line of memory: each would slow down the other's holder. */
@SuppressWarnings("unused")
class HoldPadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}
