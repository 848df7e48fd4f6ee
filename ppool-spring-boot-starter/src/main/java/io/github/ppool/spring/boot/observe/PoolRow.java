package io.github.ppool.spring.boot.observe;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.QueueOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A pool in a snapshot.
 *
 * @param name the name of the pool
 * @param phase the phase of its life
 * @param state poolboy's state: ready, overflow or full
 * @param supervisor the process of its supervisor; null if it does not run
 * @param size the number of workers that it keeps
 * @param maxOverflow the number of workers that it may have in addition
 * @param minIdle the number of idle workers that it keeps beyond those in use; null if it grows only for callers
 * @param warmingUp the number of workers that its warm-up has still to make; null if it has none to make
 * @param overflow the number of workers beyond its size
 * @param workers the workers by their activity
 * @param queue the queue of callers and tasks
 * @param waitingForPermit the number of places that wait for a permit of the pool's gate; null if none waits
 * @param rate the rate of its hand-outs; null without a rate
 * @param clusterRate its share in the rate of all nodes; null without one
 * @param overruns how often an overrun was told since the pool was started; null unless overruns are told
 * @param checkouts the number of check-outs for borrowers and tasks since the pool was started
 * @param transactions the outcomes of transactions since the pool was started
 * @param tasks the outcomes of tasks since the pool was started
 * @param restarts the number of crashes of workers since the pool was started
 * @param rates the events in a time; null while no history is kept
 * @param waits how long hand-outs wait; null while no history is kept
 * @param lastFailure the class of the exception of the last crash or the last failed creation; null if none happened
 * @param nextRestartInMillis the time until the next restart of a worker; null if none is known
 * @param samples a part of its history; null if there is none
 */
public record PoolRow(
        String name,
        String phase,
        String state,
        @Nullable String supervisor,
        int size,
        int maxOverflow,
        @Nullable Integer minIdle,
        @Nullable Integer warmingUp,
        int overflow,
        Workers workers,
        Queue queue,
        @Nullable Integer waitingForPermit,
        @Nullable RateRow rate,
        @Nullable ClusterRateRow clusterRate,
        @Nullable Long overruns,
        long checkouts,
        Transactions transactions,
        Tasks tasks,
        long restarts,
        @Nullable Rates rates,
        // no component of a record can be named wait
        @JsonProperty("wait") @Nullable Wait waits,
        @Nullable String lastFailure,
        @Nullable Long nextRestartInMillis,
        @Nullable Samples samples) {

    /**
     * The numbers of workers by their activity.
     *
     * @param total all workers that have a place
     * @param idle idle workers
     * @param borrowed workers that a caller has borrowed
     * @param working workers that run a task
     * @param starting workers that are created or validated
     * @param stopping workers that are closed
     * @param restarting workers that wait for their restart
     * @param orphaned those of the total that the thread of a killed process still uses
     */
    public record Workers(
            int total,
            int idle,
            int borrowed,
            int working,
            int starting,
            int stopping,
            int restarting,
            int orphaned) {}

    /**
     * The queue of a pool.
     *
     * @param depth the number of callers and tasks that wait
     * @param capacity the number of callers and tasks that may wait
     * @param oldestWaitMillis the time that the first of them has waited
     * @param order the order of service: lifo or adaptive; null for fifo
     * @param overloaded true if the pool is overloaded; null unless it is
     * @param shed the number of callers and tasks that were shed since the pool was started
     */
    public record Queue(
            int depth,
            int capacity,
            long oldestWaitMillis,
            @Nullable String order,
            @Nullable Boolean overloaded,
            long shed) {

        static Queue of(PoolStatus status) {
            PoolStatus.Queue queue = status.queue();
            PoolStatus.Shed counts = queue.counts();
            return new Queue(
                    status.queueDepth(),
                    status.queueCapacity(),
                    status.oldestWait().toMillis(),
                    queue.order() == QueueOrder.FIFO ? null : queue.order().name().toLowerCase(Locale.ROOT),
                    queue.overloaded() ? true : null,
                    counts.newest() + counts.oldest() + counts.deadline() + counts.maxWait());
        }
    }

    /**
     * The outcomes of transactions.
     *
     * @param succeeded the number of transactions without an exception
     * @param failed the number of transactions with an exception that did not crash the worker
     * @param crashed the number of transactions with an exception that crashed the worker
     */
    public record Transactions(long succeeded, long failed, long crashed) {}

    /**
     * The outcomes of tasks.
     *
     * @param done the number of tasks with a result
     * @param failed the number of tasks that have failed for good
     * @param cancelled the number of cancelled tasks
     * @param rejected the number of tasks that were rejected after their acceptance
     */
    public record Tasks(long done, long failed, long cancelled, long rejected) {}

    /**
     * The events in a time.
     *
     * @param perSecond the hand-outs in a second, over the last ten
     * @param crashesPerMinute the crashes in a minute, over the last one
     */
    public record Rates(double perSecond, double crashesPerMinute) {}

    /**
     * How long the hand-outs of the last ten seconds have waited. Those that did not wait count as zero.
     *
     * @param p50Micros the median
     * @param p99Micros the 99th percentile
     */
    public record Wait(int p50Micros, int p99Micros) {}
}
