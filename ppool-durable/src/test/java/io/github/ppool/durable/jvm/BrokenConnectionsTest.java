package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.TcpProxy;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.durable.store.TaskStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** A network that breaks connections between a node and its database, above all in the middle of COMMIT. */
@DisabledOnOs(OS.WINDOWS) // the nodes get signals
@Execution(ExecutionMode.CONCURRENT)
class BrokenConnectionsTest {

    private static final Duration LONG = Nodes.LEASE.multipliedBy(20);

    /** A request that holds COMMIT; counts them. */
    private static final class Commits implements Predicate<byte[]> {

        private final AtomicInteger seen = new AtomicInteger();

        @Override
        public boolean test(byte[] bytes) {
            boolean isCommit = new String(bytes, StandardCharsets.ISO_8859_1).contains("COMMIT");
            if (isCommit) {
                seen.incrementAndGet();
            }
            return isCommit;
        }
    }

    @Test
    void a_reset_in_the_middle_of_the_commit_of_a_handler() throws Exception {
        try (Nodes nodes = new Nodes(); TcpProxy proxy = new TcpProxy(TestDatabases.postgresPort())) {
            nodes.startAndAwait(options -> options.application(proxy.port()).commitsAsText().plan("[restart*1000]"));
            for (int round = 0; round < 10; round++) {
                boolean isAnswerLost = round % 2 == 0;
                Commits commits = new Commits();
                proxy.resetOn(commits, isAnswerLost);
                String id = nodes.order(DurableNode.TRANSACTIONAL, 0, 0);
                nodes.awaitDone(LONG);
                assertThat(commits.seen).as("round %d", round).hasValueGreaterThan(0);
                assertThat(nodes.tables.effects(DurableNode.TRANSACTIONAL, id)).as("round %d", round).isOne();
                // If the database has committed, the task has succeeded, and no second attempt begins.
                assertThat(nodes.tables.attempts(id)).as("round %d", round).hasSize(isAnswerLost ? 1 : 2);
            }
            nodes.assertPromises();
        }
    }

    @Test
    void a_reset_in_the_middle_of_the_commit_of_a_hand_over() throws Exception {
        try (Nodes nodes = new Nodes();
                TcpProxy proxy = new TcpProxy(TestDatabases.postgresPort());
                HikariDataSource behind = DurableNode.connections("hand-over", proxy.port(), 2, 0)) {
            nodes.startAndAwait(options -> options);
            WorkTables tables = nodes.tablesOn(new JdbcTemplate(behind));
            TaskStore store = nodes.storeOn(behind);
            TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(behind));
            for (int round = 0; round < 6; round++) {
                boolean isAnswerLost = round % 2 == 0;
                Work work = new Work(UUID.randomUUID().toString(), 0, 0);
                proxy.resetOn(new Commits(), isAnswerLost);
                assertThatExceptionOfType(TransactionException.class).as("round %d", round)
                        .isThrownBy(() -> transactions.executeWithoutResult(status -> {
                            tables.order(DurableNode.TRANSACTIONAL, work.id());
                            store.insert(List.of(work.task(DurableNode.TRANSACTIONAL, 1)));
                        }));
                await().atMost(LONG).until(() -> nodes.tables.isOrdered(work.id()) == isAnswerLost);
                nodes.awaitDone(LONG);
                assertThat(nodes.tables.effects(DurableNode.TRANSACTIONAL, work.id())).as("round %d", round)
                        .isEqualTo(isAnswerLost ? 1 : 0);
            }
            nodes.assertPromises();
        }
    }

    /** Claims, completions and heartbeats break too. */
    @Test
    void every_kind_of_break_between_a_node_and_its_database() throws Exception {
        try (Nodes nodes = new Nodes(); TcpProxy proxy = new TcpProxy(TestDatabases.postgresPort())) {
            nodes.startAndAwait(options -> options
                    .own(proxy.port()).application(proxy.port()).commitsAsText().plan("[restart*1000]").rate(40));
            await().until(() -> nodes.tables.effects() > 20);
            proxy.mode(TcpProxy.Mode.CUT);
            Thread.sleep(500); // the time of the break
            proxy.mode(TcpProxy.Mode.THROUGH);
            awaitWork(nodes);
            proxy.swallowPresent();
            awaitWork(nodes);
            proxy.mode(TcpProxy.Mode.SWALLOW);
            Thread.sleep(Nodes.LEASE.toMillis()); // the time of the break: the lease is lost
            proxy.cutAll();
            proxy.mode(TcpProxy.Mode.THROUGH);
            awaitWork(nodes);
            Random random = new Random(1);
            proxy.delay(() -> random.nextInt(40));
            awaitWork(nodes);
            proxy.delay(() -> 0);
            for (int i = 0; i < 20; i++) {
                Commits commits = new Commits();
                proxy.resetOn(commits, i % 2 == 0);
                await().atMost(LONG).until(() -> commits.seen.get() > 0);
            }
            nodes.sendAll("quiet");
            nodes.awaitDone(LONG);
            System.out.println(nodes.tables.orders() + " tasks, " + nodes.tables.effects() + " effects");
            nodes.assertPromises();
        }
    }

    private static void awaitWork(Nodes nodes) {
        long before = nodes.tables.effects();
        await().atMost(LONG).until(() -> nodes.tables.effects() > before + 20);
    }
}
