package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.cluster.WrongClock;
import io.github.ppool.cluster.store.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Durable tasks on nodes with clocks that are wrong by hours, each in another way. One of them runs at twice the
 * speed. The clock of the machine is wrong, too, where libfaketime is installed.
 */
@Timeout(300)
@DisabledOnOs(OS.WINDOWS) // the nodes get signals
@Execution(ExecutionMode.CONCURRENT) // it waits most of the time
class SkewedNodesTest {

    private static final Duration LONG = Nodes.LEASE.multipliedBy(20);
    private static final Duration DELAY = Duration.ofSeconds(2);

    @Test
    void tasks_begin_at_their_time_and_are_taken_over_and_done_once_whatever_the_clocks_say() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess ahead = nodes.start(new WrongClock(7, -11, 1), options -> options.workers(4).rate(10));
            nodes.start(new WrongClock(-5, 3, 1), options -> options.workers(4).rate(10));
            nodes.start(new WrongClock(26, 30, 2), options -> options.workers(4));
            for (JvmProcess node : nodes.running()) {
                node.awaitReady();
            }

            long handedOver = System.nanoTime();
            String later = nodes.orderLater(DurableNode.PLAIN, DELAY);
            await().atMost(LONG).until(() -> nodes.tables.effects(DurableNode.PLAIN, later) > 0);
            assertThat(Duration.ofNanos(System.nanoTime() - handedOver)).isGreaterThanOrEqualTo(DELAY);
            // A clock that makes a node lose its lease does so in each one: the node has another incarnation then.
            // A busy machine may do so once.
            AtomicReference<Set<NodeId>> last = new AtomicReference<>(Set.of());
            await().during(Nodes.LEASE.multipliedBy(2)).atMost(LONG).until(() -> {
                Set<NodeId> now = Set.copyOf(nodes.leases());
                return now.size() == 3 && now.equals(last.getAndSet(now));
            });

            nodes.sendAll("quiet");
            // One after the other: a node that looks first takes all that are there. They still run at the kill,
            // and for less than a lease, after which the database ends an idle transaction.
            List<String> held = new ArrayList<>();
            await().atMost(LONG).until(() -> {
                held.add(nodes.order(
                        held.size() % 2 == 0 ? DurableNode.PLAIN : DurableNode.TRANSACTIONAL, 2_000, 0));
                return held.stream().anyMatch(id -> nodes.tables.attempts(id).contains("n1"));
            });
            nodes.kill(ahead);
            nodes.awaitDone(LONG);
            assertThat(held).as("the dead node's tasks run elsewhere").anySatisfy(
                    id -> assertThat(nodes.tables.attempts(id)).startsWith("n1").hasSize(2));
            nodes.assertPromises();
        }
    }
}
