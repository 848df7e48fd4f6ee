package io.github.ppool.cluster.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.ClusterBroadcast.End;
import io.github.ppool.cluster.ClusterBroadcast.NodeOutcome;
import io.github.ppool.cluster.ClusterBroadcast;
import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.cluster.OwnTime;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.cluster.engine.BroadcastKey;
import io.github.ppool.cluster.engine.LeaseSettings;
import io.github.ppool.cluster.engine.NodeLease;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.time.MonotonicClock;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A broadcast to nodes that are JVMs of their own, while one of them is killed, or stopped by a signal. */
@Timeout(180)
class KilledNodeInABroadcastTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final BroadcastKey RELOAD = new BroadcastKey("mail", "reload");

    private final String prefix = TestDatabases.newPrefix();
    private final LeaseStore store = TestDatabases.store(TestDatabases.postgres(), prefix);
    private final NodeLease lease = new NodeLease(
            store, MonotonicClock.system(), new LeaseSettings("sender", LEASE, Duration.ZERO));
    private final BroadcastDesk desk = new BroadcastDesk(store, lease, MonotonicClock.system(), key -> null);
    private final List<JvmProcess> nodes = new ArrayList<>();
    private final Queue<Worker> working = new ConcurrentLinkedQueue<>();
    private ServerSocket server;

    /** A worker that does the work until the test answers. */
    private record Worker(String node, String payload, Socket socket) {
        void finish() throws IOException {
            socket.getOutputStream().write('\n');
            socket.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
        lease.start();
        desk.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket worker = server.accept();
                String[] parts = new BufferedReader(new InputStreamReader(
                        worker.getInputStream(), StandardCharsets.UTF_8)).readLine().split(" ");
                working.add(new Worker(parts[0], parts[1], worker));
            } catch (IOException closed) {
                assertThat(server.isClosed()).isTrue();
            }
        }
    }

    private JvmProcess start(String name) throws IOException {
        JvmProcess node = JvmProcess.start(name, BroadcastNodeMain.class,
                String.valueOf(TestDatabases.postgresPort()), prefix, name, String.valueOf(LEASE.toMillis()),
                String.valueOf(server.getLocalPort()));
        nodes.add(node);
        return node.awaitReady();
    }

    @AfterEach
    void end() throws Exception {
        for (JvmProcess node : nodes) {
            node.kill();
        }
        desk.stop();
        lease.stop();
        server.close();
    }

    private CompletableFuture<ClusterBroadcast> send() {
        return desk.send(RELOAD, "7", Duration.ofSeconds(60)).toCompletableFuture();
    }

    private void awaitWorking(String node) {
        await().atMost(Duration.ofSeconds(60)).until(
                () -> working.stream().filter(worker -> worker.node().equals(node)).count() == 2);
    }

    private void finish(String node) throws IOException {
        for (Worker worker : working) {
            if (worker.node().equals(node)) {
                assertThat(worker.payload()).isEqualTo("7");
                worker.finish();
            }
        }
    }

    @Test
    void a_node_that_is_killed_within_it_is_lost_within_a_lease_and_the_others_are_done() throws Exception {
        JvmProcess killed = start("a");
        start("b");
        CompletableFuture<ClusterBroadcast> sent = send();
        awaitWorking("a");
        awaitWorking("b");
        finish("b");
        killed.kill();
        OwnTime.within(LEASE.multipliedBy(2), sent::isDone); // the lease, and the next look for answers
        ClusterBroadcast result = sent.get();
        assertThat(result.nodes()).extracting(NodeOutcome::node).containsExactly("a", "b", "sender");
        assertThat(result.nodes()).extracting(NodeOutcome::end)
                .containsExactly(End.NODE_LOST, End.ANSWERED, End.NO_HANDLER);
        assertThat(result.nodes()).extracting(NodeOutcome::done).containsExactly(0, 2, 0);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // which has no SIGSTOP
    void a_node_that_is_stopped_for_longer_than_its_lease_is_lost_and_its_late_answer_changes_nothing()
            throws Exception {
        JvmProcess stopped = start("a");
        CompletableFuture<ClusterBroadcast> sent = send();
        awaitWorking("a");
        stopped.signal("STOP");
        ClusterBroadcast result = sent.get(60, TimeUnit.SECONDS);
        assertThat(result.nodes().get(0).end()).isEqualTo(End.NODE_LOST);
        stopped.signal("CONT");
        finish("a");
        // Its next life takes part in the next broadcast, and no work of the first one comes back.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            try (var session = store.open(TestDatabases.TIMEOUT)) {
                return session.snapshot().nodes().stream()
                        .anyMatch(row -> row.node().name().equals("a") && !row.expired());
            }
        });
        working.clear();
        CompletableFuture<ClusterBroadcast> next = send();
        awaitWorking("a");
        finish("a");
        assertThat(next.get(60, TimeUnit.SECONDS).nodes().get(0).done()).isEqualTo(2);
        try (var session = store.open(TestDatabases.TIMEOUT)) {
            assertThat(session.allBroadcasts()).last().satisfies(first -> {
                assertThat(first.id()).hasToString(result.id());
                assertThat(first.answers().get(0).answer()).startsWith("NODE_LOST");
            });
        }
    }
}
