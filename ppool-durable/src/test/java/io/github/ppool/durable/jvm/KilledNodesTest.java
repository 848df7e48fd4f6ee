package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;

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

/** kill -9 of random nodes, while each node hands over and runs tasks. */
@DisabledOnOs(OS.WINDOWS) // the nodes get signals
@Execution(ExecutionMode.CONCURRENT)
class KilledNodesTest {

    @Test
    void no_task_is_lost_and_no_transactional_effect_happens_twice() throws Exception {
        killFor(Duration.ofSeconds(8), 1);
    }

    /** {@code -Ddurable.seconds=N} and {@code -Ddurable.seed=N} are other times and kills. */
    @Test
    @Tag("slow")
    void the_same_for_a_minute() throws Exception {
        killFor(Duration.ofSeconds(Integer.getInteger("durable.seconds", 60)),
                Long.getLong("durable.seed", System.nanoTime()));
    }

    private static void killFor(Duration time, long seed) throws Exception {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Nodes nodes = new Nodes()) {
            for (int i = 0; i < 3; i++) {
                nodes.start(options -> options.rate(60));
            }
            for (JvmProcess node : nodes.running()) {
                node.awaitReady();
            }
            int kills = 0;
            long until = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < until || nodes.tables.orders() <= 100) {
                Thread.sleep(200 + random.nextInt(1_800)); // the time to the next kill is the subject of the test
                List<JvmProcess> running = nodes.running();
                nodes.kill(running.get(random.nextInt(running.size())));
                kills++;
                nodes.start(options -> options.rate(60));
            }
            nodes.sendAll("quiet");
            nodes.awaitDone(Nodes.LEASE.multipliedBy(20));
            System.out.println(kills + " kills, " + nodes.tables.orders() + " tasks, " + nodes.tables.effects()
                    + " effects");
            assertThat(nodes.tables.orders()).isGreaterThan(100);
            nodes.assertPromises();
        }
    }
}
