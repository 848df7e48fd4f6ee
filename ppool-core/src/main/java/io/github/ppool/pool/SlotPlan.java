package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.PlanFunction;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartPolicy;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The restart plan of one worker, as the element of a plan that the supervisor asks. It stands between the two because the pool
 * knows what the supervisor can't see: that a worker is no longer wanted, and that it has done something well since its last crash,
 * so that the plan begins anew. Runs on the supervisor's process only.
 */
final class SlotPlan<W> implements PlanFunction {

    private final PoolEngine<W> engine;
    private final Slot<W> slot;
    private final PlanState plan;

    SlotPlan(PoolEngine<W> engine, Slot<W> slot, RestartPolicy policy) {
        this.engine = engine;
        this.slot = slot;
        this.plan = policy.newState();
    }

    @Override
    public PlanElement decide(ExitReason reason, int restartCount) {
        switch (engine.verdict(slot)) {
            case UNWANTED -> {
                return PlanElement.DELETE;
            }
            case WANTED_AFTER_SUCCESS -> plan.beginAnew();
            case WANTED -> {
                // the plan goes on where it is
            }
        }
        Decision decision = plan.next(reason, engine.clock().nanoTime(), slot.startedAtNanos,
                ThreadLocalRandom.current());
        engine.planDecided(slot, decision);
        return switch (decision) {
            case Decision.RestartNow now -> PlanElement.RESTART;
            case Decision.RestartAfter after -> PlanElement.after(after.delay());
            case Decision.Wait wait -> PlanElement.WAIT;
            case Decision.Delete delete -> PlanElement.DELETE;
            case Decision.Stop stop -> PlanElement.stop(stop.reason());
            case Decision.ReachedMaxRestartPlan reached -> PlanElement.stop(reached.reason());
            case Decision.EmptyPlan empty -> PlanElement.stop(empty.reason());
            case Decision.FunctionFailed failed -> PlanElement.stop(failed.reason());
        };
    }

    /** What the engine thinks of a worker whose process has ended. */
    enum Verdict {
        /** Its place was given up. */
        UNWANTED,
        /** It is to come back. */
        WANTED,
        /** It is to come back, and had done well before. */
        WANTED_AFTER_SUCCESS
    }
}
