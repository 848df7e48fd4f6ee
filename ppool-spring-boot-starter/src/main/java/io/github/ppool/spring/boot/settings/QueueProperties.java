package io.github.ppool.spring.boot.settings;

import io.github.ppool.pool.QueueOrder;
import io.github.ppool.pool.ShedRule;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of a pool for its queue and for growing ahead. They are part of {@link PoolProperties}. */
@SuppressWarnings("doclint:missing") // the comment of a property is that of its field
public abstract class QueueProperties extends SettingsGroup {

    /** Order in which callers and tasks of equal priority are served. Adaptive is lifo under overload, else fifo. */
    private @Nullable QueueOrder queue;
    /** Rule that says which caller or task is refused when the queue is full. */
    private @Nullable ShedRule shed;
    /** Wait after which a caller or task is refused while the pool is overloaded. Unlimited unless set. */
    private @Nullable Duration maxWaitTarget;
    /**
     * Time for which the oldest wait must be longer than max-wait-target, without a break, until the pool is
     * overloaded.
     */
    private @Nullable Duration maxWaitInterval;
    /** Number of idle workers that the pool keeps beyond those in use, up to size and max-overflow together. */
    private @Nullable Integer minIdle;
    /** Time over which the first workers are made, one after the other. Zero makes all at once. */
    private @Nullable Duration warmUp;

    QueueProperties() {}

    public @Nullable QueueOrder getQueue() {
        return queue;
    }

    public void setQueue(@Nullable QueueOrder queue) {
        this.queue = queue;
    }

    public @Nullable ShedRule getShed() {
        return shed;
    }

    public void setShed(@Nullable ShedRule shed) {
        this.shed = shed;
    }

    public @Nullable Duration getMaxWaitTarget() {
        return maxWaitTarget;
    }

    public void setMaxWaitTarget(@Nullable Duration maxWaitTarget) {
        this.maxWaitTarget = maxWaitTarget;
    }

    public @Nullable Duration getMaxWaitInterval() {
        return maxWaitInterval;
    }

    public void setMaxWaitInterval(@Nullable Duration maxWaitInterval) {
        this.maxWaitInterval = maxWaitInterval;
    }

    public @Nullable Integer getMinIdle() {
        return minIdle;
    }

    public void setMinIdle(@Nullable Integer minIdle) {
        this.minIdle = minIdle;
    }

    public @Nullable Duration getWarmUp() {
        return warmUp;
    }

    public void setWarmUp(@Nullable Duration warmUp) {
        this.warmUp = warmUp;
    }

    @Override
    void addTo(List<@Nullable Object> values) {
        Collections.addAll(values, queue, shed, maxWaitTarget, maxWaitInterval, minIdle, warmUp);
    }
}
