package io.github.ppool.pool;

import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How handed-over tasks are run.
 *
 * @param timeout the time limit of one attempt, null for none
 * @param restart the plan that decides after a failed attempt, null for none
 * @param surviveOn the failures of a task that a worker survives
 * @param decorator the code around each task
 * @param keyBlocks whether tasks wait for the next attempt of a task of their key
 * @param sticky whether a task prefers the worker that served its key last
 */
record TaskSettings(
        @Nullable Duration timeout,
        @Nullable RestartPolicy restart,
        Predicate<Throwable> surviveOn,
        PoolTaskDecorator decorator,
        boolean keyBlocks,
        boolean sticky) {

    static final TaskSettings DEFAULTS = new TaskSettings(null, null, failure -> false,
            PoolTaskDecorator.NONE, true, false);

    TaskSettings {
        SettingRules.requirePositive("task-timeout", timeout);
        SettingRules.requireNoWait("task-restart", restart);
        Objects.requireNonNull(surviveOn, "survive-on must not be null");
        Objects.requireNonNull(decorator, "task-decorator must not be null");
    }

    TaskSettings withTimeout(@Nullable Duration value) {
        return new TaskSettings(value, restart, surviveOn, decorator, keyBlocks, sticky);
    }

    TaskSettings withRestart(@Nullable RestartPolicy value) {
        return new TaskSettings(timeout, value, surviveOn, decorator, keyBlocks, sticky);
    }

    TaskSettings withSurviveOn(Predicate<Throwable> value) {
        return new TaskSettings(timeout, restart, value, decorator, keyBlocks, sticky);
    }

    TaskSettings withDecorator(PoolTaskDecorator value) {
        return new TaskSettings(timeout, restart, surviveOn, value, keyBlocks, sticky);
    }

    TaskSettings withKeyBlocks(boolean value) {
        return new TaskSettings(timeout, restart, surviveOn, decorator, value, sticky);
    }

    TaskSettings withSticky(boolean value) {
        return new TaskSettings(timeout, restart, surviveOn, decorator, keyBlocks, value);
    }
}
