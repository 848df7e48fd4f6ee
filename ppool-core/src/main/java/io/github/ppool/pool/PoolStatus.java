package io.github.ppool.pool;

import io.github.ppool.guard.FailureText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pool at one moment. {@code poolboy:status/1} answers the four components after {@code phase}.
 *
 * @param name the name of the pool
 * @param phase the phase of the pool's life
 * @param state poolboy's state name
 * @param available the number of idle workers
 * @param overflow the number of workers beyond the size
 * @param checkedOut the number of workers that are borrowed or run a task
 * @param size the configured size
 * @param maxOverflow the configured limit of workers beyond the size
 * @param minIdle the configured number of idle workers beyond those in use
 * @param warmingUp the number of workers that are missing while {@link PoolSpec#warmUp} spreads the first ones over a
 *     time, zero afterwards; null without a warm-up
 * @param borrowed the number of borrowed workers, including those that are held back because their borrower was killed
 * @param working the number of workers that run a task
 * @param starting the number of workers that are being made or checked, or that wait until a killed thread has left
 *     their place
 * @param stopping the number of workers that are being closed, and of those that were closed while a killed thread has
 *     not left them; they still have their places
 * @param waitingToRestart the number of workers that have ended and wait for their plan to restart them
 * @param queueDepth the number of waiting borrowers and tasks
 * @param queueCapacity the largest number of them
 * @param oldestWait the time that the head of the queue has waited, zero if the queue is empty
 * @param queue the order in which they are served, and the numbers of those that were shed
 * @param checkouts the number of hand-outs to borrowers and tasks since the start of the pool
 * @param transactions the ends of transactions since the start of the pool
 * @param tasks the ends and times of accepted tasks since the start of the pool
 * @param leases the number and the times of the leases that their borrowers have ended since the start of the pool;
 *     zero unless the listener {@linkplain PoolListener#wantsUsage wants it}. The lease of a worker that died under its
 *     borrower may be missing. The times are sums as those of {@link Tasks}
 * @param orphaned the number of places that the threads of killed processes still occupy, as borrowers or with the
 *     worker that they were. {@link io.github.ppool.process.ProcessSystem#orphanCount()} counts the threads that have
 *     given up their place
 * @param waitingForPermit the number of places in which a worker would be made if the {@linkplain WorkerGate gate} gave
 *     a permit; zero without a gate. They are no {@linkplain #workers workers}
 * @param noPermit why the gate gives no permit, with its limit, to be read after "because"; null unless places wait for
 *     one
 * @param rate the rate of the hand-outs and its use; null without a rate
 * @param sharedRate the rate that the pool shares with others, and the use of its share; null without one
 * @param overruns how often an overrun was told since the start of the pool; null unless overruns are told
 * @param lastFailure the reason of the last crash of a worker or of the last failed attempt to make one, null if there
 *     was none. It may be of a class of the application: its methods are not guarded
 * @param lastFailureText the text of that failure: taken once, bounded, and safe to print; null with it
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
        int minIdle,
        @Nullable Integer warmingUp,
        int borrowed,
        int working,
        int starting,
        int stopping,
        int waitingToRestart,
        int queueDepth,
        int queueCapacity,
        Duration oldestWait,
        Queue queue,
        long checkouts,
        Transactions transactions,
        Tasks tasks,
        Times leases,
        int orphaned,
        int waitingForPermit,
        @Nullable String noPermit,
        @Nullable RateUse rate,
        @Nullable SharedRateUse sharedRate,
        @Nullable Long overruns,
        @Nullable Throwable lastFailure,
        @Nullable FailureText lastFailureText) {

    /**
     * A pool at one moment, without orphaned places, a gate and a rate, and with no transaction, task or lease counted.
     *
     * @param name the name of the pool
     * @param phase the phase of the pool's life
     * @param state poolboy's state name
     * @param available the number of idle workers
     * @param overflow the number of workers beyond the size
     * @param checkedOut the number of workers that are borrowed or run a task
     * @param size the configured size
     * @param maxOverflow the configured limit of workers beyond the size
     * @param borrowed the number of borrowed workers
     * @param working the number of workers that run a task
     * @param starting the number of workers that are being made or checked
     * @param stopping the number of workers that are being closed
     * @param waitingToRestart the number of workers that have ended and wait for their plan to restart them
     * @param queueDepth the number of waiting borrowers and tasks
     * @param queueCapacity the largest number of them
     * @param oldestWait the time that the head of the queue has waited
     * @param checkouts the number of hand-outs
     * @param lastFailure the last failure of a worker, null if there was none
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
        this(name, phase, state, available, overflow, checkedOut, size, maxOverflow, 0, null, borrowed, working,
                starting, stopping,
                waitingToRestart, queueDepth, queueCapacity, oldestWait, Queue.FIFO, checkouts, Transactions.NONE,
                Tasks.NONE,
                Times.NONE, 0, 0, null, null, null, null,
                lastFailure,
                lastFailure == null ? null : FailureText.of(lastFailure));
    }

    /**
     * The order in which waiters are served, and the numbers of those that were shed.
     *
     * @param order the configured order
     * @param shed the configured rule for a full queue
     * @param maxWaitTarget the wait that is allowed under overload; null for any
     * @param overloaded true if the pool is {@linkplain QueueOrder#ADAPTIVE overloaded}; always false unless the order
     *     or {@link PoolSpec#maxWaitTarget} needs to know
     * @param counts the numbers of callers and tasks that were shed since the start of the pool
     */
    public record Queue(
            QueueOrder order, ShedRule shed, @Nullable Duration maxWaitTarget, boolean overloaded, Shed counts) {

        static final Queue FIFO = new Queue(QueueOrder.FIFO, ShedRule.NEWEST, null, false, Shed.NONE);

        /**
         * Tells whether the pool looks for an overload at all.
         *
         * @return false if {@link #overloaded} is always false
         */
        public boolean watchesOverload() {
            return order == QueueOrder.ADAPTIVE || maxWaitTarget != null;
        }
    }

    /**
     * The callers and tasks that were shed, by {@link ShedReason}.
     *
     * @param newest the number of newcomers that a full queue has refused
     * @param oldest the number of waiters that were refused because they had waited longest
     * @param deadline the number of waiters and newcomers that were refused because their deadline was the nearest
     * @param maxWait the number of waiters that were refused because of their wait
     */
    public record Shed(long newest, long oldest, long deadline, long maxWait) {

        static final Shed NONE = new Shed(0, 0, 0, 0);
    }

    /**
     * The ends of {@code transaction}, {@code transactionResult} and {@code transactionAsync}. Running transactions are
     * not counted yet. A transaction that succeeded after its worker had died may be missing.
     *
     * @param succeeded the number of transactions without an exception
     * @param failed the number of transactions with an exception that did not crash the worker
     * @param crashed the number of transactions with an exception that crashed the worker: see
     *     {@link PoolSpec.Builder#crashOn}
     */
    public record Transactions(long succeeded, long failed, long crashed) {

        static final Transactions NONE = new Transactions(0, 0, 0);
    }

    /**
     * The ends of accepted tasks, and their times. A task is counted before its outcome can be seen, and at the latest
     * when the next task begins on its worker.
     *
     * <p>The times are sums that the pool has at hand without reading the clock for each task. Under load a single task
     * may count for some ten milliseconds too many or too few. So a mean over many tasks is right, and a mean over a
     * few is not. A task counts exactly if its worker was idle for a while before. {@link PoolListener#taskRan} gets
     * each time exactly.
     *
     * @param done the number of tasks with a result
     * @param failed the number of tasks that have failed for good
     * @param cancelled the number of cancelled tasks
     * @param rejected the number of tasks that were rejected after their acceptance: because of their deadline, or of
     *     the end of the pool
     * @param waits the number and the times of tasks that found no idle worker, up to their first attempt; never exact
     * @param attempts the number and the times of attempts that came to their end by themselves, well or not
     */
    public record Tasks(long done, long failed, long cancelled, long rejected, Times waits, Times attempts) {

        static final Tasks NONE = new Tasks(0, 0, 0, 0, Times.NONE, Times.NONE);
    }

    /**
     * A number of events, and the sum of their durations.
     *
     * @param count the number
     * @param total the sum
     */
    public record Times(long count, Duration total) {

        /** Nothing was counted. */
        public static final Times NONE = new Times(0, Duration.ZERO);

        /**
         * Adds two counts, and their times.
         *
         * @param other the other count
         * @return the sum
         */
        public Times plus(Times other) {
            return new Times(count + other.count, total.plus(other.total));
        }

        /**
         * A count with its time in nanoseconds.
         *
         * @param count zero or more
         * @param totalNanos the sum; negative means zero
         * @return the count
         */
        public static Times of(long count, long totalNanos) {
            return new Times(count, Duration.ofNanos(Math.max(0, totalNanos))); // coarse times may go back a little
        }
    }

    /**
     * The rate of a pool's hand-outs, and its use.
     *
     * @param rate the rate
     * @param used the number of hand-outs within the time of the rate
     * @param nextPermitIn the time until the next hand-out is permitted, zero if one is permitted now
     * @param retryAfter the time after which a caller that would come now may get a worker, behind all that wait. Zero
     *     if it may get one now. Never too long, and too short if others come meanwhile or go before it
     */
    public record RateUse(Rate rate, int used, Duration nextPermitIn, Duration retryAfter) {

        private String explain() {
            return "rate " + rate + ": " + used + " used"
                    + (nextPermitIn.isZero() ? "" : ", the next hand-out in " + nextPermitIn.toMillis() + " ms")
                    + (retryAfter.compareTo(nextPermitIn) > 0
                            ? ", a new one in " + retryAfter.toMillis() + " ms"
                            : "");
        }
    }

    /**
     * The share of a pool in a {@link SharedRate}, and its use.
     *
     * @param limit the rate in words, such as {@code cluster-rate 100/1m}
     * @param permits the number that all pools together may hand out within the time of the rate
     * @param share the number of this pool, zero if it has no share at the moment
     * @param used the number of hand-outs of this pool within the time of the rate
     * @param nextPermitIn the time until the next hand-out is permitted by the share as it is now, zero if one is
     *     permitted now. Without a share it is not known, and is the time of one permit
     * @param retryAfter the time after which a caller that would come now may get a worker, behind all that wait, by
     *     the share as it is now. A larger share makes it shorter
     */
    public record SharedRateUse(
            String limit, int permits, int share, int used, Duration nextPermitIn, Duration retryAfter) {

        private String explain() {
            return limit + ": " + used + " used of a share of " + share
                    + (share == 0
                            ? ""
                            : nextPermitIn.isZero() ? "" : ", the next hand-out in " + nextPermitIn.toMillis() + " ms");
        }
    }

    /**
     * Returns the time after which the rates permit a hand-out to a caller that would come now, behind all that wait.
     *
     * @return the longer one of those of the own rate and of the share in a shared one; zero if neither is used up, or
     *     the pool has none
     */
    public Duration retryAfter() {
        Duration own = rate == null ? Duration.ZERO : rate.retryAfter();
        Duration ofShare = sharedRate == null ? Duration.ZERO : sharedRate.retryAfter();
        return own.compareTo(ofShare) < 0 ? ofShare : own;
    }

    /**
     * Returns the number of occupied places: workers that run, start or stop, and those that wait for their restart.
     * Never more than {@code size + maxOverflow}, except for some time after a resize.
     *
     * @return zero or more
     */
    public int workers() {
        return available + borrowed + working + starting + stopping + waitingToRestart;
    }

    /**
     * Returns the sentence that each refusal carries in its message.
     *
     * @return the limits, the length of the queue and the wait of its head, the states of the workers, and the last
     *     failure
     */
    public String explain() {
        return "pool '" + name + "' " + inWords(phase)
                + ": size " + size + ", max-overflow " + maxOverflow
                + "; " + queueDepth + " of " + queueCapacity + " waiting"
                + (queueDepth == 0 ? "" : ", the first for " + oldestWait.toMillis() + " ms")
                + (queue.overloaded() ? ", overloaded" : "")
                + "; workers: " + available + " idle, " + borrowed + " borrowed, " + working + " working, " + starting
                + " starting, " + stopping + " stopping, " + waitingToRestart + " waiting to restart"
                + (orphaned == 0 ? "" : " (" + orphaned + " of them in the hands of killed processes' threads)")
                + (warmingUp == null || warmingUp == 0 ? "" : "; " + warmingUp + " more to come, spread by warm-up")
                + (waitingForPermit == 0
                        ? ""
                        : "; " + waitingForPermit + (waitingForPermit == 1 ? " place waits" : " places wait")
                                + " for a permit, because " + noPermit)
                + (rate == null ? "" : "; " + rate.explain())
                + (sharedRate == null ? "" : "; " + sharedRate.explain())
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
