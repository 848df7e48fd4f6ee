package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.spring.boot.observe.PidText;
import io.github.ppool.spring.boot.observe.ClusterRateRow;
import io.github.ppool.spring.boot.observe.PoolDetail;
import io.github.ppool.spring.boot.observe.RateRow;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pool.
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
 * @param backlog its tasks whose time has not come, its keys and its broadcasts; null if there are none of these. The
 *     list of all pools has numbers only
 * @param checkouts the number of check-outs for borrowers and tasks since the pool was started
 * @param transactions the outcomes of transactions since the pool was started
 * @param waitingForPermit the number of places that wait for a permit of the pool's gate, as by cluster-limit; null if
 *     none waits
 * @param rate the rate of its hand-outs; null without a rate
 * @param clusterRate its share in the rate of all nodes; null without one
 * @param overruns how often an overrun was told since the pool was started; null unless overruns are told
 * @param lastFailure the class of the exception of the last crash or the last failed creation; null if none happened
 */
public record PoolDescriptor(
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
        PoolDetail.@Nullable Backlog backlog,
        long checkouts,
        Transactions transactions,
        @Nullable Integer waitingForPermit,
        @Nullable RateRow rate,
        @Nullable ClusterRateRow clusterRate,
        @Nullable Long overruns,
        @Nullable String lastFailure)
        implements
            EndpointAnswer {

    static PoolDescriptor of(PoolStatus status, TaskBacklog backlog, Optional<Pid> supervisor) {
        FailureText failure = status.lastFailureText();
        return new PoolDescriptor(
                status.name(),
                lower(status.phase()),
                lower(status.state()),
                supervisor.map(PidText::of).orElse(null),
                status.size(),
                status.maxOverflow(),
                status.minIdle() == 0 ? null : status.minIdle(),
                Integer.valueOf(0).equals(status.warmingUp()) ? null : status.warmingUp(),
                status.overflow(),
                new Workers(
                        status.workers(),
                        status.available(),
                        status.borrowed(),
                        status.working(),
                        status.starting(),
                        status.stopping(),
                        status.waitingToRestart(),
                        status.orphaned()),
                Queue.of(status),
                PoolDetail.Backlog.of(backlog),
                status.checkouts(),
                new Transactions(
                        status.transactions().succeeded(),
                        status.transactions().failed(),
                        status.transactions().crashed()),
                status.waitingForPermit() == 0 ? null : status.waitingForPermit(),
                RateRow.of(status.rate()),
                ClusterRateRow.of(status.sharedRate()),
                status.overruns(),
                failure == null ? null : SafeReason.of(failure));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

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
     * @param order the order of service: fifo, lifo or adaptive
     * @param shed the rule for a full queue: newest, oldest or deadline
     * @param overloaded true if the pool is overloaded; null unless it is
     * @param shedCounts the numbers of callers and tasks that were shed since the pool was started; null if none was
     */
    public record Queue(
            int depth,
            int capacity,
            long oldestWaitMillis,
            String order,
            String shed,
            @Nullable Boolean overloaded,
            @Nullable ShedCounts shedCounts) {

        static Queue of(PoolStatus status) {
            PoolStatus.Queue queue = status.queue();
            PoolStatus.Shed counts = queue.counts();
            long all = counts.newest() + counts.oldest() + counts.deadline() + counts.maxWait();
            return new Queue(
                    status.queueDepth(),
                    status.queueCapacity(),
                    status.oldestWait().toMillis(),
                    lower(queue.order()),
                    lower(queue.shed()),
                    queue.overloaded() ? true : null,
                    all == 0
                            ? null
                            : new ShedCounts(counts.newest(), counts.oldest(), counts.deadline(), counts.maxWait()));
        }
    }

    /**
     * The callers and tasks that were shed, by the reason.
     *
     * @param newest newcomers that a full queue has refused
     * @param oldest waiters that had waited longest when the queue was full
     * @param deadline waiters and newcomers with the nearest deadline when the queue was full
     * @param maxWait waiters that had waited for max-wait-target under overload
     */
    public record ShedCounts(long newest, long oldest, long deadline, long maxWait) {}

    /**
     * The outcomes of transactions.
     *
     * @param succeeded the number of transactions without an exception
     * @param failed the number of transactions with an exception that did not crash the worker
     * @param crashed the number of transactions with an exception that crashed the worker
     */
    public record Transactions(long succeeded, long failed, long crashed) {}
}
