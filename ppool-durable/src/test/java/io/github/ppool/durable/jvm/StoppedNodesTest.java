package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.JvmProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nodes that a signal stops in the middle of their attempts, and that go on later. */
@DisabledOnOs(OS.WINDOWS) // which has no SIGSTOP
@Execution(ExecutionMode.CONCURRENT)
class StoppedNodesTest {

    @Test
    void a_node_that_was_stopped_adds_no_second_effect_of_a_transactional_task() throws Exception {
        stopAndGoOn(2, 1);
    }

    /** {@code -Ddurable.rounds=N} and {@code -Ddurable.seed=N} are other rounds. */
    @Test
    @Tag("slow")
    void a_hundred_rounds_of_stopped_nodes() throws Exception {
        stopAndGoOn(Integer.getInteger("durable.rounds", 100), Long.getLong("durable.seed", System.nanoTime()));
    }

    private static void stopAndGoOn(int rounds, long seed) throws Exception {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Nodes nodes = new Nodes()) {
            nodes.start(options -> options.workers(4));
            nodes.start(options -> options.workers(4));
            for (JvmProcess node : nodes.running()) {
                node.awaitReady();
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < 20; i++) {
                    nodes.order(DurableNode.TRANSACTIONAL, 100 + random.nextInt(300), 0);
                    nodes.order(DurableNode.PLAIN, random.nextInt(50), 0);
                }
                List<JvmProcess> running = nodes.running();
                JvmProcess victim = running.get(random.nextInt(running.size()));
                Thread.sleep(random.nextInt(300)); // anywhere in the attempts
                victim.signal("STOP");
                // The subject of the test: half a lease to three leases.
                // the pause of the stopped process, in real time
                Thread.sleep((long) (Nodes.LEASE.toMillis() * (0.5 + 2.5 * random.nextDouble())));
                victim.signal("CONT");
                nodes.awaitDone(Nodes.LEASE.multipliedBy(20));
                assertThat(nodes.tables.notOnce(DurableNode.TRANSACTIONAL)).as("round %d", round).isEmpty();
            }
            nodes.assertPromises();
            System.out.println(rounds + " rounds, " + nodes.tables.orders() + " tasks, " + nodes.tables.effects()
                    + " effects");
        }
    }

    /** The other node finishes a task while its first node sleeps within its transaction. */
    @Test
    void a_transaction_that_outlives_the_lease_cannot_commit() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess first = nodes.startAndAwait(options -> options);
            // It still runs at the stop; the database ends a transaction that is idle for a lease.
            String id = nodes.order(DurableNode.TRANSACTIONAL, 2_000, 0);
            await().pollInterval(Duration.ofMillis(10)).until(() -> nodes.tables.attempts(id).size() == 1);
            first.signal("STOP");
            nodes.startAndAwait(options -> options);
            nodes.awaitDone(Nodes.LEASE.multipliedBy(20));
            assertThat(nodes.tables.attempts(id)).containsExactly("n1", "n2");
            first.signal("CONT");
            // The first node is back when it runs tasks again: by then its old transaction has failed.
            nodes.sendAll("quiet");
            await().atMost(Nodes.LEASE.multipliedBy(20)).until(() -> {
                String next = nodes.order(DurableNode.PLAIN, 20, 0);
                nodes.awaitDone(Nodes.LEASE.multipliedBy(20));
                return nodes.tables.attempts(next).contains("n1");
            });
            nodes.assertPromises();
        }
    }
}
