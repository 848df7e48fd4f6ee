package io.github.ppool.conformance;

import io.github.ppool.process.Down;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Monitor;
import io.github.ppool.process.NoProcessException;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Plays {@code process.json}: a few processes that act on each other as they are told. */
final class ProcessPlayer implements Player {

    private final World world = new World();
    private final Map<String, Pid> byName = new LinkedHashMap<>();
    private final Map<Pid, String> names = new LinkedHashMap<>();
    private final ConcurrentLinkedQueue<List<String>> messages = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<List<String>> ended = new ConcurrentLinkedQueue<>();

    /** An action of a process, and the place of its outcome. */
    private record Order(Function<Subject, String> deed, Answer answer) {}

    private static final class Answer {
        private volatile String result = "died";
    }

    /** A process's own memory. */
    private static final class Subject {
        private final ProcessContext self;
        private final Map<Pid, List<Monitor>> monitors = new LinkedHashMap<>();

        private Subject(ProcessContext self) {
            this.self = self;
        }
    }

    @Override
    public ObjectNode start(JsonNode setup) {
        return Json.object();
    }

    @Override
    public ObjectNode step(JsonNode operation) {
        messages.clear();
        ended.clear();
        String result = perform(operation);
        world.quiesce();
        ObjectNode observation = Json.object();
        observation.put("result", result);
        observation.set("messages", Json.sorted(Json.tree(messages)));
        observation.set("ended", Json.sorted(Json.tree(ended)));
        List<String> alive = new ArrayList<>();
        byName.forEach((name, pid) -> {
            if (pid.isAlive()) {
                alive.add(name);
            }
        });
        observation.set("alive", Json.tree(alive));
        return observation;
    }

    private String perform(JsonNode operation) {
        String op = operation.get("op").asString();
        return switch (op) {
            case "spawn" -> spawn(operation.get("name").asString(), operation.get("trap_exit").asBoolean());
            case "trap_exit" -> order(operation, "name", subject -> {
                subject.self.trapExits(operation.get("value").asBoolean());
                return "ok";
            });
            case "stop" -> {
                order(operation, "name", subject -> {
                    throw subject.self.exit(Json.reason(operation.get("reason").asString()));
                });
                yield "ok";
            }
            default -> order(operation, "from", subject -> deed(op, subject, operation));
        };
    }

    private String deed(String op, Subject subject, JsonNode operation) {
        Pid to = byName.get(operation.get("to").asString());
        switch (op) {
            case "link" -> {
                try {
                    subject.self.link(to);
                } catch (NoProcessException e) {
                    return "noproc";
                }
            }
            case "unlink" -> subject.self.unlink(to);
            case "monitor" ->
                subject.monitors.computeIfAbsent(to, none -> new ArrayList<>()).add(subject.self.monitor(to));
            case "demonitor" -> {
                // the process of the recordings takes off all that it has of the other one
                List<Monitor> monitors = subject.monitors.remove(to);
                if (monitors != null) {
                    monitors.forEach(subject.self::demonitor);
                }
            }
            case "exit" -> subject.self.exit(to, Json.reason(operation.get("reason").asString()));
            default -> throw new AssertionError("unknown operation " + operation);
        }
        return "ok";
    }

    private String order(JsonNode operation, String who, Function<Subject, String> deed) {
        Answer answer = new Answer();
        byName.get(operation.get(who).asString()).send(new Order(deed, answer));
        world.quiesce();
        return answer.result;
    }

    private String spawn(String name, boolean trapExits) {
        SpawnOptions options = SpawnOptions.labelled(name);
        Pid pid = world.system().spawn(this::live, trapExits ? options.trappingExits() : options);
        byName.put(name, pid);
        names.put(pid, name);
        world.system().onExit(pid, (process, reason) -> ended.add(List.of(name, Json.word(reason))));
        return "ok";
    }

    private void live(ProcessContext self) throws InterruptedException {
        Subject subject = new Subject(self);
        while (true) {
            switch (self.receive()) {
                case Order order -> order.answer.result = order.deed.apply(subject);
                case Exit(Pid from, ExitReason reason) -> messages.add(
                        List.of("EXIT", self.self().label(), names.get(from), Json.word(reason)));
                case Down(Monitor monitor, Pid from, ExitReason reason) -> messages.add(
                        List.of("DOWN", self.self().label(), names.get(from), Json.word(reason)));
                case Object other -> throw new AssertionError("unexpected message " + other);
            }
        }
    }

    @Override
    public void close() {
        world.close();
    }
}
