package io.github.ppool.durable.jvm;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.NodeLease;
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
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.time.MonotonicClock;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A node in a JVM of its own: an engine with one pool, and handlers that write into the tables of {@link WorkTables}.
 * It may also be a producer, which enqueues tasks in transactions, of which it rolls back every fourth. Commands come
 * by standard input: {@code quiet} ends the producer, {@code hold N} takes connections of the application's pool and
 * keeps them, {@code burn N} keeps threads busy, {@code free} ends both, {@code stop} ends the node in good order.
 */
final class DurableNode {

    /** The names of the tasks. */
    static final String TRANSACTIONAL = "transactional";
    static final String PLAIN = "plain";
    static final String POISON = "poison";
    static final String UPGRADED = "upgraded";

    private static final Duration STOP = Duration.ofSeconds(10);

    private final NodeOptions options;
    private final String name;
    private final HikariDataSource data;
    private final WorkTables tables;
    private final WorkTables beside;
    private volatile boolean producing = true;
    private volatile boolean burning;

    private DurableNode(NodeOptions options) {
        this.options = options;
        this.name = options.text("name");
        this.data = connections(
                "application", options.number("app"), options.number("connections"), options.number("threshold"));
        this.tables = new WorkTables(new JdbcTemplate(data), options.text("prefix"));
        this.beside = new WorkTables(
                new JdbcTemplate(connections("attempts", options.number("own"), 4, options.number("threshold"))),
                options.text("prefix"));
    }

    public static void main(String[] words) throws Exception {
        NodeOptions options = NodeOptions.parse(words);
        new DurableNode(options).run();
    }

