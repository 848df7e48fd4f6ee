package io.github.ppool.conformance;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays {@code ppool.json}: a pool of size 0. Each task lives on its worker's process until it is told to end.
 */
final class PpoolPlayer implements Player {

    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private final List<List<String>> events = new CopyOnWriteArrayList<>();
    private final Map<String, Pid> running = new ConcurrentHashMap<>();
    private final List<String> order = new CopyOnWriteArrayList<>();
    private final Map<String, World.Errand<?>> syncCallers = new LinkedHashMap<>();
    private @Nullable PoolClient<Object> pool;

    @Override
    public ObjectNode start(JsonNode setup) {
        startPool(setup.get("limit").asInt());
        return observe("ok");
    }

    private String startPool(int limit) {
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY);
        PoolSpec<Object> spec = PoolSpec.builder("pool", Object::new)
                .size(0)
                .maxOverflow(limit)
                .restart(atOnce)
                .build();
        try {
            pool = world.perform(() -> pools.startPool(spec));
        } catch (IllegalStateException e) {
            return "error:already_started";
        }
        world.quiesce();
        return "ok";
    }

    @Override
    public ObjectNode step(JsonNode operation) {
        events.clear();
        String result = perform(operation);
        world.quiesce();
        return observe(result);
    }

    private String perform(JsonNode operation) {
        String task = Json.text(operation, "task", "");
        PoolClient<Object> current = Objects.requireNonNull(pool);
        switch (operation.get("op").asString()) {
            case "run" -> {
                return world.perform(() -> current.run(w -> live(task))).isPresent() ? "ok" : "noalloc";
            }
            case "async_queue" -> world.perform(() -> current.asyncQueue(w -> live(task)));
            case "sync_queue" -> {
                World.Errand<?> caller = world.begin(() -> current.syncQueue(w -> live(task)));
                world.quiesce();
                if (!caller.isDone()) {
                    syncCallers.put(task, caller);
                    return "pending";
                }
            }
            case "finish" -> tell(task, Json.reason(operation.get("reason").asString()));
            case "kill" -> {
                Pid process = running.get(task);
                if (process != null) {
                    world.system().exit(process, ExitReason.KILL);
                }
            }
            case "stop_pool" -> world.perform(() -> pools.stopPool("pool", Duration.ZERO));
            case "start_pool" -> {
                return startPool(operation.get("limit").asInt());
            }
            default -> throw new AssertionError("unknown operation " + operation);
        }
        return "ok";
    }

    private void tell(String task, ExitReason reason) {
        Pid process = running.get(task);
        if (process != null) {
            process.send(reason);
        }
    }

    /** The task. */
    private void live(String task) throws InterruptedException {
        ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
        running.put(task, self.self());
        order.add(task);
        events.add(List.of("start", task));
        self.system().onExit(self.self(), (pid, reason) -> running.remove(task, pid));
        ExitReason end = (ExitReason) self.receive(message -> message instanceof ExitReason);
        running.remove(task);
        if (!end.isNormal()) {
            throw self.exit(end);
        }
    }

    private ObjectNode observe(String result) {
        ObjectNode observation = Json.object();
        observation.put("result", result);
        observation.set("events", Json.tree(events));
        List<String> alive = new ArrayList<>(order);
        alive.removeIf(task -> !running.containsKey(task));
        observation.set("running", Json.tree(alive));
        List<String> returned = new ArrayList<>();
        syncCallers.forEach((task, caller) -> {
            if (caller.isDone()) {
                returned.add(task);
            }
        });
        returned.forEach(syncCallers::remove);
        observation.set("returned", Json.tree(returned));
        observation.set("pending", Json.tree(syncCallers.keySet()));
        return observation;
    }

    @Override
    public void close() {
        world.close();
    }
}
