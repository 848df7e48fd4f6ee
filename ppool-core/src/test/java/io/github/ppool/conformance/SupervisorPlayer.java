package io.github.ppool.conformance;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.AutoShutdown;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.ChildType;
import io.github.ppool.supervisor.FailedToStartChild;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.supervisor.SupervisorStartException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays {@code supervisor.json}. */
final class SupervisorPlayer extends SupervisionPlayer {

    private final Set<String> nested = new HashSet<>();
    private boolean simple;

    @Override
    public ObjectNode start(JsonNode setup) {
        simple = setup.get("strategy").asString().equals("simple_one_for_one");
        String result = world.perform(() -> {
            SupervisorSpec spec = supervisorSpec("root", setup);
            trace.nextOutcome("root", null);
            trace.event("start", "root");
            try {
                rootIs(Supervisor.start(world.system(), spec));
                return "ok";
            } catch (SupervisorStartException e) {
                return "error:" + startError(e.reason());
            }
        });
        settle();
        return observe(Json.tree(result));
    }

    private static String startError(ExitReason reason) {
        return reason instanceof ExitReason.ShutdownWith(FailedToStartChild failed)
                ? "failed_to_start_child:" + failed.id() + ":" + startError(failed.reason())
                : Json.word(reason);
    }

    private SupervisorSpec supervisorSpec(String id, JsonNode setup) {
        List<ChildSpec> children = new ArrayList<>();
        if (setup.has("children")) {
            setup.get("children").forEach(child -> children.add(childSpec(child)));
        }
        SupervisorSpec spec = switch (setup.get("strategy").asString()) {
            case "one_for_one" -> SupervisorSpec.oneForOne(id);
            case "one_for_all" -> SupervisorSpec.oneForAll(id);
            case "rest_for_one" -> SupervisorSpec.restForOne(id);
            default -> SupervisorSpec.simpleOneForOne(id, template(setup.get("template")));
        };
        AutoShutdown autoShutdown = AutoShutdown
                .valueOf(Json.text(setup, "auto_shutdown", "never").toUpperCase(Locale.ROOT));
        spec = spec.intensity(
                setup.get("intensity").asInt(),
                Duration.ofSeconds(setup.get("period").asInt()))
                .autoShutdown(autoShutdown);
        return children.isEmpty() ? spec : spec.children(children);
    }

    private ChildSpec template(JsonNode spec) {
        return options(
                ChildSpec.of(
                        "template",
                        (supervisor, argument) -> TracedChild.start(supervisor, String.valueOf(argument), spec, trace)),
                spec);
    }

    private ChildSpec childSpec(JsonNode spec) {
        String id = spec.get("id").asString();
        if (Json.text(spec, "type", "worker").equals("supervisor")) {
            nested.add(id);
            return options(ChildSpec.of(id, nestedStart(id, spec)).type(ChildType.SUPERVISOR), spec);
        }
        return options(
                ChildSpec.of(id, (supervisor, argument) -> TracedChild.start(supervisor, id, spec, trace)), spec);
    }

    private ChildStart nestedStart(String id, JsonNode spec) {
        return (supervisor, argument) -> {
            trace.nextOutcome(id, null);
            trace.event("start", id);
            StartResult result = Supervisor.startLink(supervisor, supervisorSpec(id, spec));
            if (result instanceof StartResult.Started started) {
                trace.runs(id, started.pid());
            }
            return result;
        };
    }

    private static ChildSpec options(ChildSpec spec, JsonNode json) {
        ChildSpec result = spec.restart(RestartType.parse(Json.text(json, "restart", "permanent")));
        Shutdown shutdown = shutdown(json, "shutdown", null);
        if (shutdown != null) {
            result = result.shutdown(shutdown);
        }
        return json.has("significant") && json.get("significant").asBoolean() ? result.significant() : result;
    }

    @Override
    String operate(String op, JsonNode operation) throws InterruptedException {
        if (!op.equals("start_child")) {
            return common(op, operation);
        }
        return word(
                operation.has("args")
                        ? root().startChild(operation.get("args").asString())
                        : root().startChild(childSpec(operation.get("spec"))));
    }

    @Override
    boolean isSupervisor(String id) {
        return nested.contains(id);
    }

    @Override
    Map<String, Supervisor> supervisors() {
        Map<String, Supervisor> alive = new LinkedHashMap<>();
        if (root() != null && root().pid().isAlive()) {
            alive.put("root", root());
        }
        nested.forEach(id -> trace.running(id).ifPresent(pid -> alive.put(id, Supervisor.of(world.system(), pid))));
        return alive;
    }

    @Override
    ObjectNode observe(JsonNode result) {
        ObjectNode observation = observation(result);
        ObjectNode which = observation.putObject("which_children");
        ObjectNode count = observation.putObject("count_children");
        supervisors().forEach((id, supervisor) -> {
            which.set(id, whichChildren(supervisor));
            count.set(id, countChildren(supervisor));
        });
        return observation;
    }

    @Override
    public JsonNode inOrder(String key, JsonNode value, JsonNode observation) {
        return simple && key.equals("events") && value.isArray() ? cleanUpsInAnyOrder(value) : value;
    }
}
