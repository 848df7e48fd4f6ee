package io.github.ppool.pool;

import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;

/** What happens to a worker whose process ended: a plan, or one of OTP's restart types. */
public sealed interface WorkerRestart {

    /**
     * As a plan says, bounded by the plan's count.
     *
     * @param policy the plan with its count
     */
    record ByPlan(RestartPolicy policy) implements WorkerRestart {}

    /**
     * As OTP's restart type says, bounded by the intensity of the pool's supervisor.
     *
     * @param type the type
     */
    record ByType(RestartType type) implements WorkerRestart {}
}
