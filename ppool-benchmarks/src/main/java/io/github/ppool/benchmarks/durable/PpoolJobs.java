package io.github.ppool.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.ConnectionSource;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.engine.AttemptHook;
import io.github.ppool.durable.engine.CheckpointCodec;
import io.github.ppool.durable.engine.DurableEngine;
import io.github.ppool.durable.engine.DurablePoolSettings;
import io.github.ppool.durable.engine.EngineSettings;
import io.github.ppool.durable.engine.TaskHandler;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.JdbcTaskStore;
import io.github.ppool.durable.store.NewTask;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** ppool-durable, without Spring Boot. */
final class PpoolJobs implements Jobs {

    private static final String POOL = "office";
    private static final String TASKS = "noop";
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Database database;
    private final Kind kind;
    private final JdbcTaskStore store;
    private final List<Node> nodes = new ArrayList<>();

    PpoolJobs(Database database, Kind kind) {
        this.database = database;
        this.kind = kind;
        this.store = store(database.data());
        store.prepare();
    }

    private static JdbcTaskStore store(HikariDataSource connections) {
        return new JdbcTaskStore(connections, "ppool_", SchemaMode.ALWAYS, null, false);
    }

    private static NewTask task(long number, int priority, @Nullable Duration delay) {
        return new NewTask(
                POOL, TASKS, 1, null, null, priority, Duration.ofMinutes(1), delay, null, Long.toString(number), null);
    }

    @Override
    public void handOver(int tasks, int batch) {
        for (int i = 0; i < tasks; i += batch) {
            store.insert(Collections.nCopies(batch, task(i, 0, null)));
        }
    }

    @Override
    public void handOverOne(long number) {
        store.insert(List.of(task(number, 0, null)));
        nodes.get(0).engine.wake(POOL);
    }

    @Override
    public void addWaiting(long tasks) {
        for (int priority = -1; priority <= 1; priority++) {
            for (boolean isDue : new boolean[]{true, false}) {
                long id = store.insert(List.of(task(0, priority, isDue ? null : Duration.ofDays(1)))).get(0).id();
                database.copy("ppool_task", "id = " + id, tasks / 6, "id", Map.of());
            }
        }
    }

    @Override
    public void start(int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(new Node("node-" + i));
        }
        nodes.forEach(node -> node.engine.start());
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }

    /** A node of its own: pool, lease, connections. */
    private final class Node implements TaskHandler {

        private final ProcessSystem system = new ProcessSystem();
        private final Pools pools;
        private final HikariDataSource own = Engine.connections(database.url(), database.user(), 3);
        private final NodeLease lease;
        private final DurableEngine engine;

        Node(String name) {
            try {
                pools = Pools.start(system);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            PoolClient<Object> pool = pools.startPool(
                    PoolSpec.builder(POOL, Object::new)
                            .size(WORKERS)
                            .maxOverflow(0)
                            .queueCapacity(10_000)
                            .platformThreads(kind == Kind.WRITE) // as the starter does for transactional tasks
                            .build());
            ConnectionSource connections = timeout -> DriverManager.getConnection(database.url(), database.user(), "");
            JdbcLeaseStore leases = new JdbcLeaseStore(connections, "ppool_", SchemaMode.ALWAYS);
            MonotonicClock clock = MonotonicClock.system();
            lease = new NodeLease(leases, clock, new LeaseSettings(name, LEASE, Duration.ZERO));
            lease.start();
            engine = new DurableEngine(
                    store(own),
                    store,
                    lease,
                    leases,
                    asked -> Optional.of(pool),
                    List.of(this),
                    asked -> DurablePoolSettings.DEFAULT,
                    EngineSettings.DEFAULT,
                    new TransactionTemplate(new JdbcTransactionManager(database.data())),
                    AttemptHook.NONE,
                    clock,
                    new NoCheckpoints());
        }

        @Override
        public String pool() {
            return POOL;
        }

        @Override
        public String name() {
            return TASKS;
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public Set<Integer> versions() {
            return Set.of(1);
        }

        @Override
        public boolean transactional() {
            return kind == Kind.WRITE;
        }

        @Override
        public @Nullable Duration timeout() {
            return null;
        }

        @Override
        public void run(Object worker, ClaimedTask row, DurableTask task) {
            if (kind == Kind.WRITE) {
                Work.write(database.jdbc());
            } else {
                Work.nothing(Long.parseLong(Objects.requireNonNull(row.payload())));
            }
        }

        void close() {
            engine.stop(STOP);
            pools.close();
            system.close();
            lease.stop();
            own.close();
        }
    }

    private static final class NoCheckpoints implements CheckpointCodec {

        @Override
        public String write(Object state) {
            throw new UnsupportedOperationException("no task has a checkpoint");
        }

        @Override
        public <T> T read(String json, Class<T> type) {
            throw new UnsupportedOperationException("no task has a checkpoint");
        }
    }
}
