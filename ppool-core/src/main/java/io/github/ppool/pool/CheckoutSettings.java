package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;

/**
 * How callers get workers, and how they wait.
 *
 * @param strategy the order in which idle workers are lent
 * @param queueCapacity the number of borrowers and tasks that may wait
 * @param timeout the time that {@code checkout()} waits
 * @param refuseWhileSuspended true if a suspended pool refuses callers instead of queueing them
 */
record CheckoutSettings(
        PoolStrategy strategy, int queueCapacity, Duration timeout, boolean refuseWhileSuspended) {

    static final CheckoutSettings DEFAULTS = new CheckoutSettings(PoolStrategy.LIFO, 1000, Duration.ofSeconds(5),
            false);

    CheckoutSettings {
        Objects.requireNonNull(strategy, "strategy must not be null");
        SettingRules.requireAtLeast("queue-capacity", 0, queueCapacity);
        Objects.requireNonNull(timeout, "checkout-timeout must not be null");
        SettingRules.requireNotNegative("checkout-timeout", timeout);
    }

    CheckoutSettings withStrategy(PoolStrategy value) {
        return new CheckoutSettings(value, queueCapacity, timeout, refuseWhileSuspended);
    }

    CheckoutSettings withQueueCapacity(int value) {
        return new CheckoutSettings(strategy, value, timeout, refuseWhileSuspended);
    }

    CheckoutSettings withTimeout(Duration value) {
        return new CheckoutSettings(strategy, queueCapacity, value, refuseWhileSuspended);
    }

    CheckoutSettings withRefuseWhileSuspended(boolean value) {
        return new CheckoutSettings(strategy, queueCapacity, timeout, value);
    }
}
