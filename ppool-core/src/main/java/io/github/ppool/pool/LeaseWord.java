package io.github.ppool.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who has the worker of a {@link Slot}, in one word: a stamp, which changes with each beginning and each end of a
 * lease, and one of three states.
 *
 * <ul>
 * <li>{@link #LOCKED_ONLY}: the books ({@link SlotTable}) say who has it; only the holder of the engine's lock changes the
 * word.
 * <li>{@link #REUSABLE}: it is idle, and the thread that had it last may take it without the lock. First in first out, only
 * the holder of the lock takes it.
 * <li>{@link #REUSED}: it was taken so. The books still count it as idle, and it may come back without the lock.
 * </ul>
 *
 * <p><b>Who moves it.</b> With the lock: LOCKED_ONLY → REUSABLE when the worker comes back while nobody waits; REUSABLE → LOCKED_ONLY to
 * hand it out by the books; REUSED → LOCKED_ONLY to correct the books before anything is decided by them; first in first out
 * also LOCKED_ONLY or REUSABLE → REUSED with the next stamp, when it is {@linkplain SlotTable#lendInRotation lent in turn}. Without:
 * REUSABLE → REUSED with the next stamp, by its last thread; REUSED → REUSABLE with the next stamp, by whoever closes that lease.
 * All moves that somebody else may make at the same time are compare-and-sets on the whole word, and stamps are never
 * used again, so of two who want the same move one gets it, and one who read the word before something happened gets
 * nothing.
 *
 * <p>That is also why nobody who waits is missed: he corrects the books, under the lock, before he waits; from then on
 * no word is REUSABLE, every lease that was REUSED is LOCKED_ONLY, and its end comes through the lock and finds him.
 *
 * <p>A lease is over when the stamp is no longer its own. A late reader of the word does no harm: these moves decide.
 */
class LeaseWord extends LeaseWordPadding {

    static final int LOCKED_ONLY = 0;
    static final int REUSABLE = 1;
    static final int REUSED = 2;
    private static final long STATES = 3;
    private static final long NEXT_STAMP = 4;
    /** No stamp: stamps are multiples of four. */
    static final long NONE = 1;

    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(LeaseWord.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written opaque under the lock: a fence would cost each check-out and check-in more than all its other stores. */
    private volatile long word;
    /**
     * The stamp with which it was opened; {@link #NONE} if that is not so, or {@linkplain #drainReuseCount counted}. Guarded
     * by the lock.
     */
    private long reusableSince = NONE;

    // ---- without the lock

    /** What {@link #tryReuse} is to be given. All that was written before the word was set is seen. */
    final long read() {
        return (long) WORD.getAcquire(this);
    }

    static boolean isReusable(long seen) {
        return (seen & STATES) == REUSABLE;
    }

    /** The stamp that a lease will have if {@link #tryReuse} succeeds. */
    static long nextStampOf(long seenReusable) {
        return seenReusable - REUSABLE + NEXT_STAMP;
    }

    /** REUSABLE → REUSED: the stamp of the new lease, or {@link #NONE} if anything has happened since the look. */
    final long tryReuse(long seenReusable) {
        long stamp = nextStampOf(seenReusable);
        return WORD.compareAndSet(this, seenReusable, stamp + REUSED) ? stamp : NONE;
    }

    /** REUSED → REUSABLE: false if the lease is over, or if its end has to go through the books. */
    final boolean tryEndReuse(long stamp) {
        return WORD.compareAndSet(this, stamp + REUSED, stamp + NEXT_STAMP + REUSABLE);
    }

    /** Whether the lease with this stamp goes on, and was {@link #tryReuse taken}. */
    final boolean isReused(long stamp) {
        return (long) WORD.getOpaque(this) == stamp + REUSED;
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

    /** The word is LOCKED_ONLY: begins or ends a lease by the books. */
    final long nextStamp() {
        long next = (long) WORD.getOpaque(this) + NEXT_STAMP;
        WORD.setOpaque(this, next);
        return next;
    }

    /** LOCKED_ONLY → REUSABLE; what was written before is seen by whoever takes it. */
    final void allowReuse() {
        long stamp = (long) WORD.getOpaque(this);
        reusableSince = stamp;
        WORD.setRelease(this, stamp + REUSABLE);
    }

    /** LOCKED_ONLY or REUSABLE → REUSED, where only the holder of the lock takes what is REUSABLE: the stamp of the new lease. */
    final long reuseLocked() {
        long stamp = ((long) WORD.getOpaque(this) & ~STATES) + NEXT_STAMP;
        WORD.setOpaque(this, stamp + REUSED);
        return stamp;
    }

    /** As {@link #forbidReuse}, where only the holder of the lock takes what is REUSABLE. */
    final boolean forbidReuseLocked() {
        long seen = (long) WORD.getAcquire(this);
        if ((seen & STATES) == REUSED) {
            return forbidReuse();
        }
        WORD.setOpaque(this, seen & ~STATES);
        return false;
    }

    /** To LOCKED_ONLY from whatever it is: true if somebody had taken it, whose lease goes on. */
    final boolean forbidReuse() {
        while (true) {
            long seen = (long) WORD.getAcquire(this);
            long state = seen & STATES;
            if (state == LOCKED_ONLY || WORD.compareAndSet(this, seen, seen - state)) {
                return state == REUSED;
            }
        }
    }

    /** How often it was {@link #tryReuse taken} since it was opened, as of a moment ago. */
    final long reuseCount() {
        // each take and each coming back was one stamp, so nobody needs to count where others may look
        return reusableSince == NONE ? 0 : ((read() - reusableSince) / NEXT_STAMP + 1) / 2;
    }

    /** After {@link #forbidReuse}, as {@link #reuseCount}, for the last time: zero from now on. */
    final long drainReuseCount() {
        long takes = reuseCount();
        reusableSince = NONE;
        return takes;
    }

    /** Whether it was taken, now; may change at once. */
    final boolean looksReused() {
        return ((long) WORD.getAcquire(this) & STATES) == REUSED;
    }

    final String wordText() {
        long seen = read();
        String state = switch ((int) (seen & STATES)) {
            case REUSABLE -> "open";
            case REUSED -> "taken";
            default -> "closed";
        };
        return state + " at " + (seen & ~STATES) / NEXT_STAMP;
    }
}

/** Two slots must not share a line of memory: each would slow down the other's holder. */
@SuppressWarnings("unused")
class LeaseWordPadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}
