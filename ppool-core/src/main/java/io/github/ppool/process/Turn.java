package io.github.ppool.process;

import io.github.ppool.guard.StackReserve;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets other threads act as a process while it waits for a message. Asking a process costs two switches of threads, to it and
 * back; who acts for it does what he would have asked for himself, and pays for neither.
 *
 * <p>The process has its turn whenever it does not wait in {@link ProcessContext#receive(Turn)}, and one thread at a time may have
 * it while it does. So the state that belongs to it has one user at a time, as any process's state has, and what one does with it
 * happens-before what the next one does. Nobody acts while there is a message in the mailbox: who sends a message and then acts
 * finds it handled, or does not act.
 *
 * <p>Who acts must do what takes no time and waits for nothing, since the process can't go on meanwhile. Has no counterpart in
 * Erlang, where a switch of processes is cheap.
 *
 * @param <S> the state that belongs to the process
 */
public final class Turn<S> {

    private final ProcessCell cell;
    private final S state;
    // The process waits for it, all others only try. It is held for ever once the process has ended.
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Throwable failure; // of one who acted; guarded by the lock, and the last that happens under it

    /**
     * Makes the turn of a process, which has it from now on. On the process's own thread.
     *
     * @param process the calling process; it has no turn yet
     * @param state what others may work on while it waits with {@link ProcessContext#receive(Turn)}
     * @throws IllegalStateException if another thread calls, or if the process has a turn already; nothing is changed
     */
    public Turn(ProcessContext process, S state) {
        process.checkOwnThread();
        this.cell = process.cell();
        this.state = Objects.requireNonNull(state, "state must not be null");
        lock.lock();
        cell.shareTurn(this);
    }

    /**
     * Acts for a process, if it waits for a message with its turn and none has come: does some work on the process's state, on
     * the calling thread, within this call. The work may use the process's {@link ProcessContext} as long as it waits for nothing.
     * {@link ProcessSystem#currentProcess()} still is who calls. Any thread; does not block beyond what the work does.
     *
     * <p>If the work throws, the process fails of it: what was thrown is thrown by its {@code receive}.
     *
     * @param pid for whom
     * @param type what the state must be
     * @param work what to do; it may decide to do nothing, and return null
     * @return what the work returned, or null if it was not done: the process does not wait with its turn, has a message to look
     *     at, has another state or no turn or has ended, the calling thread is interrupted, or the work has thrown
     * @throws IllegalStateException if the calling thread has the process's turn, as its own thread has when it does not wait;
     *     nothing is done
     * @param <S> the type of the state
     * @param <R> the type of the result
     */
    public static <S, R> @Nullable R tryAct(Pid pid, Class<S> type, Function<S, @Nullable R> work) {
        Turn<?> turn = ((ProcessCell) Objects.requireNonNull(pid, "pid must not be null")).turn();
        return turn != null && type.isInstance(turn.state) ? turn.tryAct(type.cast(turn.state), work) : null;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever the work throws would have ended the process
    private <T, R> @Nullable R tryAct(T own, Function<T, @Nullable R> work) {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a process must not ask itself: " + cell + ", by " + Thread.currentThread());
        }
        StackReserve.forLock(); // whoever acts must not overflow half-way: that would be the process's failure
        if (Thread.currentThread().isInterrupted() || !lock.tryLock()) {
            return null;
        }
        try {
            return cell.isAlive() && failure == null && !cell.mailbox.getAsBoolean() ? work.apply(own) : null;
        } catch (Throwable thrown) {
            failure = thrown;
            cell.send(this); // anything, to wake it: it finds the failure before it looks at a message
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Any thread: whether the caller acts for the process, or is the process and does not wait. */
    boolean isTaken() {
        return lock.isHeldByCurrentThread();
    }

    boolean belongsTo(ProcessCell process) {
        return cell.equals(process);
    }

    /** The process, before it waits. */
    void release() {
        lock.unlock();
    }

    /** The process, after it has waited: waits for one who acts, also if it has been ended, and keeps an interrupt for later. */
    void retake() {
        lock.lock();
    }

    /** The process, after it has waited. */
    void checkNotFailed() {
        if (failure != null) {
            throw sneaky(failure);
        }
    }

    /** A body may throw anything, and what others throw for it may be anything too. */
    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Override
    public String toString() {
        return "Turn[" + cell + (lock.isLocked() ? ", taken]" : ", free]");
    }
}
