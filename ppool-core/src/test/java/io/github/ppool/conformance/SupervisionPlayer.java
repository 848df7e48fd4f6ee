package io.github.ppool.conformance;

import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.ChildCounts;
import io.github.ppool.supervisor.ChildInfo;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The common part of the players of OTP's supervisor and of director. */
abstract class SupervisionPlayer implements Player {

    private static final Duration LONG = Duration.ofDays(1000);
    /** More than any recorded step takes. */
    private static final int MOST_LOOKS = 1000;

    final World world = new World();
    final Trace trace = new Trace();
    private Supervisor root;

    Supervisor root() {
        return root;
    }

    void rootIs(Supervisor supervisor) {
        root = supervisor;
    }

    // ---- operations

    /** One operation; its result. */
    abstract String operate(String op, JsonNode operation) throws InterruptedException;

    String common(String op, JsonNode operation) throws InterruptedException {
        String id = Json.text(operation, "id", "");
        return switch (op) {
            case "stop_child" -> {
                Pid pid = trace.running(id).orElse(null);
                if (pid != null) {
                    GenServerRef<String, String, ExitReason> child = new GenServerRef<>(world.system(), pid);
                    ExitReason reason = Json.reason(operation.get("reason").asString());
                    if (!isSupervisor(id)) {
                        child.cast(reason);
                    }
                    child.stop(reason, LONG); // for a child that stops itself already: waits for its end
                }
                yield "ok";
            }
            case "kill_child" -> {
                trace.running(id).ifPresent(pid -> world.system().exit(pid, ExitReason.KILL));
                yield "ok";
            }
            case "terminate_child" -> {
                if (Json.text(operation, "by", "id").equals("pid")) {
                    Optional<Pid> pid = trace.running(id);
                    yield pid.isPresent() ? word(root.terminateChild(pid.get())) : "ok";
                }
                yield word(root.terminateChild(id));
            }
            case "restart_child" -> word(root.restartChild(id));
            case "delete_child" -> word(root.deleteChild(id));
            case "stop_supervisor" -> {
                root.stop(LONG);
                yield "ok";
            }
            default -> throw new AssertionError("unknown operation " + operation);
        };
    }

    abstract boolean isSupervisor(String id);

    static String word(ChildResult result) {
        return switch (result) {
            case ChildResult.Started started -> "ok";
            case ChildResult.Done done -> "ok";
            case ChildResult.Restarting restarting -> "ok:restarting";
            case ChildResult.Ignored ignored -> "ok:undefined";
            case ChildResult.Refused(ChildResult.Why why, Pid pid) -> "error:" + why;
            case ChildResult.Failed(ExitReason reason) -> "error:" + Json.word(reason);
        };
    }

    static Shutdown shutdown(JsonNode spec, String key, Shutdown otherwise) {
        String text = Json.text(spec, key, "");
        return switch (text) {
            case "" -> otherwise;
            case "infinity" -> Shutdown.infinity();
            case "brutal_kill", "0" -> Shutdown.brutalKill();
            default -> Shutdown.after(Duration.ofMillis(Long.parseLong(text)));
        };
    }

    // ---- observation

    @Override
    public ObjectNode step(JsonNode operation) {
        String op = operation.get("op").asString();
        if (op.equals("wait")) {
            world.advance(Duration.ofMillis(operation.get("ms").asLong()));
            settle();
            return observe(Json.tree("ok"));
        }
        JsonNode result = world.perform(() -> answer(op, operation));
        settle();
        return observe(result);
    }

    JsonNode answer(String op, JsonNode operation) throws InterruptedException {
        return Json.tree(operate(op, operation));
    }

    /**
     * Lets clean-ups, shutdown times and restarts without a delay pass, but no delayed ones: until every supervisor
     * answers, and has no news when it is asked again. Between two tries to restart a child, say, it
     * answers too.
     */
    void settle() {
        int before;
        int now = -1;
        int looks = 0;
        do {
            if (looks++ == MOST_LOOKS) {
                throw new AssertionError("the supervisors do not come to rest: " + trace.takeEvents());
            }
            before = now;
            world.perform(() -> {
                for (Supervisor supervisor : supervisors().values()) {
                    ignoringItsEnd(supervisor::countChildren);
                }
                return true;
            });
            world.quiesce();
            world.clock().advance(Duration.ZERO); // a restart after 0 ms is due, on a clock that stands still too
            world.quiesce();
            now = trace.eventCount();
        } while (now != before);
    }

    private static void ignoringItsEnd(Callable<?> question) throws Exception {
        try {
            question.call();
        } catch (ServerExitedException ended) {
            // a supervisor that has ended has settled too
        }
    }

    /** Those that run, by id. */
    abstract Map<String, Supervisor> supervisors();

    abstract ObjectNode observe(JsonNode result);

    ObjectNode observation(JsonNode result) {
        ObjectNode observation = Json.object();
        observation.set("result", result);
        observation.set("events", Json.tree(trace.takeEvents()));
        observation.set("starts", Json.tree(trace.starts()));
        observation.put("supervisor", state());
        return observation;
    }

    private String state() {
        if (root == null) {
            return "not_started";
        }
        return world.system()
                .exitReason(root.pid())
                .map(reason -> "exited:" + Json.word(reason))
                .orElse("alive");
    }

    JsonNode whichChildren(Supervisor supervisor) {
        List<ChildInfo> children = world.perform(supervisor::whichChildren);
        Map<String, List<String>> rows = new TreeMap<>();
        for (ChildInfo child : children) {
            String id = child.id() == null ? trace.idOf(child.pid()) : child.id();
            rows.put(
                    id,
                    List.of(id, child.state().name().toLowerCase(Locale.ROOT), child.type().toString()));
        }
        return Json.tree(new ArrayList<>(rows.values()));
    }

    JsonNode countChildren(Supervisor supervisor) {
        ChildCounts counts = world.perform(supervisor::countChildren);
        return Json.tree(Map.of(
                "specs", counts.specs(),
                "active", counts.active(),
                "supervisors", counts.supervisors(),
                "workers", counts.workers()));
    }

    /** Sorts the clean-ups within a list of events and leaves all others where they are. */
    static JsonNode cleanUpsInAnyOrder(JsonNode events) {
        List<JsonNode> all = new ArrayList<>(events.valueStream().toList());
        List<JsonNode> cleanUps = new ArrayList<>(all.stream()
                .filter(event -> event.get(0).asString().equals("terminate"))
                .sorted(Comparator.comparing(JsonNode::toString))
                .toList());
        all.replaceAll(event -> event.get(0).asString().equals("terminate") ? cleanUps.removeFirst() : event);
        return Json.tree(all);
    }

    @Override
    public void close() {
        world.close();
    }
}
