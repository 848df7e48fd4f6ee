package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * In which order callers wait, and which of them are shed.
 *
 * @param order the order of service
 * @param shed the rule for a full queue
 * @param maxWaitTarget the wait that a pool under overload allows, null for any
 * @param maxWaitInterval the time after which a standing queue is an overload
 */
record QueueSettings(QueueOrder order, ShedRule shed, @Nullable Duration maxWaitTarget, Duration maxWaitInterval) {

    static final QueueSettings DEFAULTS = new QueueSettings(QueueOrder.FIFO, ShedRule.NEWEST, null,
            Duration.ofMillis(100));

    QueueSettings {
        Objects.requireNonNull(order, "queue must not be null");
        Objects.requireNonNull(shed, "shed must not be null");
        SettingRules.requirePositive("max-wait-target", maxWaitTarget);
        SettingRules.requirePositive("max-wait-interval", maxWaitInterval);
        Objects.requireNonNull(maxWaitInterval, "max-wait-interval must not be null");
    }

    QueueSettings withOrder(QueueOrder value) {
        return new QueueSettings(value, shed, maxWaitTarget, maxWaitInterval);
    }

    QueueSettings withShed(ShedRule value) {
        return new QueueSettings(order, value, maxWaitTarget, maxWaitInterval);
    }

    QueueSettings withMaxWaitTarget(@Nullable Duration value) {
        return new QueueSettings(order, shed, value, maxWaitInterval);
    }

    QueueSettings withMaxWaitInterval(Duration value) {
        return new QueueSettings(order, shed, maxWaitTarget, value);
    }

    /** Checks the settings that depend on the length of the queue. */
    void requireCapacity(int queueCapacity) {
        if (queueCapacity == 0 && shed != ShedRule.NEWEST) {
            throw new IllegalArgumentException("queue-capacity must be at least 1 with shed "
                    + SettingRules.inYaml(shed) + ": there is no waiter to shed, got: 0");
        }
    }
}
