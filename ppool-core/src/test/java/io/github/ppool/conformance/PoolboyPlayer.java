package io.github.ppool.conformance;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.engine.PoolView;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays {@code poolboy.json}: workers that are processes, as poolboy's are, and clients that are processes too. poolboy
 * makes workers one after the other and replaces a dead one at once, so this pool does too.
 */
final class PoolboyPlayer implements Player {

    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));
    private @Nullable PoolClient<Pid> pool;

    private final Map<String, Pid> workers = new LinkedHashMap<>();
    private final Map<Pid, String> nameByProcess = new ConcurrentHashMap<>();
    private final List<List<String>> events = new CopyOnWriteArrayList<>();
    private final Map<String, Pid> clients = new LinkedHashMap<>();
    private final Map<String, Lease<Pid>> leases = new ConcurrentHashMap<>();
    private final Map<String, Request> waiting = new LinkedHashMap<>();

    /** A client's checkout, and its answer once there is one. */
    private static final class Request {
        private final String client;
        private final boolean block;
        private final Duration timeout;
        private volatile @Nullable String answer;

        private Request(String client, boolean block, Duration timeout) {
            this.client = client;
            this.block = block;
            this.timeout = timeout;
        }
    }

    @Override
    public ObjectNode start(JsonNode setup) {
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY);
        PoolSpec<Pid> spec = PoolSpec.builder("pool", this::makeWorker)
                .size(setup.get("size").asInt())
                .maxOverflow(setup.get("max_overflow").asInt())
                .strategy(PoolStrategy.valueOf(setup.get("strategy").asString().toUpperCase(Locale.ROOT)))
                .creationParallelism(1)
                .restart(atOnce)
                .build();
        pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return observe("ok");
    }

    private Pid makeWorker() throws InterruptedException {
        ProcessContext self = ProcessSystem.currentProcess();
        String name;
        synchronized (workers) {
            name = "w" + (workers.size() + 1);
        }
        StartResult started = self.startLink(init -> InitResult.ok(PoolboyPlayer::work), SpawnOptions.labelled(name));
        Pid worker = ((StartResult.Started) started).pid();
        synchronized (workers) {
            workers.put(name, worker);
        }
        nameByProcess.put(self.self(), name);
        events.add(List.of("start", name));
        return worker;
    }

    private static void work(ProcessContext self) throws InterruptedException {
        throw self.exit((ExitReason) self.receive());
    }

    @Override
    public ObjectNode step(JsonNode operation) {
        events.clear();
        return observe(perform(operation));
    }

    private String perform(JsonNode operation) {
        String result = "ok";
        switch (operation.get("op").asString()) {
            case "checkout" -> result = checkout(operation);
            case "checkin" -> {
                Lease<Pid> lease = leases.get(operation.get("worker").asString());
                if (lease != null) {
                    lease.close();
                }
            }
            case "kill_worker" -> worker(operation).ifPresent(pid -> world.system().exit(pid, ExitReason.KILL));
            case "stop_worker" ->
                worker(operation).ifPresent(pid -> pid.send(Json.reason(operation.get("reason").asString())));
            case "kill_client" -> {
                Pid client = clients.get(operation.get("client").asString());
                if (client != null) {
                    waiting.remove(operation.get("client").asString());
                    world.system().exit(client, ExitReason.KILL);
                }
            }
            case "wait" -> world.advance(Duration.ofMillis(operation.get("ms").asLong()));
            case "stop" -> world.perform(() -> pools.stopPool("pool", Duration.ZERO));
            default -> throw new AssertionError("unknown operation " + operation);
        }
        world.quiesce();
        return result;
    }

    private Optional<Pid> worker(JsonNode operation) {
        synchronized (workers) {
            return Optional.ofNullable(workers.get(operation.get("worker").asString()));
        }
    }

    private String checkout(JsonNode operation) {
        String name = operation.get("client").asString();
        Pid client = clients.get(name);
        if (client == null || !client.isAlive()) {
            client = world.system().spawn(this::live, SpawnOptions.labelled(name));
            clients.put(name, client);
        }
        Duration timeout = operation.has("timeout") ? Duration.ofMillis(operation.get("timeout").asLong()) : FOR_EVER;
        Request request = new Request(name, operation.get("block").asBoolean(), timeout);
        client.send(request);
        world.quiesce();
        if (request.answer != null) {
            return request.answer;
        }
        waiting.put(name, request);
        return "pending";
    }

    private void live(ProcessContext self) throws InterruptedException {
        while (true) {
            Request request = (Request) self.receive();
            request.answer = ask(request);
        }
    }

    private String ask(Request request) {
        try {
            Optional<Lease<Pid>> lease = request.block
                    ? Optional.of(pool.checkout(request.timeout))
                    : pool.tryCheckout();
            if (lease.isEmpty()) {
                return "full";
            }
            String worker = lease.get().worker().label();
            leases.put(worker, lease.get());
            return worker;
        } catch (CheckoutTimeoutException e) {
            return "timeout";
        } catch (PoolStoppedException e) {
            return "pool_down";
        }
    }

    private ObjectNode observe(String result) {
        ObjectNode observation = Json.object();
        observation.put("result", result);
        List<List<String>> settled = new ArrayList<>();
        for (Request request : List.copyOf(waiting.values())) {
            if (request.answer != null) {
                settled.add(List.of(request.client, request.answer));
                waiting.remove(request.client);
            }
        }
        observation.set("settled", Json.tree(settled));
        observation.set("pending", Json.tree(waiting.keySet()));
        observation.set("events", Json.tree(events));
        List<String> alive = new ArrayList<>();
        synchronized (workers) {
            workers.forEach((name, pid) -> {
                if (pid.isAlive()) {
                    alive.add(name);
                }
            });
        }
        observation.set("workers", Json.tree(alive));
        boolean running = pools.pool("pool").isPresent();
        observation.put("pool", running ? "alive" : "stopped");
        if (running) {
            PoolStatus status = pool.status();
            ObjectNode counts = Json.object();
            counts.put("state", status.state().name().toLowerCase(Locale.ROOT));
            counts.put("available", status.available());
            counts.put("overflow", status.overflow());
            counts.put("checked_out", status.checkedOut());
            observation.set("status", counts);
            observation.set(
                    "idle_oldest_first",
                    Json.tree(PoolView.idleOldestFirst(pool).stream()
                            .map(nameByProcess::get)
                            .toList()));
        }
        return observation;
    }

    @Override
    public void close() {
        world.close();
    }
}
