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
 * A place for one answer that one thread waits for, beside its mailbox. Any thread that has the slot may answer. The
 * first answer counts, later ones are dropped. Calls between processes are made of reply slots.
 *
 * <p>The thread that makes the slot waits at it; it may be a process or not. The actions of the answering thread before
 * the answer happen-before the waiting thread's actions after it. Stands for the alias with a monitor that {@code
 * gen:call/4} waits with.
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
    // set once, by compare-and-set from null; the waiter's read acquires it
    private volatile @Nullable Answer<T> answer;

    /**
     * Makes a slot at which the calling thread will wait.
     *
     * @param clock the clock for the waits of a thread that is no process; a process waits by the clock of its own
     *     system
     * @throws NullPointerException if the clock is null
     */
    public ReplySlot(MonotonicClock clock) {
        Objects.requireNonNull(clock, "clock must not be null");
        this.waitingProcess = ProcessThreads.current();
        this.clock = waitingProcess == null ? clock : waitingProcess.cell().system.clock;
    }

    /**
     * The outcome of a wait.
     *
     * @param <T> the type of the answer
     */
    public sealed interface Answer<T> {}

    /**
     * An answer.
     *
     * @param value the answer
     * @param <T> its type
     */
    public record Replied<T>(T value) implements Answer<T> {}

    /**
     * No answer will come.
     *
     * @param reason usually the exit reason of the process that should have answered
     * @param <T> the type of the expected answer
     */
    public record Exited<T>(ExitReason reason) implements Answer<T> {}

    /**
     * Answers. Any thread; does not block.
     *
     * @param value the answer
     * @return true if the answer counts: a time-out or an interrupt at the same moment does not lose it, only the end
     *     of the waiting process does. False if there was an answer already, or if the waiting thread has given up
     */
    public boolean reply(T value) {
        return settle(new Replied<>(value));
    }

    /**
     * Tells the waiting thread that no answer will come. Any thread; does not block.
     *
     * @param reason the reason
     * @return true if this counts; false if there was an answer already, or if the waiting thread has given up
     */
    public boolean fail(ExitReason reason) {
        return settle(new Exited<>(Objects.requireNonNull(reason, "reason must not be null")));
    }

    /**
     * Returns true if there is an answer, or if none can come any more: {@link #await()} then returns at once. Any
     * thread.
     *
     * @return true for ever once it is true
     */
    public boolean isSettled() {
        return answer != null;
    }

    private boolean settle(Answer<T> given) {
        StackReserve.forMessage(); // an answer must not be left without its wake-up
        if (!ANSWER.compareAndSet(this, null, given)) {
            return false;
        }
        if (Thread.currentThread() == waiter) {
            return true; // a thread that answers itself does not wait
        }
        if (waitingProcess != null) {
            waitingProcess.cell().wake();
        } else {
            LockSupport.unpark(waiter);
        }
        return true;
    }

    /**
     * Blocks until the answer comes.
     *
     * @return the answer
     * @throws InterruptedException if the thread is interrupted before there is an answer; the slot takes no answer any
     *     more
     * @throws ProcessExit if the thread is a process and a signal ends it meanwhile
     * @throws IllegalStateException if another thread has made the slot
     */
    public Answer<T> await() throws InterruptedException {
        return Objects.requireNonNull(awaitUntil(ProcessCell.NO_DEADLINE));
    }

    /**
     * Blocks up to a time until the answer comes.
     *
     * @param timeout the limit; zero and negative do not wait
     * @return the answer; null when the time is over, and the slot takes no answer any more
     * @throws InterruptedException if the thread is interrupted before there is an answer; the slot takes no answer any
     *     more
     * @throws ProcessExit if the thread is a process and a signal ends it meanwhile
     * @throws IllegalStateException if another thread has made the slot
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
            // Interrupt and answer at once: the answering thread was told that its answer counts, so the interrupt is
            // kept for the next wait.
            waiter.interrupt();
        } catch (ProcessExit e) {
            fail(ExitReason.NOPROC);
            throw e;
        }
        // time-out and answer at once: the first to settle the slot wins
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
