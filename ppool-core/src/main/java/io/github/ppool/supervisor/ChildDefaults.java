package io.github.ppool.supervisor;

import io.github.ppool.restart.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor's children get that do not say it themselves, and what those that say {@code append} add theirs to. Stands for
 * director's default child specification.
 *
 * @param restart the plan, its count and its reset; null means {@link io.github.ppool.restart.RestartType#PERMANENT}
 * @param shutdown how children are stopped; null means {@link Shutdown#WORKER_DEFAULT} for workers and
 *     {@link Shutdown#infinity()} for supervisors
 */
public record ChildDefaults(@Nullable RestartPolicy restart, @Nullable Shutdown shutdown) {

    /** Nothing but what OTP has. */
    public static final ChildDefaults NONE = new ChildDefaults(null, null);
}
