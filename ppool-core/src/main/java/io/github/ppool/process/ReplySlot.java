package io.github.ppool.process;

import io.github.ppool.guard.StackReserve;
import io.github.ppool.time.MonotonicClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A place for one answer that one thread waits for, beside its mailbox. Whoever has the slot may answer it; the first
 * answer counts, later ones are dropped. It is what request and reply between processes are made of.
 *
 * <p>Made and awaited by the same thread, which may be a process or not; answered from any thread. What the answerer
 * did before happens-before what the waiting thread does after. Stands for the alias with a monitor that
 * {@code gen:call/4} waits with.
 *
 * @param <T> the type of the answer
 */
public final class ReplySlot<T> {

    private static final VarHandle ANSWER;

    static {
        try {
            ANSWER = MethodHandles.lookup().findVarHandle(ReplySlot.class, "answer", Answer.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MonotonicClock clock;
    private final Thread waiter = Thread.currentThread();
    private final @Nullable ProcessSelf waitingProcess;
    // set once, by compare-and-set from null; its release is what the waiter acquires
    private volatile @Nullable Answer<T> answer;

    /**
     * Makes a slot that the calling thread will wait at.
     *
     * @param clock the clock for the waits of a thread that is no process; a process waits by the clock of its system
     */
    public ReplySlot(MonotonicClock clock) {
        Objects.requireNonNull(clock, "clock must not be null");
        this.waitingProcess = ProcessThreads.current();
        this.clock = waitingProcess == null ? clock : waitingProcess.cell().system.clock;
    }

    /** What has come of it. */
    public sealed interface Answer<T> {}

    /**
     * An answer.
     *
     * @param value the answer
     * @param <T> its type
     */
    public record Replied<T>(T value) implements Answer<T> {}

    /**
     * There will be no answer.
     *
     * @param reason why: usually the exit reason of whoever was asked
     * @param <T> the type the answer would have had
     */
    public record Exited<T>(ExitReason reason) implements Answer<T> {}

    /**
     * Answers. Does not block.
     *
     * @param value the answer
     * @return whether it counted: false if there was an answer already, or the waiting thread has given up. When true,
     *     a time-out or an interrupt that comes at the same moment does not lose the answer; only the end of the
     *     waiting process does
     */
    public boolean reply(T value) {
        return settle(new Replied<>(value));
    }

    /**
     * Tells the waiting thread that there will be no answer. Does not block.
     *
     * @param reason why
     * @return whether it counted
     */
    public boolean fail(ExitReason reason) {
        return settle(new Exited<>(Objects.requireNonNull(reason, "reason must not be null")));
    }

    /**
     * Whether there is an answer, or it is certain that there will be none: {@link #await()} returns at once. Any
     * thread.
     *
     * @return true for ever once it is true
     */
    public boolean isSettled() {
        return answer != null;
    }

    private boolean settle(Answer<T> given) {
        StackReserve.forMessage(); // an answer must not be left without the wake-up that goes with it
        if (!ANSWER.compareAndSet(this, null, given)) {
            return false;
        }
        if (Thread.currentThread() == waiter) {
            return true; // one who answers itself does not wait
        }
        if (waitingProcess != null) {
            waitingProcess.cell().wake();
        } else {
            LockSupport.unpark(waiter);
        }
        return true;
    }

    /**
     * Waits for the answer without a limit.
     *
     * @return the answer
     * @throws InterruptedException if the thread is interrupted before there is an answer; the slot takes none any more
     * @throws ProcessExit if the thread is a process that is ended by a signal meanwhile
     * @throws IllegalStateException if another thread than the one that made the slot waits
     */
    public Answer<T> await() throws InterruptedException {
        return Objects.requireNonNull(awaitUntil(ProcessCell.NO_DEADLINE));
    }

    /**
     * Waits for the answer up to a time.
     *
     * @param timeout zero and negative only look
     * @return the answer, or null when the time is over; then the slot takes no answer any more
     * @throws InterruptedException if the thread is interrupted before there is an answer; the slot takes none any more
     * @throws ProcessExit if the thread is a process that is ended by a signal meanwhile
     * @throws IllegalStateException if another thread than the one that made the slot waits
     */
    public @Nullable Answer<T> await(Duration timeout) throws InterruptedException {
        return awaitUntil(clock.deadlineAfter(timeout));
    }

    private @Nullable Answer<T> awaitUntil(long deadlineNanos) throws InterruptedException {
        if (Thread.currentThread() != waiter) {
            throw new IllegalStateException("a reply slot is for the thread that made it, " + waiter + ", not for "
                    + Thread.currentThread());
        }
        if (answer != null) {
            return answer;
        }
        try {
            if (waitingProcess != null) {
                waitingProcess.await(() -> answer != null, deadlineNanos);
            } else {
                park(deadlineNanos);
            }
        } catch (InterruptedException e) {
            if (fail(ExitReason.NOPROC)) {
                throw e;
            }
            // interrupt and answer at once: the answerer has been told that it counts, so the interrupt is for the next
            // wait
            waiter.interrupt();
        } catch (ProcessExit e) {
            fail(ExitReason.NOPROC);
            throw e;
        }
        // time-out and answer at once: whoever settles the slot first
        if (answer == null && fail(ExitReason.of("timeout"))) {
            return null;
        }
        return answer;
    }

    private void park(long deadlineNanos) throws InterruptedException {
        boolean limited = deadlineNanos != ProcessCell.NO_DEADLINE;
        while (answer == null) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for a reply");
            }
            if (!limited) {
                LockSupport.park(this);
            } else if (deadlineNanos - clock.nanoTime() > 0) {
                clock.parkUntil(this, deadlineNanos);
            } else {
                return;
            }
        }
    }
}
