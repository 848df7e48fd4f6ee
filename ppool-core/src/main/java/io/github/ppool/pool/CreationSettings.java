package io.github.ppool.pool;

import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.Objects;

/**
 * How workers are made, and how the start of a pool waits for them.
 *
 * @param parallelism the number of workers that the pool makes at the same time
 * @param plan the plan that decides after a failed attempt
 * @param failureLimit the number of failures in a row after which callers are refused at once, 0 for none
 * @param timeout the time limit of one attempt, zero for none
 * @param awaitReady the time that the start of the pool waits for the first workers
 * @param failFast true if the start of the pool fails when the first workers can't be made
 */
record CreationSettings(
        int parallelism,
        RestartPolicy plan,
        int failureLimit,
        Duration timeout,
        Duration awaitReady,
        boolean failFast) {

    static final CreationSettings DEFAULTS = new CreationSettings(
            Integer.MAX_VALUE, RestartPolicy.POOL_DEFAULT, 10, Duration.ofSeconds(30), Duration.ZERO, false);

    CreationSettings {
        SettingRules.requireAtLeast("creation.parallelism", 1, parallelism);
        Objects.requireNonNull(plan, "creation.plan must not be null");
        SettingRules.requireAtLeast("creation.failure-limit", 0, failureLimit);
        SettingRules.requireNotNegative("creation-timeout", timeout);
        SettingRules.requireNotNegative("await-ready", awaitReady);
    }

    CreationSettings withParallelism(int value) {
        return new CreationSettings(value, plan, failureLimit, timeout, awaitReady, failFast);
    }

    CreationSettings withPlan(RestartPolicy value) {
        return new CreationSettings(parallelism, value, failureLimit, timeout, awaitReady, failFast);
    }

    CreationSettings withFailureLimit(int value) {
        return new CreationSettings(parallelism, plan, value, timeout, awaitReady, failFast);
    }

    CreationSettings withTimeout(Duration value) {
        return new CreationSettings(parallelism, plan, failureLimit, value, awaitReady, failFast);
    }

    CreationSettings withAwaitReady(Duration value) {
        return new CreationSettings(parallelism, plan, failureLimit, timeout, value, failFast);
    }

    CreationSettings withFailFast(boolean value) {
        return new CreationSettings(parallelism, plan, failureLimit, timeout, awaitReady, value);
    }
}
