package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.cluster.store.NodeId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node with an application that takes all connections, all processors, or both. */
@DisabledOnOs(OS.WINDOWS) // the nodes get signals
@Execution(ExecutionMode.CONCURRENT)
class StarvedNodesTest {

    private static final Duration LONG = Nodes.LEASE.multipliedBy(20);

    @Test
    void claims_go_on_while_the_connection_pool_is_exhausted_and_transactional_tasks_run_afterwards() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess node = nodes.startAndAwait(options -> options.connections(2));
            String first = nodes.order(DurableNode.TRANSACTIONAL, 0, 0);
            nodes.awaitDone(LONG);
            List<NodeId> before = nodes.leases();
            node.send("hold 2");
            String waiting = nodes.order(DurableNode.TRANSACTIONAL, 0, 0);
            String plain = nodes.order(DurableNode.PLAIN, 0, 0);
            // The connection pool refuses after two seconds: the plain task fails at its effect, and its plan goes on.
            // The transaction of the other one can't begin, which is no attempt.
            await().atMost(LONG).until(() -> nodes.tables.attempts(plain).size() > 1);
            assertThat(nodes.tables.effects(DurableNode.TRANSACTIONAL, waiting)).isZero();
            node.send("free");
            nodes.awaitDone(LONG);
            assertThat(nodes.tables.effects(DurableNode.TRANSACTIONAL, first)).isOne();
            assertThat(nodes.leases()).as("no lease was lost").hasSize(1).isEqualTo(before);
            nodes.assertPromises();
        }
    }

    @Test
    void the_queue_goes_on_while_and_after_the_processors_are_saturated() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess node = nodes.startAndAwait(options -> options.rate(20));
            await().atMost(LONG).until(() -> nodes.tables.effects() > 10);
            node.send("burn " + 8 * Runtime.getRuntime().availableProcessors());
            long before = nodes.tables.effects();
            await().atMost(LONG).until(() -> nodes.tables.effects() > before + 10);
            node.send("free");
            node.send("quiet");
            nodes.awaitDone(LONG);
            nodes.assertPromises();
        }
    }

    @Test
    void no_lease_is_lost_while_the_connection_pool_is_exhausted_and_the_processors_are_saturated() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess node = nodes.startAndAwait(options -> options.connections(2));
            nodes.order(DurableNode.PLAIN, 0, 0);
            nodes.awaitDone(LONG);
            List<NodeId> before = nodes.leases();
            assertThat(before).hasSize(1);
            node.send("hold 2");
            node.send("burn " + 8 * Runtime.getRuntime().availableProcessors());
            await().during(Nodes.LEASE.multipliedBy(3)).atMost(LONG).until(() -> nodes.leases().equals(before));
            node.send("free");
            nodes.order(DurableNode.TRANSACTIONAL, 0, 0);
            nodes.awaitDone(LONG);
            assertThat(nodes.leases()).isEqualTo(before);
            nodes.assertPromises();
        }
    }
}
