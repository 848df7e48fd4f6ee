package io.github.ppool.pool;

import io.github.ppool.restart.RestartIntensity;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the processes of the workers are run, restarted and shut down.
 *
 * @param restart the rule for a worker after the end of its process
 * @param intensity the number of restarts by restart type that the pool's supervisor accepts
 * @param shutdown the time that a worker has to close before it is killed
 * @param platformThreads true for platform threads, false for virtual threads
 * @param contextClassLoader the context class loader of the processes, null for that of the process system
 */
record ProcessSettings(
        WorkerRestart restart,
        RestartIntensity intensity,
        Duration shutdown,
        boolean platformThreads,
        @Nullable ClassLoader contextClassLoader) {

    ProcessSettings {
        Objects.requireNonNull(restart, "restart must not be null");
        Objects.requireNonNull(intensity, "intensity must not be null");
        SettingRules.requirePositive("shutdown", Objects.requireNonNull(shutdown, "shutdown must not be null"));
    }

    /** The defaults, with the context class loader of the calling thread. */
    static ProcessSettings defaults() {
        return new ProcessSettings(
                new WorkerRestart.ByPlan(RestartPolicy.POOL_DEFAULT),
                RestartIntensity.DEFAULT,
                Duration.ofSeconds(5),
                false,
                Thread.currentThread().getContextClassLoader());
    }

    ProcessSettings withRestart(WorkerRestart value) {
        return withRestart(value, intensity);
    }

    ProcessSettings withRestart(WorkerRestart value, RestartIntensity within) {
        return new ProcessSettings(value, within, shutdown, platformThreads, contextClassLoader);
    }

    ProcessSettings withShutdown(Duration value) {
        return new ProcessSettings(restart, intensity, value, platformThreads, contextClassLoader);
    }

    ProcessSettings withPlatformThreads(boolean value) {
        return new ProcessSettings(restart, intensity, shutdown, value, contextClassLoader);
    }

    ProcessSettings withContextClassLoader(@Nullable ClassLoader value) {
        return new ProcessSettings(restart, intensity, shutdown, platformThreads, value);
    }
}
