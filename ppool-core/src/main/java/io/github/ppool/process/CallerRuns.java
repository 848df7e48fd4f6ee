package io.github.ppool.process;

import io.github.ppool.guard.StackReserve;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads run the work of a process while it waits for a message. A call to a process costs two context
 * switches; a caller that runs the work itself saves both. Compare {@link
 * java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy}.
 *
 * <p>The process holds a lock whenever it does not wait in {@link #receive()}. While it waits, one other thread at a
 * time may hold that lock. So the state has one user at a time, as the state of any process has, and the actions of one
 * user happen-before those of the next. No caller runs while a message is in the mailbox: a thread that has sent a
 * message finds it handled, or can't run.
 *
 * <p>Work of {@link #tryRun} must be short and must not wait, because the process can't go on meanwhile. Work of {@link
 * #tryRunAs} impersonates the process: it has the rights of the process, and may wait as the process.
 * Erlang has no counterpart, because its context switches are cheap.
 *
 * @param <S> the type of the state
 */
public final class CallerRuns<S> extends OwnerLock {

    /**
     * Work that a thread does as a process.
     *
     * @param <S> the type of the state
     */
    @FunctionalInterface
    public interface Work<S> {

        /**
         * Does the work.
         *
         * @param state the state of the process
         * @throws Throwable any exception; the process's {@code receive} throws it
         */
        void run(S state) throws Throwable;
    }

    private final ProcessContext process;
    private final ProcessCell cell;
    private final S state;
    private @Nullable Throwable failure; // of work that threw; guarded by the lock, and the last action under it

    /**
     * Makes the caller-runs lock of a process, which holds it from now on. Called by the process itself.
     *
     * @param process the calling process; it has no such lock yet
     * @param state the state that callers may use while the process waits in {@link #receive()}
     * @throws IllegalStateException if another thread calls, or if the process has such a lock already; the call
     *     has no effect
     */
    public CallerRuns(ProcessContext process, S state) {
        process.checkOwnThread();
        this.process = process;
        this.cell = process.cell();
        this.state = Objects.requireNonNull(state, "state must not be null");
        lock.lock();
        cell.shareLock(this);
    }

    /**
     * Runs work on the state of a process, on the calling thread, if the process waits for a message and none has come.
     * The work may use the process's {@link ProcessContext} but must not wait. {@link ProcessSystem#currentProcess()}
     * remains the caller. Any thread; blocks only as long as the work takes.
     *
     * <p>If the work throws, the process fails with that exception: its {@code receive} throws it.
     *
     * @param pid the process
     * @param type the required type of the state
     * @param work the work; it may decide to return null without an effect
     * @return the result of the work; null if it has thrown or was not run. It is not run if the process does not wait
     *     in {@link #receive()}, has a message or has ended. Nor is it run if the process has no state of this type, or
     *     if the calling thread is interrupted
     * @throws IllegalStateException if the calling thread holds the lock, as the process itself does when it does not
     *     wait; the call has no effect
     * @param <S> the type of the state
     * @param <R> the type of the result
     */
    public static <S, R> @Nullable R tryRun(Pid pid, Class<S> type, Function<S, @Nullable R> work) {
        CallerRuns<?> callerRuns = of(pid);
        return callerRuns != null && type.isInstance(callerRuns.state)
                ? callerRuns.tryRun(type.cast(callerRuns.state), work)
                : null;
    }

    @SuppressWarnings("CatchingUnchecked") // an exception of the work would have ended the process
    private <T, R> @Nullable R tryRun(T own, Function<T, @Nullable R> work) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a process must not ask itself: " + cell + ", by " + Thread.currentThread());
        }
        StackReserve.forLock(); // an overflow in the middle of the work would be the process's failure
        if (Thread.currentThread().isInterrupted() || !lock.tryLock()) {
            return null;
        }
        try {
            return isIdle() ? work.apply(own) : null;
        } catch (Throwable thrown) {
            failure = thrown;
            cell.wake(); // the process finds the failure before it looks at a message
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Called by a caller that holds the lock. True if the process has no work. */
    private boolean isIdle() {
        return cell.isAlive() && failure == null && cell.mailbox.isEmpty();
    }

    /**
     * Runs work as a process, if the process waits for a message and none has come. The calling thread is that process
     * until the work is over. {@link ProcessSystem#currentProcess()} is the process. Its {@link ProcessContext} may be
     * used without limits, waits included. Messages, links and spawns of the work are those of the process. The context
     * class loader is that of the process's own thread. The thread itself, its thread-locals, its locks and its stack
     * remain the caller's.
     *
     * <p>Any thread, also that of another process. Blocks as long as the work takes. Meanwhile:
     *
     * <ul>
     *   <li>The end of the process interrupts the calling thread. That interrupt is dropped when the work is over.
     *   <li>If the calling thread is that of another process, the end of that process takes effect at once. It
     *       interrupts the thread when the work is over.
     *   <li>Any other interrupt of the calling thread does not end the waits of the process. It is restored when the
     *       work is over. Waits outside of the library are ended by it.
     * </ul>
     *
     * <p>If the work throws, the process's {@code receive} throws the exception on the process's own thread.
     *
     * @param pid the process
     * @param type the required type of the state
     * @param work the work
     * @return true if the work was run, until its end or until it has thrown. False if the call has no effect: the
     *     process does not wait in {@link #receive()}, has a message, has ended or has no state of this type. Also
     *     false if the calling thread is interrupted, holds the lock already, has little stack left, or belongs to an
     *     ended process
     * @param <S> the type of the state
     */
    public static <S> boolean tryRunAs(Pid pid, Class<S> type, Work<? super S> work) {
        CallerRuns<?> callerRuns = of(pid);
        return callerRuns != null && type.isInstance(callerRuns.state)
                && callerRuns.tryRunAs(type.cast(callerRuns.state), work);
    }

    /**
     * Returns true if a process has a caller-runs lock with such a state. Any thread; does not block.
     *
     * @param pid the process
     * @param type the type of the state
     * @return false also if the process has ended
     */
    public static boolean isOf(Pid pid, Class<?> type) {
        CallerRuns<?> callerRuns = of(pid);
        return callerRuns != null && type.isInstance(callerRuns.state);
    }

    @SuppressWarnings("CatchingUnchecked") // an exception of the work would have ended the process
    private <T> boolean tryRunAs(T own, Work<? super T> work) {
        Thread thread = Thread.currentThread();
        if (lock.isHeldByCurrentThread() || thread.isInterrupted() || !hasStack() || !lock.tryLock()) {
            return false;
        }
        Thread owner = null; // the thread to unpark
        try {
            if (!isIdle()) {
                return false;
            }
            owner = cell.runningThread();
            try {
                Impersonation impersonation = Impersonation.begin(process, thread);
                if (impersonation == null) {
                    return false;
                }
                try {
                    work.run(own);
                } catch (Throwable thrown) {
                    failure = thrown;
                } finally {
                    impersonation.end();
                }
                return true;
            } finally {
                owner = waitsOn() ? null : owner;
            }
        } finally {
            lock.unlock();
            LockSupport.unpark(owner); // null has no effect
        }
    }

    /**
     * Called by the impersonating thread after its work. Marks again that the owner waits. False if the owner has
     * work.
     */
    private boolean waitsOn() {
        if (!isIdle()) {
            return false;
        }
        cell.beginWait(cell.mailbox, ProcessCell.NO_DEADLINE);
        if (cell.mailbox.getAsBoolean()) {
            cell.wake(); // the sender of a message that has just come may not have seen the mark
        }
        return true;
    }

    private static boolean hasStack() {
        try {
            StackReserve.forOperation();
            return true;
        } catch (StackOverflowError full) {
            return false;
        }
    }

    private static @Nullable CallerRuns<?> of(Pid pid) {
        ProcessCell process = (ProcessCell) Objects.requireNonNull(pid, "pid must not be null");
        return process.ownerLock() instanceof CallerRuns<?> own ? own : null;
    }

    /**
     * Takes the oldest message and blocks until there is one. While the process waits, callers may {@linkplain #tryRun
     * run} its work. Called by the process itself.
     *
     * @return the message
     * @throws InterruptedException if the thread is interrupted; no message is taken
     * @throws IllegalStateException if another thread calls; no message is taken
     */
    public Object receive() throws InterruptedException {
        process.checkOwnThread();
        Object message = cell.mailbox.take(null);
        while (message == null) {
            awaitMessage();
            process.checkOwnThread();
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting: " + cell);
            }
            checkNotFailed();
            message = cell.mailbox.take(null); // a thread that ran as this process may have kept some
        }
        return message;
    }

    /**
     * Called by the process: releases the lock until there may be a message, a failure, the end or an interrupt, or
     * spuriously. The marks of the wait are made and removed under the lock, because an impersonating thread uses them
     * for its own waits.
     */
    void awaitMessage() {
        cell.beginWait(cell.mailbox, ProcessCell.NO_DEADLINE);
        release();
        if (!cell.mailbox.getAsBoolean() && cell.isAlive()) {
            LockSupport.park(cell);
        }
        retake();
        cell.endWait();
    }

    /** Called by the process before it waits. */
    void release() {
        lock.unlock();
    }

    /**
     * Called by the process after it has waited: waits for a caller that runs, also if the process has ended, and keeps
     * an interrupt for later.
     */
    void retake() {
        lock.lock();
    }

    /** Called by the process after it has waited: throws the failure, once. */
    void checkNotFailed() {
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw sneaky(thrown);
        }
    }

    /** Throws any exception unchecked: a body may throw any exception, and so may work that runs for it. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Override
    public String toString() {
        return "CallerRuns[" + cell + (lock.isLocked() ? ", taken]" : ", free]");
    }
}
