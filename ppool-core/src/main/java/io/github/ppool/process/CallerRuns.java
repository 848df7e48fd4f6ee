package io.github.ppool.process;

import io.github.ppool.guard.StackReserve;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads act as a process while it waits for a message. Asking a process costs two switches of threads, to
 * it and back; who acts for it does what he would have asked for himself, and pays for neither.
 *
 * <p>The process has its turn whenever it does not wait in {@link #receive()}, and one thread at a
 * time may have it while it does. So the state that belongs to it has one user at a time, as any process's state has,
 * and what one does with it happens-before what the next one does. Nobody acts while there is a message in the mailbox:
 * who sends a message and then acts finds it handled, or does not act.
 *
 * <p>Who {@linkplain #tryRun acts} must do what takes no time and waits for nothing, since the process can't go on
 * meanwhile. A thread that {@linkplain #tryRunAs runs as} the process may do whatever the process may do, and wait as the
 * process. Has no counterpart in Erlang, where a switch of processes is cheap.
 *
 * @param <S> the state that belongs to the process
 */
public final class CallerRuns<S> extends OwnerLock {

    /**
     * What a thread does as a process.
     *
     * @param <S> the state that belongs to the process
     */
    @FunctionalInterface
    public interface Work<S> {

        /**
         * Does it.
         *
         * @param state of the process
         * @throws Throwable anything; the process's {@code receive} throws it
         */
        void run(S state) throws Throwable;
    }

    private final ProcessContext process;
    private final ProcessCell cell;
    private final S state;
    private @Nullable Throwable failure; // of one who acted; guarded by the lock, and the last that happens under it

    /**
     * Makes the turn of a process, which has it from now on. On the process's own thread.
     *
     * @param process the calling process; it has no turn yet
     * @param state what others may work on while it waits with {@link #receive()}
     * @throws IllegalStateException if another thread calls, or if the process has a turn already; nothing is changed
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
     * Acts for a process, if it waits for a message with its turn and none has come: does some work on the process's
     * state, on the calling thread, within this call. The work may use the process's {@link ProcessContext} as long as
     * it waits for nothing. {@link ProcessSystem#currentProcess()} still is who calls. Any thread; does not block
     * beyond what the work does.
     *
     * <p>If the work throws, the process fails of it: what was thrown is thrown by its {@code receive}.
     *
     * @param pid for whom
     * @param type what the state must be
     * @param work what to do; it may decide to do nothing, and return null
     * @return what the work returned, or null if it was not done: the process does not wait with its turn, has a
     *     message to look at, has another state or no turn or has ended, the calling thread is interrupted, or the work
     *     has thrown
     * @throws IllegalStateException if the calling thread has the process's turn, as its own thread has when it does
     *     not wait; nothing is done
     * @param <S> the type of the state
     * @param <R> the type of the result
     */
    public static <S, R> @Nullable R tryRun(Pid pid, Class<S> type, Function<S, @Nullable R> work) {
        CallerRuns<?> callerRuns = of(pid);
        return callerRuns != null && type.isInstance(callerRuns.state)
                ? callerRuns.tryRun(type.cast(callerRuns.state), work)
                : null;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the work throws would have ended the process
    private <T, R> @Nullable R tryRun(T own, Function<T, @Nullable R> work) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a process must not ask itself: " + cell + ", by " + Thread.currentThread());
        }
        StackReserve.forLock(); // whoever acts must not overflow half-way: that would be the process's failure
        if (Thread.currentThread().isInterrupted() || !lock.tryLock()) {
            return null;
        }
        try {
            return isIdle() ? work.apply(own) : null;
        } catch (Throwable thrown) {
            failure = thrown;
            cell.wake(); // it finds the failure before it looks at a message
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Who has the lock and is not the process: whether the process has nothing to do. */
    private boolean isIdle() {
        return cell.isAlive() && failure == null && cell.mailbox.isEmpty();
    }

    /**
     * Runs as a process, if the process waits for a message with its turn and none has come: the calling thread is that
     * process until the work is over. {@link ProcessSystem#currentProcess()} is the process; its {@link ProcessContext}
     * may be used for everything, waits included; what is sent, linked or spawned is the process's doing; the context
     * class loader is that of the process's own thread. The thread itself, its thread-locals, its locks and its stack
     * remain the caller's.
     *
     * <p>Any thread, which may be another process's. Blocks as long as the work takes. Meanwhile:
     *
     * <ul>
     *   <li>the end of the process interrupts the calling thread; when the work is over that interrupt is dropped;
     *   <li>the end of the process whose thread calls takes effect at once for everybody else, and interrupts the
     *       calling thread when the work is over;
     *   <li>another interrupt of the calling thread does not end the waits of the process, and is there again when the
     *       work is over. Waits that are not the library's are ended by it.
     * </ul>
     *
     * <p>If the work throws, the process's {@code receive} throws it, on the process's own thread.
     *
     * @param pid as whom
     * @param type what the state must be
     * @param work what to do
     * @return whether the work was run, to its end or until it has thrown; false if nothing was done: the process does
     *     not wait with its turn, has a message to look at, has another state or no turn or has ended, or the calling
     *     thread is interrupted, has the process's turn already, belongs to a process that has ended or has little
     *     stack left
     * @param <S> the type of the state
     */
    public static <S> boolean tryRunAs(Pid pid, Class<S> type, Work<? super S> work) {
        CallerRuns<?> callerRuns = of(pid);
        return callerRuns != null && type.isInstance(callerRuns.state)
                && callerRuns.tryRunAs(type.cast(callerRuns.state), work);
    }

    /**
     * Whether a process has a turn with such a state. Any thread; does not block.
     *
     * @param pid which process
     * @param type what the state must be
     * @return false if it has ended, too
     */
    public static boolean isOf(Pid pid, Class<?> type) {
        CallerRuns<?> callerRuns = of(pid);
        return callerRuns != null && type.isInstance(callerRuns.state);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the work throws would have ended the process
    private <T> boolean tryRunAs(T own, Work<? super T> work) {
        Thread thread = Thread.currentThread();
        if (lock.isHeldByCurrentThread() || thread.isInterrupted() || !hasStack() || !lock.tryLock()) {
            return false;
        }
        Thread owner = null; // to be woken
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
            LockSupport.unpark(owner); // nothing if there is none
        }
    }

    /**
     * The stand-in, after its work: marks again that the owner waits, unless there is something for the owner to do.
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
     * Takes the oldest message, waiting for one if there is none. While the process waits, callers may
     * {@linkplain #tryRun run} its work. Called by the process itself.
     *
     * @return the message
     * @throws InterruptedException if the thread is interrupted; nothing is taken
     * @throws IllegalStateException if another thread calls; nothing is taken
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
     * The process: lets others have the turn until there may be a message, a failure, the end or an interrupt, or for
     * no reason at all. The marks of the wait are made and removed under the lock, because a stand-in uses them for
     * waits of its own.
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

    /** The process, before it waits. */
    void release() {
        lock.unlock();
    }

    /**
     * The process, after it has waited: waits for one who acts, also if it has been ended, and keeps an interrupt for
     * later.
     */
    void retake() {
        lock.lock();
    }

    /** The process, after it has waited: throws the failure, once. */
    void checkNotFailed() {
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw sneaky(thrown);
        }
    }

    /** A body may throw anything, and what others throw for it may be anything too. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Override
    public String toString() {
        return "CallerRuns[" + cell + (lock.isLocked() ? ", taken]" : ", free]");
    }
}
