package io.github.ppool.durable.beans;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.spring.boot.DurablePools;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;

/** The queues of an application. */
public final class StoredQueues implements DurableQueues {

    private final TaskStore store;
    private final JsonPayloads payloads;
    private final Wakes wakes;
    private final AttemptHook hook;
    private final DurablePools pools;
    private final Duration ageing;
    private final Supplier<Instant> clock;
    private final Map<String, TaskMethod> methods = new LinkedHashMap<>();

    /**
     * Queues that put tasks into a store.
     *
     * @param registrar has found the methods of this application
     * @param store the store on the application's connections
     * @param payloads writes the payloads
     * @param wakes tells the engine
     * @param hook knows the trace of a hand-over
     * @param pools the pools of the application
     * @param ageing the time that one step of the priority is worth
     * @param clock tells whether a time is too far away; an hour more or less does not matter
     */
    public StoredQueues(
            DurableQueueRegistrar registrar,
            TaskStore store,
            JsonPayloads payloads,
            Wakes wakes,
            AttemptHook hook,
            DurablePools pools,
            Duration ageing,
            Supplier<Instant> clock) {
        this.store = store;
        this.payloads = payloads;
        this.wakes = wakes;
        this.hook = hook;
        this.pools = pools;
        this.ageing = ageing;
        this.clock = clock;
        registrar.methods().list().forEach(method -> methods.put(method.name(), method));
    }

    /** The queue of a method. */
    DurableQueue<?> of(TaskMethod method) {
        return new StoredQueue<>(this, method.pool(), method.name(), method.version(), payloads.typeOf(method),
                () -> pools.settings(method.pool()).hasPartitions());
    }

    @Override
    public <P> DurableQueue<P> queue(String pool, String name, int version, Class<P> payload) {
        return make(pool, name, version, Objects.requireNonNull(payload, "payload must not be null"));
    }

    @Override
    public <P> DurableQueue<P> queue(String pool, String name, int version, TypeReference<P> payload) {
        return make(pool, name, version, Objects.requireNonNull(payload, "payload must not be null").getType());
    }

    private <P> DurableQueue<P> make(String pool, String name, int version, Type payload) {
        if (pool.isBlank() || pool.length() > StoredQueue.LONGEST) {
            throw new IllegalArgumentException(
                    "pool must be a name of 1 to " + StoredQueue.LONGEST + " characters, got: '" + pool + "'");
        }
        if (!TaskMethodReader.isName(name)) {
            throw new IllegalArgumentException("name " + TaskMethodReader.NAME_RULE + ", got: '" + name + "'");
        }
        if (version < 1) {
            throw new IllegalArgumentException("version must be at least 1, got: " + version);
        }
        TaskMethod method = methods.get(name);
        if (method != null && !method.pool().equals(pool)) {
            throw new IllegalArgumentException("pool of '" + name + "' must be '" + method.pool() + "', as the method "
                    + method.source() + " says, got: '" + pool + "'");
        }
        JavaType type = payloads.typeOf(payload);
        BooleanSupplier partitions = () -> !pools.names().contains(pool) || pools.settings(pool).hasPartitions();
        return new StoredQueue<>(this, pool, name, version, type, partitions);
    }

    TaskStore store() {
        return store;
    }

    JsonPayloads payloads() {
        return payloads;
    }

    Wakes wakes() {
        return wakes;
    }

    Duration ageing() {
        return ageing;
    }

    Instant now() {
        return clock.get();
    }

    /** The trace of the calling thread; null if there is none. */
    @Nullable
    String trace() {
        return hook.trace();
    }
}
