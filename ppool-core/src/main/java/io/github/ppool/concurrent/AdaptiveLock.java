package io.github.ppool.concurrent;

import io.github.ppool.guard.StackReserve;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lock of an engine: one compare-and-set to get it, one store to let go. For sections of a few instructions in
 * which nobody blocks; not reentrant, not fair.
 *
 * <p><b>States.</b> {@code held} is 0 or 1. 0 → 1 by compare-and-set of the thread that gets it; 1 → 0 by that thread,
 * with a release store, which needs no fence: nobody has to be woken, so nothing has to be looked at afterwards. The
 * compare-and-set of the next one acquires, hence what was done under the lock before happens-before what is done under
 * it later.
 *
 * <p><b>Who does not get it</b> sleeps for growing times, up to a limit, and looks at the end of each. So the way of
 * those who get it has no system call and wakes nobody, also when others wait; and while one platform thread sleeps,
 * the other goes on with all lines of memory at hand: two that compete get more done than behind a lock which hands
 * itself on. Who is waited for looks {@link #LOOKS} times before each sleep, and so does a virtual thread, whose sleep
 * costs a timer and two switches. All this was measured (docs/adr). The price is that the one who comes late may sleep
 * for up to {@link #LONGEST_NAP_NANOS} after the lock was let go. He can't sleep for ever: no wake-up exists that he
 * relies on.
 *
 * <p>But the sleep of a virtual thread ends only when a carrier has nothing else to do, which may take a hundred times
 * as long as was asked for. So before it sleeps it puts itself among the {@linkplain #late late ones}, and they are
 * woken when the lock was let go {@link #PATIENCE} more times: each goes on, in its turn, on the carrier that has the
 * lock's memory at hand. This is looked at without a fence: one who has just come may be seen only the next time, and
 * if there is none, he sleeps to the end, for there is a carrier that has nothing to do.
 *
 * <p>To be extended by what it guards: one step less on the way to it.
 *
 * <p>Right for platform and for virtual threads. An interrupt is kept for the wait that it is meant for.
 */
public class AdaptiveLock extends AdaptiveLockPadding {

    static final long FIRST_NAP_NANOS = 20_000;
    static final long LONGEST_NAP_NANOS = 200_000;
    /**
     * About a microsecond: longer than most sections of others, and than most waits in which nobody was taken off his
     * processor.
     */
    private static final int LOOKS = 20;
    /**
     * How often the lock is let go before those are woken who sleep: some fifty to a hundred microseconds. A power of
     * two.
     */
    private static final int PATIENCE = 256;

    private static final VarHandle HELD;
    private static final VarHandle LATE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HELD = lookup.findVarHandle(AdaptiveLock.class, "held", int.class);
            LATE = lookup.findVarHandle(AdaptiveLock.class, "late", Late.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int held;
    /**
     * Virtual threads that sleep because they did not get the lock, the last one first; some of them may have it by
     * now.
     */
    private volatile @Nullable Late late;
    /** While there are such. Counted without the lock, so not all of them may be. */
    private int timesLetGo;

    /**
     * The thread that has the lock; written by that thread, and only where assertions are enabled. Else always null: to
     * write it would cost each section a store.
     */
    private @Nullable Thread holder;

    @SuppressWarnings("unused") // keeps what follows in memory out of the line of `held`
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;

    /** A lock that is free. */
    public AdaptiveLock() {}

    /**
     * Gets the lock; the calling thread must not have it. Where assertions are enabled, a thread that has it already
     * gets an {@link AssertionError} instead of sleeping for ever.
     *
     * @throws StackOverflowError if the caller's stack might not do for what is done under the lock; then it has not
     *         got it
     */
    public final void lock() {
        StackReserve.forLock();
        if (!tryLock()) {
            lockLate(Thread.currentThread().isVirtual() ? LOOKS : 0);
        }
    }

    /** As {@link #lock}, for those on whom others depend. */
    public final void lockEagerly() {
        StackReserve.forLock();
        if (!tryLock()) {
            lockLate(LOOKS);
        }
    }

    /**
     * As {@link #lock}, for a step for which the caller, further up, has made sure of the stack, or whose thread has
     * just begun.
     */
    public final void lockReserved() {
        if (!tryLock()) {
            lockLate(Thread.currentThread().isVirtual() ? LOOKS : 0);
        }
    }

    /** As {@link #lockReserved}, for those on whom others depend. */
    public final void lockReservedEagerly() {
        if (!tryLock()) {
            lockLate(LOOKS);
        }
    }

    private boolean tryLock() {
        boolean got = HELD.compareAndSet(this, 0, 1);
        assert !got || isNowHeldBy(Thread.currentThread());
        return got;
    }

    private boolean isNowHeldBy(@Nullable Thread thread) {
        holder = thread;
        return true;
    }

    private void lockLate(int looks) {
        assert !isHeldByCurrentThread() : "the lock is not reentrant, and " + Thread.currentThread() + " has it already";
        boolean isVirtual = Thread.currentThread().isVirtual();
        boolean interrupted = false;
        long nap = FIRST_NAP_NANOS;
        Late me = null;
        while (!lockWithin(looks)) {
            if (isVirtual) {
                forget(me);
                me = joinLate();
                if (lockWithin(0)) {
                    break; // who takes it from there wakes it for nothing
                }
            }
            sleep(nap);
            interrupted |= Thread.interrupted(); // or else the next nap would not be one
            nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
        }
        forget(me);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A virtual thread whose stack is nearly full can't be parked: taking its frames off the carrier needs stack, too,
     * and more of it the more frames there are. That must not be the end of what is done under this lock, so the
     * thread looks again instead; the lock is held for a few instructions.
     */
    private void sleep(long nanos) {
        try {
            LockSupport.parkNanos(this, nanos);
        } catch (StackOverflowError full) {
            Thread.onSpinWait();
        }
    }

    private Late joinLate() {
        Late me = new Late(Thread.currentThread());
        do {
            me.next = late;
        } while (!LATE.compareAndSet(this, me.next, me));
        return me;
    }

    /** A thread that may end soon must not be kept by the list, which may be looked at late. */
    private static void forget(@Nullable Late late) {
        if (late != null) {
            late.thread = null;
        }
    }

    private void wakeLate() {
        try {
            for (Late next = (Late) LATE.getAndSet(this, null); next != null; next = next.next) {
                LockSupport.unpark(next.thread);
            }
        } catch (StackOverflowError full) {
            return; // what the caller has done under the lock must reach it
        }
    }

    private boolean lockWithin(int looks) {
        for (int look = 0; look < looks; look++) {
            Thread.onSpinWait();
            if (held == 0 && tryLock()) {
                return true;
            }
        }
        return held == 0 && tryLock();
    }

    /** Lets go; only by the thread that has it. */
    public final void unlock() {
        assert isHeldByCurrentThread() && isNowHeldBy(null) : "the lock is not held by " + Thread.currentThread();
        HELD.setRelease(this, 0);
        if (late != null && ++timesLetGo % PATIENCE == 0) {
            wakeLate();
        }
    }

    /**
     * Whether a thread has the lock. Any thread.
     *
     * @return whether one has
     */
    public final boolean isHeld() {
        return held != 0;
    }

    /**
     * For assertions only: tells whether the calling thread has the lock. Without assertions that is not known.
     *
     * @return whether it has
     */
    public final boolean isHeldByCurrentThread() {
        return holder == Thread.currentThread();
    }

    /** One of the {@link #late}. */
    private static final class Late {
        /** Null when it sleeps no longer; a late reader wakes it for nothing. */
        private @Nullable Thread thread;
        private @Nullable Late next;

        private Late(Thread thread) {
            this.thread = thread;
        }
    }
}

/** Keeps what precedes the lock in memory out of its line. */
@SuppressWarnings("unused")
class AdaptiveLockPadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}
