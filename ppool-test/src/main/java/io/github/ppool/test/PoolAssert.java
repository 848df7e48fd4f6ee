package io.github.ppool.test;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on a pool. Each looks at the pool's {@code status()} anew, once or, after {@link #within}, again and
 * again; a failed one shows the status of the pool. An assertion blocks for at most that time. One thread uses it.
 */
public final class PoolAssert extends AbstractAssert<PoolAssert, PoolClient<?>> {

    private Duration patience = Duration.ZERO;

    PoolAssert(PoolClient<?> actual) {
        super(actual, PoolAssert.class);
    }

    /**
     * Lets each of the following assertions come true within a time.
     *
     * @param time by the real clock
     * @return this
     */
    public PoolAssert within(Duration time) {
        patience = Objects.requireNonNull(time, "time must not be null");
        return this;
    }

    /**
     * The pool's supervisor runs and callers are served.
     *
     * @return this
     */
    public PoolAssert isRunning() {
        return isInPhase(PoolPhase.RUNNING);
    }

    /**
     * An operator has suspended the pool.
     *
     * @return this
     */
    public PoolAssert isSuspended() {
        return isInPhase(PoolPhase.SUSPENDED);
    }

    /**
     * The tree above the pool has given up.
     *
     * @return this
     */
    public PoolAssert hasGivenUp() {
        return isInPhase(PoolPhase.GAVE_UP);
    }

    /**
     * Where the pool is in its life.
     *
     * @param phase where it is to be
     * @return this
     */
    public PoolAssert isInPhase(PoolPhase phase) {
        return check(status -> status.phase() == phase,
                phase == PoolPhase.GAVE_UP ? "to have given up" : "to be " + phase.name().toLowerCase(Locale.ROOT));
    }

    /**
     * How many workers are idle.
     *
     * @param count exactly
     * @return this
     */
    public PoolAssert hasIdle(int count) {
        return count("idle workers", count, PoolStatus::available);
    }

    /**
     * How many workers are borrowed.
     *
     * @param count exactly
     * @return this
     */
    public PoolAssert hasBorrowed(int count) {
        return count("borrowed workers", count, PoolStatus::borrowed);
    }

    /**
     * How many workers run a task.
     *
     * @param count exactly
     * @return this
     */
    public PoolAssert hasWorking(int count) {
        return count("working workers", count, PoolStatus::working);
    }

    /**
     * The number of all workers, in any state.
     *
     * @param count the exact number
     * @return this
     */
    public PoolAssert hasWorkers(int count) {
        return count("workers", count, PoolStatus::workers);
    }

    /**
     * How many workers there are beyond the size.
     *
     * @param count exactly
     * @return this
     */
    public PoolAssert hasOverflow(int count) {
        return count("workers beyond the size", count, PoolStatus::overflow);
    }

    /**
     * How many workers wait for their restart.
     *
     * @param count exactly
     * @return this
     */
    public PoolAssert hasWaitingToRestart(int count) {
        return count("workers that wait to restart", count, PoolStatus::waitingToRestart);
    }

    /**
     * How many callers and tasks wait for a worker.
     *
     * @param count exactly
     * @return this
     */
    public PoolAssert hasWaiting(int count) {
        return count("waiting callers and tasks", count, PoolStatus::queueDepth);
    }

    /**
     * A worker has crashed or could not be made, and last because of this.
     *
     * @param type of the exception
     * @return this
     */
    public PoolAssert hasLastFailure(Class<? extends Throwable> type) {
        return check(status -> type.isInstance(status.lastFailure()), "to have failed last with " + type.getName());
    }

    /**
     * No worker has crashed, and none could not be made, since the pool was started.
     *
     * @return this
     */
    public PoolAssert hasNeverFailed() {
        return check(status -> status.lastFailure() == null, "never to have failed");
    }

    private PoolAssert count(String what, int count, ToIntFunction<PoolStatus> actualCount) {
        return check(status -> actualCount.applyAsInt(status) == count, "to have " + count + " " + what);
    }

    private PoolAssert check(Predicate<PoolStatus> condition, String expected) {
        isNotNull();
        PoolStatus[] last = new PoolStatus[1];
        boolean held = Polling.within(patience, () -> {
            last[0] = actual.status();
            return condition.test(last[0]);
        });
        if (!held) {
            failWithMessage("%s", "Expecting pool '" + last[0].name() + "' " + expected
                    + (patience.isZero() ? "" : " within " + patience) + ", but " + last[0].explain());
        }
        return this;
    }
}
