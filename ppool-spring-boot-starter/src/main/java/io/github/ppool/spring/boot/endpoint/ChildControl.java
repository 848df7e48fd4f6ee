package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.pool.Pools;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPlanSyntaxException;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.Supervisor;
import org.jspecify.annotations.Nullable;

/** The actions of an operator on the children of a supervisor: OTP's and director's calls, by their names. */
final class ChildControl {

    private final Pools pools;

    ChildControl(Pools pools) {
        this.pools = pools;
    }

    ChangeDescriptor trace(ChangeRequest request, Supervisor supervisor, boolean on) throws InterruptedException {
        supervisor.trace(on);
        return new ChangeDescriptor(request.pool(), request.action(), request.path(), null, true, null, null);
    }

    /** True if the child is a worker of a pool, whose place belongs to the pool. */
    private boolean isOfPool(ChangeRequest request) {
        return request.path() == null && pools.pool(request.pool()).isPresent();
    }

    /** Terminates a child by its id, or by its pid such as {@code <17>} if no child has that id. */
    @Nullable
    ChangeDescriptor terminate(Supervisor supervisor, ChangeRequest request) throws InterruptedException {
        String child = request.requiredChild();
        if (child.startsWith("<")) {
            ChildInfo known = SupervisorPath.child(supervisor, child);
            if (known != null && known.id() == null && known.pid() != null) {
                return answer(request, supervisor.terminateChild(known.pid()));
            }
        }
        return answer(request, supervisor.terminateChild(child));
    }

    @Nullable
    ChangeDescriptor delete(Supervisor supervisor, ChangeRequest request) throws InterruptedException {
        String child = request.requiredChild();
        if (!isOfPool(request)) {
            return answer(request, supervisor.deleteChild(child));
        }
        if (pools.admin().deleteWorker(request.pool(), child)) {
            return changed(request);
        }
        if (supervisor.child(child).isEmpty()) {
            return null;
        }
        throw Refusal.of("delete_child was refused: running");
    }

    private static boolean deletes(PlanElement element) {
        return element instanceof PlanElement.Delete
                || (element instanceof PlanElement.Repeat repeat && deletes(repeat.element()));
    }

    @Nullable
    ChangeDescriptor changePlan(Supervisor supervisor, ChangeRequest request) throws InterruptedException {
        String child = request.requiredChild();
        String plan = request.requiredPlan();
        try {
            RestartPlan parsed = RestartPlan.parse(plan.stripLeading().startsWith("[") ? plan : "[" + plan + "]");
            if (isOfPool(request) && parsed.elements().stream().anyMatch(ChildControl::deletes)) {
                // The supervisor would forget the worker without the pool's knowledge.
                throw Refusal.of("the plan of a pool's worker must not have delete here, use delete_child, got: "
                        + parsed);
            }
            return supervisor.changePlan(child, parsed) ? changed(request) : null;
        } catch (RestartPlanSyntaxException wrong) {
            throw Refusal.of("not a restart plan: " + wrong.hint() + ", got: " + plan);
        } catch (IllegalArgumentException byType) {
            throw Refusal.of(String.valueOf(byType.getMessage()));
        }
    }

    /** The answer for the result of a call to a supervisor. Returns null if there is no such child. */
    @Nullable
    ChangeDescriptor answer(ChangeRequest request, ChildResult result) {
        return switch (result) {
            case ChildResult.Refused(ChildResult.Why why, var pid) when why == ChildResult.Why.NOT_FOUND -> null;
            case ChildResult.Refused(ChildResult.Why why, var pid) ->
                throw Refusal.of(request.action() + " was refused: " + why);
            case ChildResult.Failed(var reason) ->
                ChangeDescriptor.below(request, false, SafeReason.of(reason));
            default -> changed(request);
        };
    }

    private static ChangeDescriptor changed(ChangeRequest request) {
        return ChangeDescriptor.below(request, true, null);
    }
}
