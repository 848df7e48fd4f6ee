package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.WrongClock;
import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseSnapshot;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.NodeId;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.TaskStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Some nodes on one database, and the test's own view of it. */
final class Nodes implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(3);

    private final int port;
    private final String prefix;
    private final HikariDataSource data;
    private final List<JvmProcess> running = new ArrayList<>();
    private final LeaseStore leases;
    private int number;

    final WorkTables tables;
    final TaskStore store;
    final TransactionTemplate transactions;

    /** On the PostgreSQL that all tests share, with tables of its own. */
    Nodes() {
        this(TestDatabases.postgresPort(), TestDatabases.newPrefix());
    }

    Nodes(int port, String prefix) {
        this.port = port;
        this.prefix = prefix;
        this.data = DurableNode.connections("test", port, 4, 5);
        this.tables = new WorkTables(new JdbcTemplate(data), prefix);
        this.store = DurableNode.store(data, prefix);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(data));
        this.leases = TestDatabases.store(TestDatabases.postgres(port), prefix);
        store.prepare();
        tables.create();
    }

    /** Starts a node, and does not wait for it. */
    JvmProcess start(UnaryOperator<NodeOptions> with) throws IOException {
        return start(WrongClock.RIGHT, with);
    }

    /** Starts a node with wrong clocks, and does not wait for it. */
    JvmProcess start(WrongClock clock, UnaryOperator<NodeOptions> with) throws IOException {
        String name = "n" + ++number;
        NodeOptions options = with.apply(NodeOptions.of(port, prefix).name(name).lease(LEASE));
        if (!clock.equals(WrongClock.RIGHT)) {
            options = options.clock(clock.argument());
        }
        JvmProcess node = JvmProcess.start(name, clock.environment(), DurableNode.class, options.words());
        running.add(node);
        return node;
    }

    /** Starts a node, and waits until it has its lease and claims tasks. */
    JvmProcess startAndAwait(UnaryOperator<NodeOptions> with) throws IOException {
        return start(with).awaitReady();
    }

    /** kill -9 */
    void kill(JvmProcess node) throws InterruptedException {
        node.kill();
        running.remove(node);
    }

    List<JvmProcess> running() {
        return List.copyOf(running);
    }

    void sendAll(String command) {
        running.forEach(node -> node.send(command));
    }

    /** Inserts an order and its task in one transaction, and answers the id of the order. */
    String order(String kind, int millis, int failures) {
        return order(kind, millis, failures, 1);
    }

    /** Inserts an order and its task, which does not begin before the delay. */
    String orderLater(String kind, Duration delay) {
        Work work = new Work(UUID.randomUUID().toString(), 0, 0);
        transactions.executeWithoutResult(status -> {
            tables.order(kind, work.id());
            store.insert(List.of(work.taskLater(kind, delay)));
        });
        return work.id();
    }

    String order(String kind, int millis, int failures, int version) {
        Work work = new Work(UUID.randomUUID().toString(), millis, failures);
        transactions.executeWithoutResult(status -> insert(work, kind, version));
        return work.id();
    }

    List<EnqueuedTask> insert(Work work, String kind, int version) {
        tables.order(kind, work.id());
        return store.insert(List.of(work.task(kind, version)));
    }

    /** The tables by other connections. */
    WorkTables tablesOn(JdbcTemplate jdbc) {
        return new WorkTables(jdbc, prefix);
    }

    /** The store on other connections. */
    TaskStore storeOn(DataSource connections) {
        return DurableNode.store(connections, prefix);
    }

    List<DurableTaskView> unfinished() {
        return store.list(TaskQuery.ALL, 0, 1_000);
    }

    List<DurableTaskView> in(DurableTaskState state) {
        return store.list(TaskQuery.ALL.withState(state), 0, 1_000);
    }

    /** Waits until every task has ended. */
    void awaitDone(Duration atMost) {
        await().atMost(atMost).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> assertThat(
                store.list(TaskQuery.ALL, 0, 5)).isEmpty());
    }

    /** The nodes that have a lease now. A node that has lost it has another incarnation. */
    List<NodeId> leases() {
        try (LeaseSession session = leases.open(TestDatabases.TIMEOUT)) {
            return session.snapshot().nodes().stream().map(LeaseSnapshot.NodeRow::node).toList();
        }
    }

    /** The promises (a), (b), (c), and of (d) that the token grows, after every task has ended. */
    void assertPromises() {
        assertThat(tables.ofNoOrder()).as("attempts and effects of what was rolled back").isEmpty();
        assertThat(tables.notOnce(DurableNode.TRANSACTIONAL)).as("transactional effects").isEmpty();
        assertThat(tables.never(DurableNode.PLAIN)).as("tasks that never ran").isEmpty();
        assertThat(tables.numbersTwice()).as("two attempts with one token").isEmpty();
    }

    @Override
    public void close() {
        try {
            for (JvmProcess node : running) {
                node.kill();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the nodes were ended", interrupted);
        } finally {
            data.close();
        }
    }
}
