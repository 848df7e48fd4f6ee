package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPlanSyntaxException;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.Supervisor;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** What an operator can do under a supervisor: OTP's and director's calls, by their names. */
final class ChildControl {

    private static final Set<String> ON_CHILDREN = Set.of("restart_child", "terminate_child", "delete_child",
            "change_plan");

    private final Pools pools;

    ChildControl(Pools pools) {
        this.pools = pools;
    }

    static boolean knows(String action) {
        return ON_CHILDREN.contains(action) || action.equals("trace_on") || action.equals("trace_off");
    }

    /**
     * Does something under a supervisor.
     *
     * @return null if there is no such child
     */
    @Nullable
    ChangeDescriptor change(
            String name, Supervisor supervisor, String action, @Nullable String child, @Nullable String plan) {
        try {
            if (!ON_CHILDREN.contains(action)) {
                supervisor.trace(action.equals("trace_on"));
                return new ChangeDescriptor(name, action, null, true, null);
            }
            if (child == null) {
                throw PoolControl.refused(action + " must have a child");
            }
            return switch (action) {
                case "restart_child" -> answer(name, action, child, supervisor.restartChild(child));
                case "terminate_child" -> answer(name, action, child, supervisor.terminateChild(child));
                case "delete_child" -> delete(name, supervisor, child);
                default -> changePlan(name, supervisor, child, plan);
            };
        } catch (ServerExitedException ended) {
            throw PoolControl.refused("the supervisor of '" + name + "' does not run");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the supervisor of '" + name + "'", interrupted);
        }
    }

    private @Nullable ChangeDescriptor delete(String name, Supervisor supervisor, String child)
            throws InterruptedException {
        if (pools.pool(name).isEmpty()) {
            return answer(name, "delete_child", child, supervisor.deleteChild(child));
        }
        // The place of a worker is the pool's to give up.
        if (pools.admin().deleteWorker(name, child)) {
            return new ChangeDescriptor(name, "delete_child", child, true, null);
        }
        if (supervisor.child(child).isEmpty()) {
            return null;
        }
        throw PoolControl.refused("delete_child was refused: running");
    }

    private static boolean deletes(PlanElement element) {
        return element instanceof PlanElement.Delete
                || (element instanceof PlanElement.Repeat repeat && deletes(repeat.element()));
    }

    private @Nullable ChangeDescriptor changePlan(
            String name, Supervisor supervisor, String child, @Nullable String plan) throws InterruptedException {
        if (plan == null) {
            throw PoolControl.refused("change_plan must have a plan");
        }
        try {
            RestartPlan parsed = RestartPlan.parse(plan.stripLeading().startsWith("[") ? plan : "[" + plan + "]");
            if (pools.pool(name).isPresent() && parsed.elements().stream().anyMatch(ChildControl::deletes)) {
                // The supervisor would forget the worker without the pool's knowledge.
                throw PoolControl
                        .refused("the plan of a pool's worker must not have delete here, use delete_child, got: "
                                + parsed);
            }
            return supervisor.changePlan(child, parsed)
                    ? new ChangeDescriptor(name, "change_plan", child, true, null)
                    : null;
        } catch (RestartPlanSyntaxException wrong) {
            throw PoolControl.refused("not a restart plan: " + wrong.hint() + ", got: " + plan);
        } catch (IllegalArgumentException byType) {
            throw PoolControl.refused(String.valueOf(byType.getMessage()));
        }
    }

    private static @Nullable ChangeDescriptor answer(String name, String action, String child, ChildResult result) {
        return switch (result) {
            case ChildResult.Refused(ChildResult.Why why, var pid) when why == ChildResult.Why.NOT_FOUND -> null;
            case ChildResult.Refused(ChildResult.Why why, var pid) ->
                throw PoolControl.refused(action + " was refused: " + why);
            case ChildResult.Failed(var reason) ->
                new ChangeDescriptor(name, action, child, false, SafeReason.of(reason));
            default -> new ChangeDescriptor(name, action, child, true, null);
        };
    }

    static InvalidEndpointRequestException unknownOnTree(String action) {
        return PoolControl.refused("action on a supervision tree must be restart_child, terminate_child, delete_child,"
                + " change_plan, trace_on or trace_off, got: " + action);
    }

    static InvalidEndpointRequestException unknown(String action) {
        return PoolControl
                .refused("action must be start, suspend, resume, restart, resize, stop, restart_child, terminate_child,"
                        + " delete_child, change_plan, trace_on or trace_off, got: " + action);
    }
}
