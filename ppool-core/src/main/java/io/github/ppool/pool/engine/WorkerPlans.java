package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How far the plans of one worker have come. Goes over to another slot if the gate takes the place of the first one
 * before its worker is back. The supervisor's process only.
 *
 * @param restarts decides after a crash; null if workers are restarted by type
 * @param creation decides after a process that ended before its worker was ready
 */
record WorkerPlans(@Nullable PlanState restarts, PlanState creation) {

    /** Plans that begin. */
    static WorkerPlans of(PoolSpec<?> spec) {
        return new WorkerPlans(
                spec.restart() instanceof WorkerRestart.ByPlan(RestartPolicy policy) ? policy.newState() : null,
                spec.creationPlan().newState());
    }
}
