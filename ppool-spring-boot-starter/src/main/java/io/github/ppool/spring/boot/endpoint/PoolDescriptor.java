package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.SafeReason;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pool.
 *
 * @param name its name
 * @param phase where it is in its life
 * @param state poolboy's state: ready, overflow or full
 * @param supervisor the process of its supervisor, null while there is none
 * @param size how many workers it keeps
 * @param maxOverflow how many there may be beyond that
 * @param overflow how many there are beyond it
 * @param workers the workers by what they do
 * @param queue those who wait
 * @param checkouts how often workers were handed out, to borrowers and to tasks, since the pool was started
 * @param transactions how transactions ended, since the pool was started
 * @param lastFailure the class of the exception with which a worker last crashed or could not be made, null if none did
 */
public record PoolDescriptor(
        String name,
        String phase,
        String state,
        @Nullable String supervisor,
        int size,
        int maxOverflow,
        int overflow,
        Workers workers,
        Queue queue,
        long checkouts,
        Transactions transactions,
        @Nullable String lastFailure)
        implements
            EndpointAnswer {

    static PoolDescriptor of(PoolStatus status, Optional<Pid> supervisor) {
        FailureText failure = status.lastFailureText();
        return new PoolDescriptor(
                status.name(),
                lower(status.phase()),
                lower(status.state()),
                supervisor.map(PidText::of).orElse(null),
                status.size(),
                status.maxOverflow(),
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
                new Queue(status.queueDepth(), status.queueCapacity(), status.oldestWait().toMillis()),
                status.checkouts(),
                new Transactions(
                        status.transactions().succeeded(),
                        status.transactions().failed(),
                        status.transactions().crashed()),
                failure == null ? null : SafeReason.of(failure));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * How many workers do what.
     *
     * @param total all that have a place
     * @param idle idle
     * @param borrowed lent to a caller
     * @param working running a task
     * @param starting being made or checked
     * @param stopping being closed
     * @param restarting waiting for their restart
     * @param orphaned how many of all these are in the hands of a killed process's thread, which has not ended
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
     * Those who wait for a worker.
     *
     * @param depth how many callers and tasks
     * @param capacity how many may
     * @param oldestWaitMillis how long the first of them has waited
     */
    public record Queue(int depth, int capacity, long oldestWaitMillis) {}

    /**
     * How transactions ended.
     *
     * @param succeeded how many threw nothing
     * @param failed how many threw something that did not crash the worker
     * @param crashed how many threw something that crashed the worker
     */
    public record Transactions(long succeeded, long failed, long crashed) {}
}
