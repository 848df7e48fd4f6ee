package io.github.ppool.pool;

import io.github.ppool.guard.ForeignText;
import io.github.ppool.restart.PlanElement;
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
 */
record TaskSettings(
        @Nullable Duration timeout,
        @Nullable RestartPolicy restart,
        Predicate<Throwable> surviveOn,
        PoolTaskDecorator decorator) {

    static final TaskSettings DEFAULTS = new TaskSettings(null, null, failure -> false, PoolTaskDecorator.NONE);

    TaskSettings {
        SettingRules.requirePositive("task-timeout", timeout);
        if (restart != null && restart.plan().elements().contains(PlanElement.WAIT)) {
            throw new IllegalArgumentException("task-restart must not contain wait: nobody could restart a task, got: "
                    + ForeignText.of(restart));
        }
        Objects.requireNonNull(surviveOn, "survive-on must not be null");
        Objects.requireNonNull(decorator, "task-decorator must not be null");
    }

    TaskSettings withTimeout(@Nullable Duration value) {
        return new TaskSettings(value, restart, surviveOn, decorator);
    }

    TaskSettings withRestart(@Nullable RestartPolicy value) {
        return new TaskSettings(timeout, value, surviveOn, decorator);
    }

    TaskSettings withSurviveOn(Predicate<Throwable> value) {
        return new TaskSettings(timeout, restart, value, decorator);
    }

    TaskSettings withDecorator(PoolTaskDecorator value) {
        return new TaskSettings(timeout, restart, surviveOn, value);
    }
}
