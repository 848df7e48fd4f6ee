package io.github.ppool.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.time.ManualClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * The statements that a node sends at rest, and those of a broadcast, on each database. The documentation
 * has the numbers as tables. The heartbeats come by a clock that the test moves.
 */
@Timeout(600)
class StatementsTest {

    private static final Path PAGE = Path.of("..", "docs", "cluster.md");
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final Duration HEARTBEAT = LEASE.dividedBy(5);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int BEATS = 5;
    private static final String LIMIT = "ppool.pools.smtp.cluster-limit=3";
    private static final String RATE = "ppool.pools.smtp.cluster-rate=100/1m";
    private static final String SECOND_RATE = "ppool.pools.api.cluster-rate=100/1m";

    private final List<Node> nodes = new ArrayList<>();

    /** Hands connections to the node, and notes each statement. */
    private static final class CountedDataSource extends AbstractDataSource {
        private final Queue<String> statements = new ConcurrentLinkedQueue<>();
        private final AtomicInteger running = new AtomicInteger();
        private final String url;

        CountedDataSource(String url) {
            this.url = url;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return counted(Connection.class, url.contains("h2")
                    ? TestDatabases.h2(url).open(TestDatabases.TIMEOUT)
                    : TestDatabases.postgres().open(TestDatabases.TIMEOUT), "");
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return getConnection();
        }

