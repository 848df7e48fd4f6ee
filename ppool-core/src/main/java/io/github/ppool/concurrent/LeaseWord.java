package io.github.ppool.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The holder of a lendable object, in one word: a stamp, which changes at each beginning and each end of a lease, and
 * one of three states. The owner keeps a table of lendable objects under a lock; the word lets a thread lease the
 * object that it had last, and return it, without that lock.
 *
 * <ul>
 * <li>{@link #LOCKED_ONLY}: the table knows the holder of the object. Only the lock holder changes the word.
 * <li>{@link #REUSABLE}: the object is idle, and the thread that held it last may lease it again without the lock. With
 * FIFO rotation only the lock holder leases it.
 * <li>{@link #REUSED}: a thread has leased it so. The table still counts the object as idle, and the lease may end
 * without the lock.
 * </ul>
 *
 * <p><b>Transitions with the lock.</b> LOCKED_ONLY → REUSABLE when the object is returned while no thread waits.
 * REUSABLE → LOCKED_ONLY before the lock holder lends it. REUSED → LOCKED_ONLY when the lock holder reconciles the
 * table before a decision. With FIFO rotation also LOCKED_ONLY or REUSABLE → REUSED with the next stamp, when the
 * lock holder lends it.
 *
 * <p><b>Transitions without the lock.</b> REUSABLE → REUSED with the next stamp, by the thread that held the object
 * last. REUSED → REUSABLE with the next stamp, by the thread that closes that lease.
 *
 * <p>Each transition that two threads may attempt at the same time is a compare-and-set of the whole word, and a stamp
 * is never used twice. So exactly one of two competing threads succeeds, and a thread with an outdated view of the word
 * fails.
 *
 * <p><b>Why no waiter is missed.</b> A waiter reconciles the table, under the lock, before it waits. From then on no
 * word is REUSABLE, and the lease of each word that was REUSED ends under the lock, where its end serves the waiter.
 *
 * <p>A lease is over when the stamp of the word is no longer its own.
 */
public abstract class LeaseWord extends IdleDeque.Node {

    /** Only the lock holder changes the word. */
    public static final int LOCKED_ONLY = 0;
    /** The last holder may lease the object without the lock. */
    public static final int REUSABLE = 1;
    /** The last holder has leased the object without the lock. */
    public static final int REUSED = 2;
    private static final long STATES = 3;
    private static final long NEXT_STAMP = 4;
    /** No stamp: stamps are multiples of four. */
    public static final long NONE = 1;

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
    /** The stamp at {@link #allowReuse}; {@link #NONE} if reuse is not allowed, or counted. Guarded by the lock. */
    private long reusableSince = NONE;

    /** An object that is not reusable. */
    protected LeaseWord() {}

    // ---- without the lock

    /**
     * The word as it is, for {@link #tryReuse}. The caller sees all that was written before the word was set.
     *
     * @return the word
     */
    public final long read() {
        return (long) WORD.getAcquire(this);
    }

    /**
     * Whether a word is {@link #REUSABLE}.
     *
     * @param seen the word that {@link #read} has returned
     * @return whether it is
     */
    public static boolean isReusable(long seen) {
        return (seen & STATES) == REUSABLE;
    }

    /**
     * The stamp that a lease will have if {@link #tryReuse} succeeds.
     *
     * @param seenReusable the word that {@link #read} has returned
     * @return the stamp
     */
    public static long nextStampOf(long seenReusable) {
        return seenReusable - REUSABLE + NEXT_STAMP;
    }

    /**
     * REUSABLE → REUSED. Any thread, without the lock.
     *
     * @param seenReusable the word that {@link #read} has returned
     * @return the stamp of the new lease, or {@link #NONE} if the word has changed since it was read
     */
    public final long tryReuse(long seenReusable) {
        long stamp = nextStampOf(seenReusable);
        return WORD.compareAndSet(this, seenReusable, stamp + REUSED) ? stamp : NONE;
    }

    /**
     * REUSED → REUSABLE. Any thread, without the lock.
     *
     * @param stamp of the lease that ends
     * @return false if the lease is over, or if it has to end under the lock
     */
    public final boolean tryEndReuse(long stamp) {
        return WORD.compareAndSet(this, stamp + REUSED, stamp + NEXT_STAMP + REUSABLE);
    }

    /**
     * Whether the lease with this stamp goes on, and is {@link #REUSED}.
     *
     * @param stamp of the lease
     * @return whether that is so
     */
    public final boolean isReused(long stamp) {
        return (long) WORD.getOpaque(this) == stamp + REUSED;
    }

    /**
     * Whether the lease with this stamp goes on. Any thread, at any time.
     *
     * @param stamp of the lease
     * @return whether it does
     */
    public final boolean isCurrent(long stamp) {
        return ((long) WORD.getOpaque(this) & ~STATES) == stamp;
    }

    // ---- with the lock

    /**
     * Tells whether the word changes under the lock only. Any thread, as of now.
     *
     * @return true if the word is {@link #LOCKED_ONLY}
     */
    public final boolean isLockedOnly() {
        return ((long) WORD.getAcquire(this) & STATES) == LOCKED_ONLY;
    }

    /**
     * The stamp as it is.
     *
     * @return the stamp
     */
    public final long stamp() {
        return (long) WORD.getOpaque(this) & ~STATES;
    }

    /**
     * Begins or ends a lease of a word that is LOCKED_ONLY.
     *
     * @return the new stamp
     */
    public final long nextStamp() {
        long next = (long) WORD.getOpaque(this) + NEXT_STAMP;
        WORD.setOpaque(this, next);
        return next;
    }

    /** LOCKED_ONLY → REUSABLE. The thread that leases it next sees all earlier writes. */
    public final void allowReuse() {
        long stamp = (long) WORD.getOpaque(this);
        reusableSince = stamp;
        WORD.setRelease(this, stamp + REUSABLE);
    }

    /**
     * LOCKED_ONLY or REUSABLE → REUSED, where only the lock holder leases a REUSABLE object.
     *
     * @return the stamp of the new lease
     */
    public final long reuseLocked() {
        long stamp = ((long) WORD.getOpaque(this) & ~STATES) + NEXT_STAMP;
        WORD.setOpaque(this, stamp + REUSED);
        return stamp;
    }

    /**
     * As {@link #forbidReuse}, where only the lock holder leases a REUSABLE object.
     *
     * @return whether the word was REUSED
     */
    public final boolean forbidReuseLocked() {
        long seen = (long) WORD.getAcquire(this);
        if ((seen & STATES) == REUSED) {
            return forbidReuse();
        }
        WORD.setOpaque(this, seen & ~STATES);
        return false;
    }

    /**
     * Any state → LOCKED_ONLY.
     *
     * @return true if the word was REUSED; that lease goes on, and ends under the lock
     */
    public final boolean forbidReuse() {
        while (true) {
            long seen = (long) WORD.getAcquire(this);
            long state = seen & STATES;
            if (state == LOCKED_ONLY || WORD.compareAndSet(this, seen, seen - state)) {
                return state == REUSED;
            }
        }
    }

    /**
     * The number of times that the object was leased again since {@link #allowReuse}, as of a moment ago.
     *
     * @return the number
     */
    public final long reuseCount() {
        // each lease and each return used one stamp, so no thread has to count without the lock
        return reusableSince == NONE ? 0 : ((read() - reusableSince) / NEXT_STAMP + 1) / 2;
    }

    /**
     * As {@link #reuseCount}, after {@link #forbidReuse}; the count is zero from now on.
     *
     * @return the number
     */
    public final long drainReuseCount() {
        long takes = reuseCount();
        reusableSince = NONE;
        return takes;
    }

    /**
     * Whether the word is REUSED. Any thread; the answer may be outdated at once.
     *
     * @return whether it is
     */
    public final boolean looksReused() {
        return ((long) WORD.getAcquire(this) & STATES) == REUSED;
    }

    /**
     * The word as text, for diagnosis.
     *
     * @return the text
     */
    public final String wordText() {
        long seen = read();
        String state = switch ((int) (seen & STATES)) {
            case REUSABLE -> "reusable";
            case REUSED -> "reused";
            default -> "locked only";
        };
        return state + " at " + (seen & ~STATES) / NEXT_STAMP;
    }
}
