package io.github.ppool.pool;

import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;

/**
 * The rule for a worker after the end of its process: a plan, or one of OTP's restart types. An immutable value. Stands
 * for {@code restart} of a child specification and for the plans of director.
 */
public sealed interface WorkerRestart {

    /**
     * Restarts as a plan decides, bounded by the count of the plan.
     *
     * @param policy the plan with its count
     */
    record ByPlan(RestartPolicy policy) implements WorkerRestart {}

    /**
     * Restarts as OTP's restart type decides, bounded by the intensity of the pool's supervisor.
     *
     * @param type the type
     */
    record ByType(RestartType type) implements WorkerRestart {}
}
