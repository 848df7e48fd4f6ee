package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WorkerRestart;
import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.PlanFunction;
import io.github.ppool.restart.PlanState;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import io.github.ppool.restart.RestartWindow;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The restart plan of one worker, or its restart type, as the element of a plan that the supervisor asks. It stands
 * between the two because the pool knows more than the supervisor can see:
 *
 * <ul>
 * <li>A worker may no longer be wanted.
 * <li>A worker may have worked well since its last crash, so that the plan begins anew.
 * <li>A process that ended before its worker was ready is a worker that could not be made. The creation plan decides
 * about it, and it counts as no restart.
 * </ul>
 *
 * <p>Runs on the supervisor's process only.
 */
final class WorkerRestartPlan<W> implements PlanFunction {

    /** The name of the default plan: one text for all pools that have it. */
    private static final String DEFAULT_NAME = RestartPolicy.POOL_DEFAULT.toString();

    private final PoolContext<W> context;
    private final WorkerLifecycle<W> lifecycles;
    private final WorkerReports reports;
    private final Slot<W> slot;
    private final RestartWindow window;
    private final WorkerPlans plans;

    /**
     * The plan of a slot.
     *
     * @param window counts the restarts by type of all slots together
     * @param plans those of the slot
     */
    WorkerRestartPlan(
            PoolContext<W> context,
            WorkerLifecycle<W> lifecycles,
            WorkerReports reports,
            Slot<W> slot,
            RestartWindow window,
            WorkerPlans plans) {
        this.context = context;
        this.lifecycles = lifecycles;
        this.reports = reports;
        this.slot = slot;
        this.window = window;
        this.plans = plans;
    }

    /** The name of the plan in reports. */
    @SuppressWarnings("ReferenceEquality") // an equal plan has an equal text of its own
    static String nameOf(PoolSpec<?> spec) {
        return switch (spec.restart()) {
            case WorkerRestart.ByPlan(RestartPolicy policy) ->
                policy == RestartPolicy.POOL_DEFAULT ? DEFAULT_NAME : policy.toString();
            case WorkerRestart.ByType(RestartType type) -> type + ", " + spec.intensity().intensity() + " in "
                    + spec.intensity().period();
        };
    }

    @Override
    public PlanElement decide(ExitReason reason, int restartCount) {
        switch (lifecycles.verdict(slot)) {
            case UNWANTED -> {
                reports.endedUnwanted(slot, reason);
                return PlanElement.DELETE;
            }
            case NOT_MADE -> {
                Decision decision = plans.creation().nextAfterFailedStart(reason, ThreadLocalRandom.current());
                if (!endsCreation(decision)) {
                    reports.endedBeforeReady(slot, reason, decision);
                    return decided(decision);
                }
            }
            case WANTED_AFTER_SUCCESS -> {
                plans.beginAnew();
            }
            case WANTED -> plans.beginCreationAnew(); // the plan itself goes on where it is
        }
        PlanState plan = plans.restarts();
        Decision decision = plan == null
                ? byType()
                : plan.next(reason, context.clock().nanoTime(), slot.startedAtNanos, ThreadLocalRandom.current());
        reports.ended(slot, reason, decision);
        return decided(decision);
    }

    /**
     * As a failed attempt to make the worker, for which its process need not end: then the plan of restarts decides.
     */
    static boolean endsCreation(Decision decision) {
        return !(decision instanceof Decision.RestartNow
                || decision instanceof Decision.RestartAfter
                || decision instanceof Decision.Wait);
    }

    /** Those that the type does not restart are not wanted any more. */
    private Decision byType() {
        return window.allows(context.clock().nanoTime())
                ? Decision.restartNow()
                : Decision.stop(ExitReason.SHUTDOWN);
    }

    private PlanElement decided(Decision decision) {
        lifecycles.planDecided(slot, decision);
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
}
