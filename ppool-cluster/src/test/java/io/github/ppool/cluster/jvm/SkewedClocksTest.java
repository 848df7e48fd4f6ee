package io.github.ppool.cluster.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.OwnTime;
import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.WrongClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Nodes in JVMs of their own with clocks that are wrong by hours, each in another way: the clock of the machine where
 * libfaketime is installed, and the monotonic clock always. One of them runs at twice the speed.
 */
@Timeout(240)
class SkewedClocksTest {

    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration HEARTBEAT = LEASE.dividedBy(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final WrongClock AHEAD = new WrongClock(7, -11, 1);
    private static final WrongClock BEHIND = new WrongClock(-5, 3, 1);
    private static final WrongClock FAST = new WrongClock(26, 30, 2);

    private final String prefix = TestDatabases.newPrefix();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private CountingServer server;

    private void open(int limit) throws Exception {
        System.out.println("the clock of the machine " + (WrongClock.fakesTheMachine() ? "is wrong, too" : "is right"));
        server = new CountingServer(limit);
        TestDatabases.store(TestDatabases.postgres(), prefix);
    }

    private NodeProcess start(String name, String permits, int limit, WrongClock clock) throws Exception {
        NodeProcess node = NodeProcess.start(name, prefix, LEASE, permits, limit, server.port(), clock);
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
    @Execution(ExecutionMode.CONCURRENT) // both wait for leases most of the time
    void they_share_a_limit_and_take_over_from_a_dead_one() throws Exception {
        int limit = 6;
        open(limit);
        NodeProcess ahead = start("ahead", "pool:smtp", limit, AHEAD);
        start("behind", "pool:smtp", limit, BEHIND);
        start("fast", "pool:smtp", limit, FAST);
        for (NodeProcess node : nodes) {
            node.awaitReady();
        }
        ahead.demand(6);
        OwnTime.within(HEARTBEAT.multipliedBy(2), () -> server.count("ahead") == limit);
        nodes.get(1).demand(6);
        nodes.get(2).demand(6);
        OwnTime.withinAsserted(HEARTBEAT.multipliedBy(4), () -> assertThat(nodes)
                .allSatisfy(node -> assertThat(server.count(node.name())).as(node.name()).isEqualTo(2)));
        // Longer than a lease: no clock makes its node lose a permit.
        await().during(LEASE.plus(HEARTBEAT)).atMost(PATIENCE).until(() -> nodes.stream()
                .allMatch(node -> server.count(node.name()) == 2));
        ahead.kill();
        OwnTime.withinAsserted(LEASE.plus(HEARTBEAT.multipliedBy(2)), () -> assertThat(nodes.subList(1, 3))
                .allSatisfy(node -> assertThat(server.count(node.name())).as(node.name()).isEqualTo(3)));
        assertThat(server.faults()).isEmpty();
        assertThat(server.most()).isLessThanOrEqualTo(limit);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void a_loop_goes_from_one_to_the_other_within_1_2_leases_and_never_runs_twice() throws Exception {
        open(1);
        NodeProcess ahead = start("ahead", "singleton:x", 1, AHEAD);
        NodeProcess fast = start("fast", "singleton:x", 1, FAST);
        NodeProcess behind = start("behind", "singleton:x", 1, BEHIND);
        for (NodeProcess node : nodes) {
            node.awaitReady();
        }
        fast.demand(1);
        await().atMost(PATIENCE).until(() -> server.count("fast") == 1);
        ahead.demand(1);
        await().during(LEASE).atMost(PATIENCE).until(() -> server.count("fast") == 1);
        takeOver(fast, ahead);
        behind.demand(1);
        await().atMost(PATIENCE).during(HEARTBEAT.multipliedBy(2)).until(() -> server.count("behind") == 0);
        takeOver(ahead, behind);
        assertThat(server.effects()).extracting(CountingServer.Effect::token).isSorted();
        assertThat(server.faults()).isEmpty();
        assertThat(server.most()).isOne();
    }

    private void takeOver(NodeProcess from, NodeProcess to) throws Exception {
        from.kill();
        OwnTime.within(LEASE.multipliedBy(6).dividedBy(5), () -> server.count(to.name()) == 1);
        await().atMost(PATIENCE)
                .until(() -> server.effects().stream().anyMatch(effect -> effect.node().equals(to.name())));
    }
}