        private <T> T counted(Class<T> type, T of, String sql) {
            InvocationHandler handler = (proxy, method, arguments) -> {
                String text = arguments != null && arguments[0] instanceof String first ? first : sql;
                if (method.getName().startsWith("execute")) {
                    statements.add(text);
                }
                Object result;
                running.incrementAndGet();
                try {
                    result = method.invoke(of, arguments);
                } catch (InvocationTargetException thrown) {
                    throw thrown.getTargetException();
                } finally {
                    running.decrementAndGet();
                }
                if (result instanceof PreparedStatement statement) {
                    return counted(PreparedStatement.class, statement, text);
                }
                return result instanceof Statement statement ? counted(Statement.class, statement, text) : result;
            };
            return type.cast(Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{type}, handler));
        }
    }

    /** A node with a clock of its own. */
    private final class Node {
        final ManualClock clock = new ManualClock();
        final CountedDataSource database;
        final ConfigurableApplicationContext context;

        Node(String url, String prefix, String... properties) {
            this.database = new CountedDataSource(url);
            List<String> all = new ArrayList<>(
                    List.of("--ppool.keep-alive=false", "--ppool.cluster.lease=" + LEASE.toMinutes() + "m",
                            "--ppool.cluster.table-prefix=" + prefix, "--ppool.cluster.initialize-schema=always",
                            "--ppool.pools.smtp.worker=texts", "--ppool.pools.smtp.size=2"));
            List.of(properties).forEach(property -> all.add("--" + property));
            boolean loop = List.of(properties).contains("loop");
            this.context = new SpringApplicationBuilder(loop ? WithLoop.class : Plain.class)
                    .web(WebApplicationType.NONE)
                    .registerShutdownHook(false)
                    .initializers(made -> prepare((GenericApplicationContext) made))
                    .run(all.toArray(String[]::new));
            nodes.add(this);
        }

        private void prepare(GenericApplicationContext made) {
            made.registerBean("ppoolProcessSystem", ProcessSystem.class, () -> new ProcessSystem(clock));
            made.registerBean("clusterDataSource", DataSource.class, () -> database,
                    definition -> ((org.springframework.beans.factory.support.AbstractBeanDefinition) definition)
                            .addQualifier(new org.springframework.beans.factory.support.AutowireCandidateQualifier(
                                    PpoolClusterDataSource.class)));
        }

        double renewals() {
            return context.getBean(MeterRegistry.class).get("ppool.cluster.lease.renewals").counter().count();
        }

        /** Lets a heartbeat come, and waits until no statement follows. */
        void beat() {
            double before = renewals();
            clock.advance(HEARTBEAT);
            await().atMost(PATIENCE).until(() -> renewals() > before);
            settle();
        }

        private void settle() {
            // Only time shows that no statement follows.
            OwnTime.during(Duration.ofMillis(60), new Unchanged(database));
        }

        void awaitBeats(BooleanSupplier condition) {
            await().atMost(PATIENCE).until(() -> {
                beat();
                return condition.getAsBoolean();
            });
            // A wish that is fresh is looked after more often, for three heartbeats.
            for (int i = 0; i < 5; i++) {
                beat();
            }
        }

        boolean hasWorkers() {
            return context.getBean("smtp", PoolClient.class).status().available() == 2;
        }

        boolean runsLoop() {
            return context.getBean(SupervisionTrees.class).standby("feed").isEmpty();
        }

        /** The statements of a heartbeat; all of several must be the same. */
        int ofHeartbeat() {
            List<List<String>> beats = new ArrayList<>();
            for (int i = 0; i < BEATS; i++) {
                database.statements.clear();
                beat();
                beats.add(List.copyOf(database.statements));
            }
            assertThat(beats).extracting(List::size).as("%s", beats).containsOnly(beats.get(0).size());
            return beats.get(0).size();
        }
    }

    private static final class Unchanged implements BooleanSupplier {
        private final CountedDataSource database;
        private int known;

        Unchanged(CountedDataSource database) {
            this.database = database;
        }

        @Override
        public boolean getAsBoolean() {
            boolean same = database.running.get() == 0 && database.statements.size() == known;
            known = database.statements.size();
            return same;
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.context.close());
    }

    private record Counts(int postgres, int h2) {
        String row(String what) {
            return "| " + what + " | " + postgres + " | " + h2 + " |\n";
        }
    }

    private interface Count {
        int on(String url, String prefix) throws Exception;
    }

    private Counts count(Count count) throws Exception {
        return new Counts(count.on(TestDatabases.postgresUrl(), TestDatabases.newPrefix()),
                count.on(TestDatabases.newH2Url(), TestDatabases.newPrefix()));
    }

    private int idle(String url, String prefix, String... properties) {
        Node node = new Node(url, prefix, properties);
        node.awaitBeats(node::hasWorkers);
        return node.ofHeartbeat();
    }

    @Test
    void the_page_has_the_statements_of_an_idle_node_for_each_heartbeat() throws Exception {
        Counts loopThatStandsBy = count((url, prefix) -> {
            Node holder = new Node(url, prefix, "loop");
            holder.awaitBeats(holder::runsLoop);
            Node other = new Node(url, prefix, "loop");
            other.awaitBeats(() -> true);
            int here = other.ofHeartbeat();
            assertThat(holder.ofHeartbeat()).as("the holder, while another node wants the loop").isEqualTo(here);
            return here;
        });
        String table = "| an idle node | PostgreSQL | H2 |\n|---|---|---|\n"
                + count(this::idle).row("without limits, rates and loops")
                + count((url, prefix) -> idle(url, prefix, LIMIT)).row("with a pool with a `cluster-limit`")
                + count((url, prefix) -> idle(url, prefix, RATE)).row("with a pool with a `cluster-rate`")
                + count((url, prefix) -> idle(url, prefix, RATE, SECOND_RATE, "ppool.pools.api.worker=texts"))
                        .row("with two such pools")
                + count((url, prefix) -> idle(url, prefix, "loop")).row("with a loop of the cluster that runs on it")
                + loopThatStandsBy.row("with a loop of the cluster that runs on another node");
        isOnThePage(table);
    }

    @Test
    void the_page_has_the_statements_of_a_broadcast() throws Exception {
        Counts asked = count((url, prefix) -> broadcast(url, prefix)[1]);
        Counts sender = count((url, prefix) -> broadcast(url, prefix)[0]);
        isOnThePage("| a broadcast, beside the heartbeats | PostgreSQL | H2 |\n|---|---|---|\n"
                + asked.row("a node that is asked")
                + sender.row("its sender, without the questions for answers"));
    }

    private int[] broadcast(String url, String prefix) throws Exception {
        Node sender = new Node(url, prefix);
        Node other = new Node(url, prefix);
        sender.awaitBeats(sender::hasWorkers);
        other.awaitBeats(other::hasWorkers);
        sender.database.statements.clear();
        other.database.statements.clear();
        var sent = sender.context.getBean(ClusterBroadcasts.class)
                .send("smtp", "clear", null, ClusterBroadcasts.LONGEST_TIME).toCompletableFuture();
        await().atMost(PATIENCE)
                .until(() -> sender.database.statements.stream().anyMatch(sql -> sql.contains("set answer")));
        await().atMost(PATIENCE).until(() -> {
            sender.clock.advance(HEARTBEAT.dividedBy(5));
            other.clock.advance(HEARTBEAT.dividedBy(5));
            sender.settle();
            other.settle();
            return sent.isDone();
        });
        assertThat(sent.get(1, TimeUnit.SECONDS).isDoneByAll()).isTrue();
        return new int[]{ofBroadcast(sender), ofBroadcast(other)};
    }

    /** Heartbeats and the questions for answers come by the time. */
    private static int ofBroadcast(Node node) {
        List<String> left = node.database.statements.stream()
                .filter(sql -> !sql.contains("set expires") && !sql.contains("n.draining")
                        && !sql.startsWith("select b.node, "))
                .toList();
        return left.size();
    }

    private static void isOnThePage(String table) throws IOException {
        String page = Files.readString(PAGE);
        if (Boolean.getBoolean("ppool.docs.write")) {
            String head = table.substring(0, table.indexOf('\n') + 1);
            page = page.replaceFirst("(?m)^" + java.util.regex.Pattern.quote(head) + "(\\|.*\n)*",
                    java.util.regex.Matcher.quoteReplacement(table));
            Files.writeString(PAGE, page);
        }
        assertThat(page).contains(table);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Plain {
        @Bean
        WorkerFactory<StringBuilder> texts() {
            return StringBuilder::new;
        }

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        @PoolBroadcast(pool = "smtp", name = "clear")
        void clear(StringBuilder worker) {
            worker.setLength(0);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WithLoop extends Plain {
        @Bean
        @Supervised(scope = Scope.CLUSTER)
        ProcessBody feed() {
            return self -> self.sleep(Duration.ofDays(1));
        }
    }
}
