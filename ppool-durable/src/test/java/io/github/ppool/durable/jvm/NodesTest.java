package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.JvmProcess;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.TaskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Nodes that are replaced, that run another version, or that a task kills. */
@DisabledOnOs(OS.WINDOWS) // the nodes get signals
@Execution(ExecutionMode.CONCURRENT)
class NodesTest {

    private static final Duration LONG = Nodes.LEASE.multipliedBy(20);

    @Test
    void an_old_node_leaves_tasks_of_a_newer_version_alone_and_a_new_node_runs_both() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess old = nodes.startAndAwait(options -> options);
            String oldTask = nodes.order(DurableNode.UPGRADED, 0, 0, 1);
            nodes.awaitDone(LONG);
            assertThat(nodes.tables.attempts(oldTask)).containsExactly("n1");
            List<String> newTasks = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                newTasks.add(nodes.order(DurableNode.UPGRADED, 0, 0, 2));
            }
            // The old node works on behind them, and none of them is touched.
            String after = nodes.order(DurableNode.UPGRADED, 0, 0, 1);
            await().atMost(LONG).until(() -> nodes.tables.effects(DurableNode.UPGRADED, after) == 1);
            assertThat(nodes.in(DurableTaskState.READY)).hasSize(20)
                    .allSatisfy(task -> assertThat(task.attempts()).isZero());
            nodes.startAndAwait(options -> options.version(2));
            nodes.awaitDone(LONG);
            assertThat(newTasks).allSatisfy(id -> assertThat(nodes.tables.attempts(id)).containsExactly("n2"));
            old.stop();
            String upgraded = nodes.order(DurableNode.UPGRADED, 0, 0, 1);
            nodes.awaitDone(LONG);
            assertThat(nodes.tables.attempts(upgraded)).containsExactly("n2");
        }
    }

    /** Its node-lost plan allows three losses; innocents around it are claimed by the same nodes. */
    @Test
    void a_task_that_kills_its_nodes_is_laid_down_by_its_plan_and_its_neighbours_are_not() throws Exception {
        try (Nodes nodes = new Nodes()) {
            for (int i = 0; i < 10; i++) {
                nodes.order(DurableNode.PLAIN, 5, 0);
            }
            String poison = nodes.order(DurableNode.POISON, 0, 0);
            for (int i = 0; i < 10; i++) {
                nodes.order(DurableNode.PLAIN, 5, 0);
                nodes.order(DurableNode.TRANSACTIONAL, 5, 0);
            }
            long until = System.nanoTime() + LONG.multipliedBy(4).toNanos();
            while (nodes.in(DurableTaskState.LAID_DOWN).isEmpty() && System.nanoTime() < until) {
                JvmProcess node = nodes.start(options -> options.prefetch(10).nodeLost("[restart*3, wait]"));
                while (!node.awaitEnd(Duration.ofMillis(50)) && nodes.in(DurableTaskState.LAID_DOWN).isEmpty()) {
                    assertThat(System.nanoTime()).as("time for the plan").isLessThan(until);
                }
            }
            nodes.startAndAwait(options -> options);
            await().atMost(LONG).until(() -> nodes.unfinished().size() == 1);
            assertThat(nodes.in(DurableTaskState.LAID_DOWN)).singleElement().satisfies(task -> {
                assertThat(task.name()).isEqualTo(DurableNode.POISON);
                assertThat(task.reason()).isEqualTo("node-lost");
                assertThat(task.attempts()).isEqualTo(4);
            });
            assertThat(nodes.tables.attempts(poison)).hasSize(4);
            nodes.assertPromises();
        }
    }

    /** Each step of the plan is decided on another node than the one before: the position is in the row. */
    @Test
    void a_plan_goes_on_over_restarts_at_each_of_its_steps() throws Exception {
        // The first failure is that of attempt 1, and the fifth one lays the task down.
        String plan = "[1s, 1500ms, backoff 1s..2s x2*2, wait]";
        try (Nodes nodes = new Nodes()) {
            String id = nodes.order(DurableNode.PLAIN, 0, 100);
            for (int attempt = 1; attempt <= 5; attempt++) {
                int failures = attempt;
                JvmProcess node = nodes.startAndAwait(options -> options.plan(plan));
                await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
                    DurableTaskView task = nodes.unfinished().get(0);
                    return task.attempts() == failures && task.state() != DurableTaskState.CLAIMED;
                });
                DurableTaskView task = nodes.unfinished().get(0);
                assertThat(task.state()).isEqualTo(failures == 5
                        ? DurableTaskState.LAID_DOWN
                        : DurableTaskState.DELAYED);
                assertThat(task.reason()).isEqualTo("IllegalStateException");
                if (attempt % 2 == 0) {
                    node.stop();
                } else {
                    nodes.kill(node);
                }
            }
            assertThat(nodes.tables.attempts(id)).containsExactly("n1", "n2", "n3", "n4", "n5");
            // Driven again, the plan begins anew, and the count of the attempts goes on.
            assertThat(nodes.store.change(TaskStore.Change.REDRIVE, TaskQuery.ALL, null).count()).isOne();
            nodes.startAndAwait(options -> options.plan(plan));
            await().atMost(LONG).until(() -> nodes.tables.attempts(id).size() == 6);
            await().atMost(LONG).until(() -> !nodes.in(DurableTaskState.DELAYED).isEmpty());
        }
    }

    @Test
    void an_orderly_stop_leaves_nothing_claimed_and_the_successor_waits_for_nothing() throws Exception {
        try (Nodes nodes = new Nodes()) {
            JvmProcess first = nodes.startAndAwait(options -> options.workers(1).prefetch(20));
            for (int i = 0; i < 150; i++) { // more than the node can do before its stop
                nodes.order(DurableNode.TRANSACTIONAL, 50, 0);
            }
            await().atMost(LONG).until(() -> nodes.tables.effects() > 2);
            first.stop();
            assertThat(nodes.in(DurableTaskState.CLAIMED)).isEmpty();
            assertThat(nodes.in(DurableTaskState.READY)).isNotEmpty()
                    .allSatisfy(task -> assertThat(task.attempts()).isZero());
            nodes.startAndAwait(options -> options);
            nodes.awaitDone(LONG);
            nodes.assertPromises();
        }
    }
}
