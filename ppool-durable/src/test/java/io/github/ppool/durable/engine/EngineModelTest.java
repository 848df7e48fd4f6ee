package io.github.ppool.durable.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.TaskStore.Change;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A model of several nodes on one store, with random steps: hand-overs, claims, attempts, ends, lost leases, dead
 * nodes, cancelled tasks, calls of the store and commits that fail before or after their effect. In the end each task
 * has ended exactly once, and no effect is lost or doubled beyond the promises.
 */
class EngineModelTest {

    private static final int STEPS = 3_000;
    private static final int MOST_UNFINISHED = 8;

    private final TestNode.Shared shared = new TestNode.Shared();
    private final List<TestNode> nodes = new ArrayList<>();
    private final Map<Long, Integer> effects = new HashMap<>();
    private final Map<Long, Integer> inside = new HashMap<>();
    private final Set<Long> transactional = new HashSet<>();
    private final Set<Long> all = new HashSet<>();
    private final Map<Long, Integer> successes = new HashMap<>();
    /**
     * Tasks that a node had claimed when it lost its lease to others, or died: only their effects may be doubled, and
     * only of them two attempts may meet.
     */
    private final Set<Long> disturbed = new HashSet<>();
    private Random random = new Random(0);
    private boolean calm;
    private int depth;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("ppool.model.seeds", 60));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void each_task_ends_exactly_once(long seed) {
        random = new Random(seed);
        for (long i = 0; i <= seed % 3; i++) {
            nodes.add(node());
        }
        for (int step = 0; step < STEPS; step++) {
            step();
        }
        becomeCalm();

        assertThat(shared.store.unfinished()).as("unfinished tasks").isZero();
        for (long id : all) {
            Outcome outcome = shared.store.outcome(id);
            int took = effects.getOrDefault(id, 0);
            assertThat(outcome).as("task " + id).isNotNull();
            if (transactional.contains(id)) {
                assertThat(took).as("effects of the transactional task %d, %s", id, outcome)
                        .isEqualTo(outcome == Outcome.SUCCEEDED ? 1 : 0);
            } else if (outcome == Outcome.SUCCEEDED) {
                assertThat(took).as("effects of the task " + id).isPositive();
            }
            if (!disturbed.contains(id)) {
                assertThat(took).as("effects of the task " + id).isLessThanOrEqualTo(1);
                assertThat(successes.getOrDefault(id, 0)).as("told successes of the task %d, %s", id, outcome)
                        .isEqualTo(outcome == Outcome.SUCCEEDED ? 1 : 0);
            }
        }
        assertThat(nodes).allSatisfy(node -> {
            DurableFigures figures = node.figures();
            assertThat(figures.claimed()).as("claimed").isZero();
            assertThat(figures.running()).as("running").isZero();
            assertThat(node.assembly.isAllTold()).isTrue();
        });
        assertThat(all).hasSizeGreaterThan(50);
    }

    private TestNode node() {
        RestartPolicy plan = RestartPolicy.of(RestartPlan.parse("[restart, 5s, restart*2, wait]"))
                .withCount(RestartCount.of(2));
        DurablePoolSettings settings = new DurablePoolSettings(
                plan, random.nextBoolean() ? DurablePoolSettings.OnEnd.WAIT : DurablePoolSettings.OnEnd.DELETE, null,
                null);
        TestNode node = new TestNode(shared, pool -> settings, random, List.of(
                new TestNode.Handler("plain", false, (row, task) -> {
                    assertThat(task.isHeld()).as("held at the begin").isTrue();
                    attempt(row.id());
                    effects.merge(row.id(), 1, Integer::sum);
                }),
                new TestNode.Handler("transactional", true, (row, task) -> attempt(row.id()))));
        node.faults = method -> calm || random.nextInt(12) > 0
                ? TestNode.Fault.NONE
                : random.nextBoolean() ? TestNode.Fault.BEFORE : TestNode.Fault.AFTER;
        node.assembly.results().add(new AttemptListener() {
            @Override
            public void ended(ClaimedTask row, End end, @Nullable String reason, Duration ran) {
                if (end == End.SUCCEEDED) {
                    successes.merge(row.id(), 1, Integer::sum);
                }
            }
        });
        node.onCommit = id -> effects.merge(id, 1, Integer::sum);
        return node;
    }

    /** The middle of an attempt: each fault may come here. */
    private void attempt(long id) throws Exception {
        int before = inside.getOrDefault(id, 0);
        if (before > 0) {
            assertThat(disturbed).as("two attempts of a task at once, without a lost lease").contains(id);
        }
        inside.merge(id, 1, Integer::sum);
        try {
            if (!calm && depth < 3 && random.nextInt(3) == 0) {
                depth++;
                for (int i = random.nextInt(6); i > 0; i--) {
                    step();
                }
                depth--;
            }
            if (!calm && random.nextInt(5) == 0) {
                throw random.nextBoolean() ? new IllegalStateException("handler") : new TimeoutException("handler");
            }
        } finally {
            inside.merge(id, -1, Integer::sum);
        }
    }

    private void step() {
        TestNode node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(26)) {
            case 0, 1, 2 -> {
                if (shared.store.unfinished() > MOST_UNFINISHED) {
                    return;
                }
                boolean inTransaction = random.nextBoolean();
                Duration delay = random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(20_000)) : null;
                String key = random.nextInt(5) == 0 ? "key" + random.nextInt(3) : null;
                long id = shared.enqueue(inTransaction ? "transactional" : "plain", key, delay);
                all.add(id);
                if (inTransaction) {
                    transactional.add(id);
                }
            }
            case 3, 4, 5, 6 -> {
                node.feed().wake();
                node.turn(node.feed());
            }
            case 7, 8, 9, 10, 11 -> {
                if (!node.pool.queue.isEmpty()) {
                    node.pool.queue.get(random.nextInt(node.pool.queue.size())).begin();
                }
            }
            case 12, 13, 14 -> node.tell();
            case 15 -> node.turn(node.assembly.doubts());
            case 16 -> {
                node.turn(node.assembly.lostNodes());
                node.turn(node.assembly.beat());
            }
            case 17 -> node.turn(node.assembly.audit());
            case 18 -> node.turn(node.assembly.stager());
            case 19 -> {
                if (depth == 0) { // else the engine might give up waiting for a handler
                    shared.clock.advance(Duration.ofMillis(random.nextInt(3_000)));
                }
            }
            case 20 -> loseLease(node);
            case 21 -> {
                if (random.nextInt(4) == 0 && depth == 0) {
                    crash(node);
                }
            }
            case 22 -> {
                long id = 1 + random.nextInt(Math.max(1, all.size()));
                shared.store.change(random.nextBoolean() ? Change.CANCEL : Change.REDRIVE, TaskQuery.ALL, id);
            }
            case 23 -> {
                if (!node.pool.running.isEmpty()) { // the process of a worker ends, and its thread runs on
                    node.pool.running.get(0).fail(
                            random.nextBoolean() ? new TimeoutException("pool") : new ProcessEnd());
                }
            }
            case 24 -> node.pool.refuses = random.nextBoolean();
            default -> node.hold.draining = random.nextInt(3) == 0;
        }
    }

    private void loseLease(TestNode node) {
        if (node.hold.held() == null) {
            node.hold.regain();
        } else if (random.nextInt(3) == 0) {
            if (nodes.size() > 1) {
                disturb(node);
            }
            node.hold.lose();
        }
    }

    private void disturb(TestNode node) {
        String lost = String.valueOf(node.hold.held());
        all.forEach(id -> shared.store.find(id).filter(view -> lost.equals(view.node()))
                .ifPresent(view -> disturbed.add(id)));
        node.assembly.claims().all().forEach(attempt -> disturbed.add(attempt.row().id()));
    }

    /** The node is gone: none of its parts acts any more, and its lease ends. */
    private void crash(TestNode node) {
        disturb(node);
        node.hold.lose();
        nodes.set(nodes.indexOf(node), node());
    }

    /** An end of a worker's process that is none of the pool's exceptions. */
    private static final class ProcessEnd extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void becomeCalm() {
        calm = true;
        for (TestNode node : nodes) {
            node.hold.draining = false;
            node.pool.refuses = false;
            node.hold.regain();
        }
        for (int i = 0; i < 60; i++) {
            for (TestNode node : nodes) {
                node.settle();
                node.turn(node.assembly.lostNodes());
                node.turn(node.assembly.audit());
                node.turn(node.assembly.beat());
                node.turn(node.assembly.stager());
            }
            shared.clock.advance(Duration.ofSeconds(6));
            shared.store.change(Change.REDRIVE, TaskQuery.ALL, null);
        }
    }
}
