package io.github.ppool.pool;

import io.github.ppool.guard.FailureText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pool at one moment. The first four after {@code phase} are what {@code poolboy:status/1} answers.
 *
 * @param name the name of the pool
 * @param phase where it is in its life
 * @param state poolboy's state name
 * @param available how many workers are idle
 * @param overflow how many workers there are beyond the size
 * @param checkedOut how many workers are borrowed or run a task
 * @param size the configured size
 * @param maxOverflow how many workers there may be beyond it
 * @param borrowed how many workers are borrowed, those included that are held back because their borrower was killed
 * @param working how many workers run a task
 * @param starting how many workers are being made or checked, or wait to be made until a killed thread has left their
 *     place
 * @param stopping how many workers are being closed, or were closed while a killed thread has not left them; they
 *     still have their places
 * @param waitingToRestart how many workers have ended and wait for their plan to restart them
 * @param queueDepth how many borrowers and tasks wait
 * @param queueCapacity how many may
 * @param oldestWait how long the one at the head of the queue has waited, zero if nobody does
 * @param checkouts how many times workers were handed out, to borrowers and to tasks, since the pool was started
 * @param transactions how the transactions ended since the pool was started
 * @param tasks how the tasks ended that were accepted since the pool was started, and how long they took
 * @param leases how long borrowers had workers, of the leases that they have ended themselves since the pool was
 *     started; zero unless the listener {@linkplain PoolListener#wantsUsage wants it}. Where a worker died under its
 *     borrower, its lease may be missing. The times are sums as those of {@link Tasks}
 * @param orphaned how many of all these places the threads of killed processes have, which have not ended: as
 *     borrowers, or with the worker that they were. Threads that have given up their place are not counted here but
 *     by {@link io.github.ppool.process.ProcessSystem#orphanCount()}
 * @param lastFailure why a worker last crashed or could not be made, null if that never happened. It may be of a
 *     class of the application: its methods are not guarded
 * @param lastFailureText what is told of that failure: taken once, bounded, and safe to print; null with it
 */
public record PoolStatus(
        String name,
        PoolPhase phase,
        PoolState state,
        int available,
        int overflow,
        int checkedOut,
        int size,
        int maxOverflow,
        int borrowed,
        int working,
        int starting,
        int stopping,
        int waitingToRestart,
        int queueDepth,
        int queueCapacity,
        Duration oldestWait,
        long checkouts,
        Transactions transactions,
        Tasks tasks,
        Times leases,
        int orphaned,
        @Nullable Throwable lastFailure,
        @Nullable FailureText lastFailureText) {

    /**
     * A pool at one moment, of which no place is in the hands of a killed process's thread.
     *
     * @param name the name of the pool
     * @param phase where it is in its life
     * @param state poolboy's state name
     * @param available how many workers are idle
     * @param overflow how many workers there are beyond the size
     * @param checkedOut how many workers are borrowed or run a task
     * @param size the configured size
     * @param maxOverflow how many workers there may be beyond it
     * @param borrowed how many workers are borrowed
     * @param working how many workers run a task
     * @param starting how many workers are being made or checked
     * @param stopping how many workers are being closed
     * @param waitingToRestart how many workers have ended and wait for their plan to restart them
     * @param queueDepth how many borrowers and tasks wait
     * @param queueCapacity how many may
     * @param oldestWait how long the one at the head of the queue has waited
     * @param checkouts how many times workers were handed out
     * @param lastFailure why a worker last crashed or could not be made, null if that never happened
     */
    public PoolStatus(
            String name,
            PoolPhase phase,
            PoolState state,
            int available,
            int overflow,
            int checkedOut,
            int size,
            int maxOverflow,
            int borrowed,
            int working,
            int starting,
            int stopping,
            int waitingToRestart,
            int queueDepth,
            int queueCapacity,
            Duration oldestWait,
            long checkouts,
            @Nullable Throwable lastFailure) {
        this(name, phase, state, available, overflow, checkedOut, size, maxOverflow, borrowed, working, starting,
                stopping,
                waitingToRestart, queueDepth, queueCapacity, oldestWait, checkouts, Transactions.NONE, Tasks.NONE,
                Times.NONE, 0,
                lastFailure,
                lastFailure == null ? null : FailureText.of(lastFailure));
    }

    /**
     * How transactions ended: those of {@code transaction} and {@code transactionResult}. Those that go on are not
     * counted yet. Where a worker died under its borrower, one that succeeded may be missing.
     *
     * @param succeeded nothing was thrown
     * @param failed an exception came out, and did not crash the worker
     * @param crashed an exception came out, and crashed the worker: see {@link PoolSpec.Builder#crashOn}
     */
    public record Transactions(long succeeded, long failed, long crashed) {

        static final Transactions NONE = new Transactions(0, 0, 0);
    }

    /**
     * How the tasks ended that the pool had accepted, and how long they took, since the pool was started. A task is
     * counted before its outcome can be seen, and at the latest when the next task begins on its worker.
     *
     * <p>The times are sums that the pool has at hand without reading the clock for each task. Under load a single
     * task may count for some ten milliseconds too many or too few, so a mean over many tasks is right and one over a
     * handful is not. A task counts exactly if its worker was idle for a while before. {@link PoolListener#taskRan}
     * is told each time exactly.
     *
     * @param done how many have their result
     * @param failed how many have failed for good
     * @param cancelled how many were cancelled before a worker began with them
     * @param rejected how many were rejected after they had been accepted: because of their deadline, or of the end
     *     of the pool
     * @param waits how long those waited that found no idle worker, up to their first attempt; never exact
     * @param attempts how long attempts ran that came to their end by themselves, well or not
     */
    public record Tasks(long done, long failed, long cancelled, long rejected, Times waits, Times attempts) {

        static final Tasks NONE = new Tasks(0, 0, 0, 0, Times.NONE, Times.NONE);
    }

    /**
     * How often something happened, and for how long all together.
     *
     * @param count how often
     * @param total the sum of all times
     */
    public record Times(long count, Duration total) {

        static final Times NONE = new Times(0, Duration.ZERO);

        Times plus(Times other) {
            return new Times(count + other.count, total.plus(other.total));
        }

        static Times of(long count, long totalNanos) {
            return new Times(count, Duration.ofNanos(Math.max(0, totalNanos))); // coarse times may go back a little
        }
    }

    /**
     * How many places are taken: workers that run, start or stop, and those that wait for their restart. Never more
     * than {@code size + maxOverflow}, but for the time after a resize.
     *
     * @return zero or more
     */
    public int workers() {
        return available + borrowed + working + starting + stopping + waitingToRestart;
    }

    /**
     * The sentence with which every refusal explains itself.
     *
     * @return which limits, how many wait and since when, what the workers do, and the last failure
     */
    public String explain() {
        return "pool '" + name + "' " + inWords(phase)
                + ": size " + size + ", max-overflow " + maxOverflow
                + "; " + queueDepth + " of " + queueCapacity + " waiting"
                + (queueDepth == 0 ? "" : ", the first for " + oldestWait.toMillis() + " ms")
                + "; workers: " + available + " idle, " + borrowed + " borrowed, " + working + " working, " + starting
                + " starting, " + stopping + " stopping, " + waitingToRestart + " waiting to restart"
                + (orphaned == 0 ? "" : " (" + orphaned + " of them in the hands of killed processes' threads)")
                + (lastFailureText == null ? "" : "; last failure: " + lastFailureText);
    }

    private static String inWords(PoolPhase phase) {
        return switch (phase) {
            case RUNNING -> "is running";
            case RECOVERING -> "is recovering";
            case SUSPENDED -> "is suspended";
            case DRAINING -> "is draining";
            case STOPPED -> "is stopped";
            case GAVE_UP -> "has given up";
        };
    }
}
