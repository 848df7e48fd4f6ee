package io.github.ppool.concurrent;

import io.github.ppool.guard.StackReserve;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A lock that costs one compare-and-set to acquire and one store to release. For sections of a few instructions in
 * which no thread blocks. Not reentrant and not fair.
 *
 * <p><b>States.</b> {@code held} is 0 or 1. The acquiring thread takes it from 0 to 1 by compare-and-set. The holder
 * takes it from 1 to 0 with a release store, which needs no fence: the holder has to wake no thread, so it reads
 * no field afterwards. The compare-and-set of the next holder acquires, so each section happens-before the next one.
 *
 * <p><b>Contention.</b> A thread that does not get the lock sleeps for growing times, up to a limit, and tries again
 * after each. So the path of the holder has no system call and wakes no thread. While one platform thread sleeps, the
 * other one goes on with a warm cache: two competing threads get more done than behind a lock with hand-over. A
 * thread on which others depend spins {@link #LOOKS} times before each sleep. So does a virtual thread, whose sleep
 * costs a timer and two context switches. All this was measured (docs/adr). The price is that a late thread may sleep
 * for up to {@link #LONGEST_NAP_NANOS} after the release. It cannot sleep for ever, because it relies on no wake-up.
 *
 * <p>The sleep of a virtual thread ends only when a carrier is idle, which may take a hundred times as long. So
 * before it sleeps it adds itself to the {@linkplain #late late threads}, which are woken after {@link #PATIENCE}
 * more releases. Each of them continues on the carrier that has the lock in its cache. The releasing thread looks
 * without a fence, so it may miss a thread that has just come until the next look. If there is no next look, a
 * carrier is idle, and the late thread sleeps to the end of its time.
 *
 * <p>A class extends the lock by the state that the lock guards: that saves one load on the way to that state.
 *
 * <p>Suitable for platform and for virtual threads. An interrupt is kept for the wait that it is meant for.
 */
public class AdaptiveLock extends AdaptiveLockPadding {

    static final long FIRST_NAP_NANOS = 20_000;
    static final long LONGEST_NAP_NANOS = 200_000;
    /**
     * Number of looks before a sleep, about a microsecond: longer than most sections, and than most waits in which no
     * thread was preempted.
     */
    private static final int LOOKS = 20;
    /**
     * Number of releases after which sleeping threads are woken: some fifty to a hundred microseconds. A power of two.
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
     * Virtual threads that sleep because they did not get the lock, the last one first; some of them may have got it
     * since.
     */
    private volatile @Nullable Late late;
    /** Number of releases while there are such threads. Counted without the lock, so some may be missing. */
    private int timesLetGo;

    /**
     * The thread that has the lock; written by that thread, and only where assertions are enabled. Else always null: to
     * write it would cost each section a store.
     */
    private @Nullable Thread holder;

    @SuppressWarnings("unused") // keeps the next object in memory out of the cache line of `held`
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, qa, qb, qc, qd, qe, qf;

    /** A lock that is free. */
    public AdaptiveLock() {}

    /**
     * Acquires the lock, which the calling thread must not hold. Where assertions are enabled, a thread that holds it
     * already gets an {@link AssertionError} instead of sleeping for ever.
     *
     * @throws StackOverflowError if the caller's stack might not suffice for the section under the lock; then the
     *         caller does not hold the lock
     */
    public final void lock() {
        StackReserve.forLock();
        if (!tryLock()) {
            lockLate(Thread.currentThread().isVirtual() ? LOOKS : 0);
        }
    }

    /** As {@link #lock}, for threads on which others depend. */
    public final void lockEagerly() {
        StackReserve.forLock();
        if (!tryLock()) {
            lockLate(LOOKS);
        }
    }

    /**
     * As {@link #lock}, for a caller that has checked the stack further up, or that runs on a new thread.
     */
    public final void lockReserved() {
        if (!tryLock()) {
            lockLate(Thread.currentThread().isVirtual() ? LOOKS : 0);
        }
    }

    /** As {@link #lockReserved}, for threads on which others depend. */
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
        assert !isHeldByCurrentThread()
                : "the lock is not reentrant, and " + Thread.currentThread() + " has it already";
        boolean isVirtual = Thread.currentThread().isVirtual();
        boolean interrupted = false;
        long nap = FIRST_NAP_NANOS;
        Late me = null;
        while (!lockWithin(looks)) {
            if (isVirtual) {
                forget(me);
                me = joinLate();
                if (lockWithin(0)) {
                    break; // a thread that finds it there wakes it in vain
                }
            }
            sleep(nap);
            interrupted |= Thread.interrupted(); // otherwise the next sleep would end at once
            nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
        }
        forget(me);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sleeps. A virtual thread whose stack is nearly full cannot be parked: unmounting it needs stack, too, and the
     * more frames there are the more of it. That must not end an operation, so the thread looks again instead; the
     * lock is held for a few instructions only.
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

    /** Removes the reference to a thread: the list may live longer than the thread. */
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
            return; // the result of the caller's section must reach the caller
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

    /** Releases the lock; only by the holder. */
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

    /** An entry of the {@link #late late threads}. */
    private static final class Late {
        /** Null once the thread no longer sleeps; a late reader wakes it in vain. */
        private @Nullable Thread thread;
        private @Nullable Late next;

        private Late(Thread thread) {
            this.thread = thread;
        }
    }
}

/** Separates the lock in memory from the fields before it. */
@SuppressWarnings("unused")
class AdaptiveLockPadding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf;
}
