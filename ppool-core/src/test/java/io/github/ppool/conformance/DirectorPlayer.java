package io.github.ppool.conformance;

import io.github.ppool.process.Pid;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.supervisor.ChildDefaults;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.EffectiveSpec;
import io.github.ppool.supervisor.RestartRule;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays {@code director.json}: one supervisor of children with plans. */
final class DirectorPlayer extends SupervisionPlayer {

    @Override
    public ObjectNode start(JsonNode setup) {
        List<ChildSpec> children = new ArrayList<>();
        setup.get("children").forEach(child -> children.add(childSpec(child)));
        SupervisorSpec spec = SupervisorSpec.oneForOne("root").children(children);
        SupervisorSpec withDefaults = setup.has("default")
                ? spec.defaultChildSpec(defaults(setup.get("default")))
                : spec;
        rootIs(world.perform(() -> Supervisor.start(world.system(), withDefaults)));
        settle();
        return observe(Json.tree("ok"));
    }

    private ChildSpec childSpec(JsonNode json) {
        String id = json.get("id").asString();
        ChildSpec spec = ChildSpec.of(id, (supervisor, argument) -> TracedChild.start(supervisor, id, json, trace));
        if (json.has("append") && json.get("append").asBoolean()) {
            spec = spec.append();
        } else {
            spec = spec.policy(RestartPolicy.DIRECTOR_DEFAULT).shutdown(Shutdown.after(Duration.ofSeconds(1)));
        }
        if (json.has("plan")) {
            spec = spec.plan(plan(json.get("plan")));
        }
        if (json.has("count")) {
            spec = spec.count(RestartCount.parse(json.get("count").asString()));
        }
        Shutdown shutdown = shutdown(json, "terminate_timeout", null);
        return shutdown == null ? spec : spec.shutdown(shutdown);
    }

    private static ChildDefaults defaults(JsonNode json) {
        RestartPolicy policy = RestartPolicy.of(plan(json.get("plan")))
                .withCount(RestartCount.parse(json.get("count").asString()));
        return new ChildDefaults(policy, shutdown(json, "terminate_timeout", null));
    }

    private static RestartPlan plan(JsonNode elements) {
        return RestartPlan.of(
                elements.valueStream().map(DirectorPlayer::element).toArray(PlanElement[]::new));
    }

    private static PlanElement element(JsonNode element) {
        if (element.isObject()) {
            return element.has("stop")
                    ? PlanElement.stop(Json.reason(element.get("stop").asString()))
                    : PlanElement.after(Duration.ofMillis(element.get("restart").asLong()));
        }
        return switch (element.asString()) {
            case "default" -> RestartPolicy.DIRECTOR_DEFAULT.plan().elements().getFirst();
            case "restart" -> PlanElement.RESTART;
            case "wait" -> PlanElement.WAIT;
            case "delete" -> PlanElement.DELETE;
            case "stop" -> PlanElement.STOP;
            default -> throw new AssertionError("unknown plan element " + element);
        };
    }

    private static JsonNode json(RestartPlan plan) {
        return Json.tree(plan.elements().stream()
                .map(element -> switch (element) {
                    case PlanElement.Delay delay -> Map.of("restart", delay.delay().toMillis());
                    case PlanElement.StopWith stop -> Map.of("stop", Json.word(stop.reason()));
                    case PlanElement.Function function -> function.name();
                    default -> element.toString();
                })
                .toList());
    }

    @Override
    JsonNode answer(String op, JsonNode operation) throws InterruptedException {
        String id = Json.text(operation, "id", "");
        return switch (op) {
            case "get_childspec" -> root().effectiveSpec(id).map(DirectorPlayer::json).orElse(notFound());
            case "get_plan" -> root().effectiveSpec(id)
                    .map(spec -> json(policy(spec).plan()))
                    .orElse(notFound());
            case "get_pids" -> Json.sorted(
                    Json.tree(root().pids().stream().map(trace::idOf).toList()));
            default -> super.answer(op, operation);
        };
    }

    private static JsonNode notFound() {
        return Json.tree("error:not_found");
    }

    private static RestartPolicy policy(EffectiveSpec spec) {
        return ((RestartRule.ByPlan) spec.restart()).policy();
    }

    private static JsonNode json(EffectiveSpec spec) {
        RestartCount count = policy(spec).count();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("plan", json(policy(spec).plan()));
        result.put("count", count.isInfinite() ? "infinity" : count.times());
        result.put("append", spec.append());
        result.put(
                "terminate_timeout",
                switch (spec.shutdown()) {
                    case Shutdown.After(Duration time) -> time.toMillis();
                    case Shutdown.Infinity infinity -> "infinity";
                    case Shutdown.BrutalKill kill -> 0;
                });
        return Json.tree(result);
    }

    @Override
    String operate(String op, JsonNode operation) throws InterruptedException {
        String id = Json.text(operation, "id", "");
        return switch (op) {
            case "start_child" -> word(root().startChild(childSpec(operation.get("spec"))));
            case "change_plan" -> root().changePlan(id, plan(operation.get("plan"))) ? "ok" : "error:not_found";
            case "get_pid" -> pid(root().child(id));
            case "change_default_childspec" -> {
                root().changeDefaultChildSpec(defaults(operation.get("default")));
                yield "ok";
            }
            default -> common(op, operation);
        };
    }

    private static String pid(Optional<ChildInfo> child) {
        if (child.isEmpty()) {
            return "error:not_found";
        }
        Pid pid = child.get().pid();
        return pid != null ? "ok" : "error:" + child.get().state().name().toLowerCase(Locale.ROOT);
    }

    @Override
    boolean isSupervisor(String id) {
        return false;
    }

    @Override
    Map<String, Supervisor> supervisors() {
        return root().pid().isAlive() ? Map.of("root", root()) : Map.of();
    }

    @Override
    ObjectNode observe(JsonNode result) {
        ObjectNode observation = observation(result);
        boolean alive = root().pid().isAlive();
        observation.set("which_children", alive ? whichChildren(root()) : Json.array());
        observation.set("count_children", alive ? countChildren(root()) : Json.object());
        return observation;
    }

    @Override
    public JsonNode inOrder(String key, JsonNode value, JsonNode observation) {
        return key.equals("events") && Json.text(observation, "supervisor", "").startsWith("exited") && value.isArray()
                ? cleanUpsInAnyOrder(value)
                : value;
    }
}
