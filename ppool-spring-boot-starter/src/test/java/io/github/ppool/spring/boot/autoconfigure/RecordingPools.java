package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolAdmin;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Pools without workers: remembers which were started and stopped, so that configuration can be looked at alone. */
public final class RecordingPools implements Pools {

    public final Map<String, PoolSpec<?>> specs = new ConcurrentSkipListMap<>();
    final Map<String, Duration> drained = new ConcurrentSkipListMap<>();
    public final List<String> events = new CopyOnWriteArrayList<>();
    private final ProcessSystem system = new ProcessSystem();

    @Override
    @SuppressWarnings("unchecked")
    public <W> PoolClient<W> startPool(PoolSpec<W> spec) {
        events.add("start " + spec.name());
        specs.put(spec.name(), spec);
        return (PoolClient<W>) client(spec.name());
    }

    /** A client that knows its name only. */
    public static PoolClient<?> client(String name) {
        return (PoolClient<?>) Proxy.newProxyInstance(
                PoolClient.class.getClassLoader(), new Class<?>[]{PoolClient.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name", "toString" -> name;
                    case "tryCheckout" -> Optional.empty();
                    default -> throw new UnsupportedOperationException(method.toString());
                });
    }

    @Override
    public boolean stopPool(String name, Duration drain) {
        events.add("stop " + name);
        drained.put(name, drain);
        return specs.remove(name) != null;
    }

    @Override
    public Optional<PoolClient<?>> pool(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<PoolSpec<?>> spec(String name) {
        return Optional.ofNullable(specs.get(name));
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(specs.keySet());
    }

    @Override
    public ProcessSystem system() {
        return system;
    }

    @Override
    public Pid supervisor() {
        return system.rootPid();
    }

    @Override
    public Optional<Pid> supervisor(String name) {
        return Optional.empty();
    }

    @Override
    public PoolAdmin admin() {
        throw new UnsupportedOperationException("nothing runs here");
    }

    @Override
    public void stop(Duration drain) {
        events.add("stop all");
        system.close();
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
