package io.github.ppool.cluster.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.OwnTime;
import io.github.ppool.cluster.TestDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Nodes that are JVMs of their own: they are killed, stopped by a signal, and come and go. */
@DisabledOnOs(OS.WINDOWS) // which has no SIGSTOP
class SeparateJvmsTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration HEARTBEAT = LEASE.dividedBy(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A node that goes on after a stop learns of it at once; its sockets close when its threads have run. */
    private static final Duration GRACE = Duration.ofMillis(1500);

    private final String prefix = TestDatabases.newPrefix();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private CountingServer server;

    private void open(int limit) throws Exception {
        server = new CountingServer(limit);
        TestDatabases.store(TestDatabases.postgres(), prefix);
    }

    private NodeProcess start(String name, String permits, int limit) throws Exception {
        return start(name, permits, limit, LEASE);
    }

    private NodeProcess start(String name, String permits, int limit, Duration lease) throws Exception {
        NodeProcess node = NodeProcess.start(name, prefix, lease, permits, limit, server.port());
        nodes.add(node);
        return node;
    }

    @AfterEach
    void endAll() throws Exception {
        for (NodeProcess node : nodes) {
            node.kill();
        }
        server.close();
    }

    @Test
    void a_killed_holder_is_taken_over_within_1_2_leases_and_their_effects_never_overlap() throws Exception {
        open(1);
        start("a", "singleton:x", 1);
        start("b", "singleton:x", 1);
        for (NodeProcess node : nodes) {
            node.awaitReady();
        }
        NodeProcess holder = nodes.get(0);
        NodeProcess other = nodes.get(1);
        holder.demand(1);
        await().atMost(PATIENCE).until(() -> server.count("a") == 1);
        other.demand(1);
        await().atMost(PATIENCE).during(HEARTBEAT.multipliedBy(2)).until(() -> server.count("b") == 0);
        holder.kill();
        OwnTime.within(LEASE.multipliedBy(6).dividedBy(5), () -> server.count("b") == 1);
        await().atMost(PATIENCE).until(() -> server.effects().stream().anyMatch(effect -> effect.node().equals("b")));
        assertEffectsDontOverlap();
        assertThat(server.faults()).isEmpty();
        assertThat(server.most()).isOne();
    }

    private void assertEffectsDontOverlap() {
        List<CountingServer.Effect> effects = server.effects();
        for (int i = 1; i < effects.size(); i++) {
            CountingServer.Effect before = effects.get(i - 1);
            CountingServer.Effect after = effects.get(i);
            assertThat(after.token()).isGreaterThanOrEqualTo(before.token());
            if (after.token() == before.token()) {
                assertThat(after.node()).isEqualTo(before.node());
            }
        }
    }

    @Test
    void stopped_nodes_break_the_limit_only_by_what_they_held_and_only_until_they_go_on() throws Exception {
        stopAndGoOn(2, 1);
    }

    /** {@code -Dcluster.rounds=N} and {@code -Dcluster.seed=N} are other rounds. */
    @Test
    @Tag("slow")
    void a_hundred_rounds_of_stopped_nodes() throws Exception {
        stopAndGoOn(Integer.getInteger("cluster.rounds", 100), Long.getLong("cluster.seed", System.nanoTime()));
    }

    private void stopAndGoOn(int rounds, long seed) throws Exception {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int limit = 3;
        open(limit);
        for (String name : List.of("a", "b", "c")) {
            start(name, "pool:smtp", limit);
        }
        for (NodeProcess node : nodes) {
            node.awaitReady().demand(2);
        }
        await().atMost(PATIENCE).until(() -> server.count() == limit);
        int overshoots = 0;
        for (int round = 0; round < rounds; round++) {
            NodeProcess victim = nodes.get(random.nextInt(nodes.size()));
            long stopped = LEASE.toMillis() / 2 + (long) (random.nextDouble() * LEASE.toMillis() * 5 / 2);
            server.mark(victim.name());
            victim.signal("STOP");
            long until = System.nanoTime() + stopped * 1_000_000;
            while (System.nanoTime() < until) {
                if (server.count() > limit) {
                    overshoots++;
                }
                Thread.sleep(20); // between two looks, while the other process is stopped
            }
            victim.signal("CONT");
            OwnTime.within(GRACE, () -> server.count() <= limit);
            server.unmark(victim.name());
            OwnTime.within(LEASE.multipliedBy(3), () -> server.count() == limit);
            assertThat(server.faults()).as("round %d", round).isEmpty();
        }
        System.out.println(rounds + " rounds, the limit was exceeded at " + overshoots + " looks, at most "
                + server.most() + " of " + limit + " connections, " + server.refused() + " old tokens refused");
    }

    @Test
    void five_nodes_come_and_go_under_a_limit_of_ten() throws Exception {
        int limit = 10;
        Duration lease = Duration.ofSeconds(9);
        Duration twoHeartbeats = lease.multipliedBy(2).dividedBy(5);
        open(limit);
        for (int i = 0; i < 5; i++) {
            start("n" + i, "pool:smtp", limit, lease);
        }
        for (NodeProcess node : nodes) {
            node.awaitReady();
        }
        nodes.get(0).demand(10);
        OwnTime.within(twoHeartbeats, () -> server.count() == limit);
        for (int i = 1; i < 5; i++) {
            nodes.get(i).demand(10);
        }
        // The wishes come one after the other, so shares may move twice.
        awaitFair(twoHeartbeats.multipliedBy(2), limit, 5);
        // One goes in good order: the others have its permits within two heartbeats.
        nodes.get(4).stop();
        awaitFair(twoHeartbeats, limit, 4);
        // One is killed: the others have its permits when its lease has ended.
        nodes.get(3).kill();
        awaitFair(lease.plus(twoHeartbeats), limit, 3);
        // One has no more demand.
        nodes.get(2).demand(0);
        awaitFair(twoHeartbeats, limit, 2);
        // A new one comes.
        NodeProcess fresh = start("n5", "pool:smtp", limit, lease).awaitReady().demand(10);
        OwnTime.within(twoHeartbeats, () -> server.count(fresh.name()) >= 3 && server.count() == limit);
        assertThat(server.faults()).isEmpty();
        assertThat(server.most()).isLessThanOrEqualTo(limit);
    }

    private List<Integer> shares() {
        return nodes.stream().map(node -> server.count(node.name())).toList();
    }

    /** All permits are in use, and the first nodes have as many as each other, or one more. */
    private void awaitFair(Duration promised, int limit, int running) {
        OwnTime.withinAsserted(promised, () -> {
            assertThat(server.count()).as("connections, %s", shares()).isEqualTo(limit);
            assertThat(shares().subList(0, running))
                    .allSatisfy(share -> assertThat(share).isBetween(limit / running, (limit + running - 1) / running));
        });
    }
}
