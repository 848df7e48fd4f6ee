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
                waitingToRestart, queueDepth, queueCapacity, oldestWait, checkouts, Transactions.NONE, 0, lastFailure,
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
     * How many places are taken: workers that run, start or stop, and those that wait for their restart. Never more than {@code
     * size + maxOverflow}, but for the time after a resize.
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
