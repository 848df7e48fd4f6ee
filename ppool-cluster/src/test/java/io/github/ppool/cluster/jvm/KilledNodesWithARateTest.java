package io.github.ppool.cluster.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.cluster.TestDatabases;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Nodes under one cluster-rate that are JVMs of their own: they are killed, stopped by a signal, and come and go. */
@DisabledOnOs(OS.WINDOWS) // which has no SIGSTOP
class KilledNodesWithARateTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PERMITS = 40;
    private static final Duration PERIOD = Duration.ofSeconds(4);
    /** A hand-out is noted when the thread that got the worker has run: later than it was permitted. */
    private static final Duration NOTED_LATE = Duration.ofSeconds(1);

    private final String prefix = TestDatabases.newPrefix();
    private final List<JvmProcess> nodes = new ArrayList<>();
    private final Queue<Begin> begun = new ConcurrentLinkedQueue<>();
    private ServerSocket server;

    private record Begin(String node, long nanos) {}

    @BeforeEach
    void open() throws IOException {
        TestDatabases.store(TestDatabases.postgres(), prefix);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket node = server.accept();
                Thread.ofVirtual().start(() -> read(node));
            } catch (IOException closed) {
                assertThat(server.isClosed()).isTrue();
            }
        }
    }

    private void read(Socket node) {
        try (node;
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                String[] parts = line.split(" ");
                begun.add(new Begin(parts[0], Long.parseLong(parts[1])));
            }
        } catch (IOException killed) {
            assertThat(killed).isNotNull(); // the node was killed within a line
        }
    }

    private JvmProcess start(String name) throws IOException {
        JvmProcess node = JvmProcess.start(name, RateNodeMain.class, String.valueOf(TestDatabases.postgresPort()),
                prefix, name, String.valueOf(LEASE.toMillis()), PERMITS + "/" + PERIOD.toMillis() + "ms",
                String.valueOf(server.getLocalPort()));
        nodes.add(node);
        return node.awaitReady();
    }

    @AfterEach
    void end() throws Exception {
        for (JvmProcess node : nodes) {
            node.kill();
        }
        server.close();
    }

    private long countOf(String node) {
        return begun.stream().filter(begin -> begin.node().equals(node)).count();
    }

    private void assertNoPeriodHasMore() {
        List<Long> times = begun.stream().map(Begin::nanos).sorted().toList();
        assertThat(times).hasSizeGreaterThan(PERMITS);
        for (int i = PERMITS; i < times.size(); i++) {
            assertThat(Duration.ofNanos(times.get(i) - times.get(i - PERMITS)))
                    .as("the time between hand-outs %d and %d", i - PERMITS, i)
                    .isGreaterThan(PERIOD.minus(NOTED_LATE));
        }
    }

    @Test
    void a_killed_node_leaves_its_permits_after_its_lease_and_a_period_and_none_is_used_twice() throws Exception {
        JvmProcess first = start("a");
        await().atMost(PATIENCE).until(() -> countOf("a") >= PERMITS);
        start("b");
        await().atMost(PATIENCE).until(() -> countOf("b") >= PERMITS / 2);
        first.kill();
        long before = countOf("b");
        await().atMost(PATIENCE).until(() -> countOf("b") >= before + 3 * PERMITS);
        start("c");
        await().atMost(PATIENCE).until(() -> countOf("c") >= PERMITS / 2);
        assertNoPeriodHasMore();
    }

    @Test
    void a_stopped_node_that_goes_on_after_its_lease_begins_nothing_with_its_old_share() throws Exception {
        JvmProcess first = start("a");
        start("b");
        await().atMost(PATIENCE).until(() -> countOf("a") >= PERMITS && countOf("b") >= PERMITS / 2);
        first.signal("STOP");
        long before = countOf("b");
        // until the other node has all permits
        await().atMost(PATIENCE).until(() -> countOf("b") >= before + 3 * PERMITS);
        long ofFirst = countOf("a");
        first.signal("CONT");
        await().atMost(PATIENCE).until(() -> countOf("a") >= ofFirst + PERMITS / 2);
        assertNoPeriodHasMore();
    }
}
