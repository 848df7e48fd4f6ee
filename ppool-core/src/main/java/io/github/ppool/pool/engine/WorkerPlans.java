package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How far the plans of one worker have come. Goes over to another slot if the gate takes the place of the first one
 * before its worker is back. The supervisor's process only, except {@link #stepOfRestarts}.
 *
 * <p>A position is made when a plan decides for the first time. Most workers never end, and thousands of pools have
 * five of them each.
 */
final class WorkerPlans {

    private final PoolSpec<?> spec;
    private @Nullable PlanState restarts;
    private @Nullable PlanState creation;

    /** Plans that have not begun. */
    WorkerPlans(PoolSpec<?> spec) {
        this.spec = spec;
    }

    /** Decides after a crash; null if workers are restarted by type. */
    @Nullable
    PlanState restarts() {
        if (restarts == null && spec.restart() instanceof WorkerRestart.ByPlan(RestartPolicy policy)) {
            restarts = policy.newState();
        }
        return restarts;
    }

    /** Decides after a process that ended before its worker was ready. */
    PlanState creation() {
        PlanState known = creation;
        if (known == null) {
            known = spec.creationPlan().newState();
            creation = known;
        }
        return known;
    }

    /** A worker was made. */
    void beginCreationAnew() {
        if (creation != null) {
            creation.beginAnew();
        }
    }

    /** A worker was made, and has worked well. */
    void beginAnew() {
        beginCreationAnew();
        if (restarts != null) {
            restarts.beginAnew();
        }
    }

    /** The step of the plan of restarts; 0 if none was taken, or there is no plan. Any thread, for information. */
    int stepOfRestarts() {
        PlanState known = restarts; // published by a race: without a step it may look as if it had not begun
        return known == null ? 0 : known.step();
    }
}
