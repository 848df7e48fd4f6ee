package io.github.ppool.pool;

import io.github.ppool.conformance.World;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A group of pools in a {@link PoolWorld}. A worker is its name: that of its pool and a number. */
final class GroupWorld implements AutoCloseable {

    private final PoolWorld callers = new PoolWorld();
    final World world = callers.world;
    final Pools pools = callers.pools;
    private final Map<String, Mail> servers = new ConcurrentHashMap<>();
    private final List<PoolGroup<?>> groups = new ArrayList<>();

    /** The factory of one member. */
    static final class Mail implements WorkerFactory<String> {
        final String pool;
        final AtomicInteger made = new AtomicInteger();
        final AtomicInteger tried = new AtomicInteger();
        volatile boolean broken;
        volatile boolean hangs;

        Mail(String pool) {
            this.pool = pool;
        }

        @Override
        public String create() throws Exception {
            tried.incrementAndGet();
            ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
            while (hangs) {
                self.sleep(Duration.ofMillis(10)); // the clock stands still: this is a hanging server
            }
            if (broken) {
                throw new IllegalStateException(pool + " does not answer");
            }
            return pool + made.incrementAndGet();
        }
    }

    Mail server(String pool) {
        return servers.computeIfAbsent(pool, Mail::new);
    }

    PoolClient<String> start(String pool, UnaryOperator<PoolSpec.Builder<String>> settings) {
        PoolSpec<String> spec = settings.apply(PoolSpec.builder(pool, server(pool))
                .size(1)
                .maxOverflow(0)
                .checkoutTimeout(Duration.ofSeconds(5))
                .restart(PoolWorld.AT_ONCE))
                .build();
        PoolClient<String> started = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return started;
    }

    PoolGroup<String> group(GroupStrategy strategy, String... members) {
        PoolGroup<String> group = pools.startGroup(PoolGroupSpec.of("mail", members).withStrategy(strategy));
        groups.add(group);
        return group;
    }

    <T> Client<T> client(Callable<T> work) {
        return callers.client(work);
    }

    void kill(Pid pid) {
        callers.kill(pid);
    }

    void check() {
        pools.names().forEach(pool -> EngineInvariants.check(pools.pool(pool).orElseThrow()));
    }

    @Override
    public void close() {
        check();
        servers.values().forEach(server -> server.hangs = false);
        callers.close();
    }
}