    /** Connections by a pool; a statement is prepared on the server after so many uses, never if it is zero. */
    static HikariDataSource connections(String name, int port, int most, int prepareThreshold) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(TestDatabases.postgresUrl(port));
        config.setUsername("postgres");
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(2_000);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("socketTimeout", "5");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("ApplicationName", name);
        config.addDataSourceProperty("prepareThreshold", String.valueOf(prepareThreshold));
        return new HikariDataSource(config);
    }

    static TaskStore store(DataSource connections, String prefix) {
        return new JdbcTaskStore(connections, prefix, SchemaMode.ALWAYS, null, false);
    }

    private void run() throws Exception {
        String prefix = options.text("prefix");
        MonotonicClock clock = options.clockOfThisProcess();
        JdbcLeaseStore leases = new JdbcLeaseStore(
                TestDatabases.postgres(options.number("own")), prefix, SchemaMode.ALWAYS);
        NodeLease lease = new NodeLease(
                leases, clock, new LeaseSettings(name, Duration.ofMillis(options.number("lease")), Duration.ZERO));
        ProcessSystem system = new ProcessSystem(clock);
        Pools pools = Pools.start(system);
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder(Work.POOL, Object::new)
                .size(options.number("workers"))
                .maxOverflow(0)
                .queueCapacity(1_000)
                .restart(RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY))
                .surviveOn(failure -> true)
                .build());
        TaskStore own = store(connections("own", options.number("own"), 3, options.number("threshold")), prefix);
        TaskStore application = store(data, prefix);
        TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(data));
        DurableEngine engine = new DurableEngine(
                own,
                application,
                lease,
                leases,
                asked -> asked.equals(Work.POOL) ? Optional.of(pool) : Optional.empty(),
                List.of(
                        new Handler(TRANSACTIONAL, this::transactional),
                        new Handler(PLAIN, this::plain),
                        new Handler(UPGRADED, this::plain),
                        new Handler(POISON, this::poison)),
                asked -> settings(),
                EngineSettings.DEFAULT,
                transactions,
                AttemptHook.NONE,
                clock,
                new NoCheckpoints());
        lease.start();
        engine.start();
        if (options.number("rate") > 0) {
            Thread.ofPlatform().daemon().name("producer").start(() -> produce(application, transactions, engine));
        }
        System.out.println("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String command;
        while ((command = commands.readLine()) != null && !command.equals("stop")) {
            obey(command.split(" "));
        }
        producing = false;
        engine.stop(STOP);
        pools.close();
        system.close();
        lease.stop();
        System.exit(0);
    }

    private DurablePoolSettings settings() {
        RestartPolicy plan = RestartPolicy.of(PlanByReason.of(
                Map.of(
                        DurablePoolSettings.NODE_LOST, RestartPlan.parse(options.text("node-lost")),
                        DurablePoolSettings.UNREADABLE, RestartPlan.parse("[wait]")),
                RestartPlan.parse(options.text("plan"))));
        return new DurablePoolSettings(
                plan, DurablePoolSettings.OnEnd.WAIT,
                options.text("prefetch").equals("auto") ? null : options.number("prefetch"), null);
    }

    private void obey(String[] words) throws Exception {
        switch (words[0]) {
            case "quiet" -> producing = false;
            case "hold" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    Thread.ofPlatform().daemon().start(this::hold);
                }
            }
            case "burn" -> {
                burning = true;
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    Thread.ofPlatform().daemon().start(this::burn);
                }
            }
            case "free" -> {
                synchronized (this) {
                    burning = false;
                    notifyAll();
                }
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    /** Takes a connection of the application's pool, and keeps it until it is told otherwise. */
    private void hold() {
        try (var connection = data.getConnection()) {
            synchronized (this) {
                wait();
            }
            connection.isValid(1);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void burn() {
        long sum = 0;
        while (burning) {
            sum = sum * 31 + 7;
        }
        if (sum == 42) {
            System.out.println(sum);
        }
    }

    /** Enqueues tasks of both kinds, each in the transaction of its order. Failures are those that a test makes. */
    private void produce(TaskStore application, TransactionTemplate transactions, DurableEngine engine) {
        Random random = new Random();
        long pause = Math.max(1, 1_000L / options.number("rate"));
        while (producing) {
            String id = UUID.randomUUID().toString();
            String kind = random.nextBoolean() ? TRANSACTIONAL : PLAIN;
            Work work = new Work(id, random.nextInt(10), random.nextInt(10) == 0 ? 1 : 0);
            try {
                transactions.executeWithoutResult(status -> {
                    tables.order(kind, id);
                    application.insert(List.of(work.task(kind, options.number("version"))));
                    if (random.nextInt(4) == 0) {
                        status.setRollbackOnly();
                    }
                });
                engine.wake(Work.POOL);
                Thread.sleep(pause); // between two tasks that the load hands over
            } catch (DataAccessException | TransactionException broken) {
                // the test has broken a connection: the committed tasks count
                continue;
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    private void transactional(Work work, DurableTask task) throws InterruptedException {
        tables.effect(TRANSACTIONAL, work.id(), name);
        if (work.millis() > 0) {
            Thread.sleep(work.millis()); // the work of the task
        }
        failAtFirst(work, task);
    }

    private void plain(Work work, DurableTask task) throws InterruptedException {
        if (work.millis() > 0) {
            Thread.sleep(work.millis()); // the work of the task
        }
        failAtFirst(work, task);
        tables.effect(task.name(), work.id(), name);
    }

    private void poison(Work work, DurableTask task) {
        Runtime.getRuntime().halt(1);
    }

    private static void failAtFirst(Work work, DurableTask task) {
        if (task.attempt() <= work.failures()) {
            throw new IllegalStateException("attempt " + task.attempt() + " of " + work.id() + " fails as told");
        }
    }

    @FunctionalInterface
    private interface Method {
        void run(Work work, DurableTask task) throws Exception;
    }

    /** A handler that notes each attempt beside the transaction. */
    private final class Handler implements TaskHandler {

        private final String kind;
        private final Method method;

        Handler(String kind, Method method) {
            this.kind = kind;
            this.method = method;
        }

        @Override
        public String pool() {
            return Work.POOL;
        }

        @Override
        public String name() {
            return kind;
        }

        @Override
        public int version() {
            return options.number("version");
        }

        @Override
        public Set<Integer> versions() {
            return IntStream.rangeClosed(1, version()).boxed().collect(Collectors.toSet());
        }

        @Override
        public boolean transactional() {
            return kind.equals(TRANSACTIONAL);
        }

        @Override
        public @Nullable Duration timeout() {
            return null;
        }

        @Override
        public void run(Object worker, ClaimedTask row, DurableTask task) throws Throwable {
            Work work = Work.read(Objects.requireNonNull(row.payload()));
            beside.attempt(kind, work.id(), name, task.attempt());
            method.run(work, task);
        }
    }

    private static final class NoCheckpoints implements CheckpointCodec {

        @Override
        public String write(Object state) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T read(String json, Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
