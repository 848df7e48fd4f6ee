package io.github.ppool.durable.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.engine.TestNode.Fault;
import io.github.ppool.durable.engine.TestNode.Handler;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.Decision;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Single steps of the engine, on the thread of the test and a manual clock. */
class EngineStepsTest {

    private final TestNode.Shared shared = new TestNode.Shared();
    private final List<String> calls = new ArrayList<>();
    private int ran;

    private TestNode node(DurablePoolSettings settings, Handler... handlers) {
        // Gives nextDouble() == 0.5, the middle of every jitter, as the simulation does.
        TestNode node = new TestNode(shared, pool -> settings, () -> Long.MIN_VALUE, List.of(handlers));
        node.faults = method -> {
            calls.add(method);
            return Fault.NONE;
        };
        return node;
    }

    private TestNode node() {
        return node(DurablePoolSettings.DEFAULT, new Handler("plain", false, (row, task) -> ran++));
    }

    private static DurablePoolSettings plan(String plan) {
        return new DurablePoolSettings(
                RestartPolicy.of(RestartPlan.parse(plan)), DurablePoolSettings.OnEnd.WAIT, null, null);
    }

    private void claim(TestNode node) {
        shared.clock.advance(Duration.ofMillis(10)); // wake-ups within five milliseconds are one claim
        node.feed().wake();
        node.turn(node.feed());
    }

    private DurableTaskView view(long id) {
        return shared.store.find(id).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
            "10,   5, 10, 0",
            "10,   60, 10, 1",
            "100,  5, 10, 5",
            "1000, 5, 10, 50",
            "1000, 60, 10, 120",
            "50000, 5, 10, 400",
            "1000000, 2, 4, 160"})
    void prefetch_is_the_rate_times_two_round_trips_or_fifty_milliseconds_and_at_most_forty_for_each_worker(
            double rate, long millis, int workers, int expected) {
        assertThat(Prefetch.of(rate, Duration.ofMillis(millis), workers)).isEqualTo(expected);
    }

    @Test
    void prefetch_is_nothing_until_a_task_has_ended_and_nothing_for_long_tasks() {
        Prefetch prefetch = new Prefetch(null);
        prefetch.claimed(Duration.ofMillis(3).toNanos());
        assertThat(prefetch.of(10)).isZero();
        prefetch.ended(10, Duration.ofSeconds(20).toNanos());
        assertThat(prefetch.of(10)).isZero();
        for (int i = 1; i < 40; i++) {
            prefetch.ended(10 + i * 1_000L, Duration.ofSeconds(20).toNanos() + i * 1_000_000L);
        }
        assertThat(prefetch.of(10)).isEqualTo(400);
        assertThat(new Prefetch(7).of(10)).isEqualTo(7);
    }

    @Test
    void a_durable_task_does_what_the_simulation_of_its_plan_says() {
        Random random = new Random(22);
        List<String> elements = List.of("restart", "5s", "restart*2", "backoff 1s..1m x2*3", "wait", "delete",
                "200ms*2");
        for (int round = 0; round < 60; round++) {
            List<String> plan = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(4); i++) {
                plan.add(elements.get(random.nextInt(elements.size())));
            }
            RestartPolicy policy = RestartPolicy.of(RestartPlan.parse(plan))
                    .withCount(RestartCount.of(1 + random.nextInt(3)));
            TestNode node = node(new DurablePoolSettings(policy, DurablePoolSettings.OnEnd.DELETE, null, null),
                    new Handler("plain", false, (row, task) -> {
                        throw new IllegalStateException("fails");
                    }));
            ExitReason reason = ExitReason.failure(new IllegalStateException("fails"));
            Simulation.End[] ends = new Simulation.End[30];
            java.util.Arrays.fill(ends, Simulation.End.after(Duration.ZERO, reason));
            long id = shared.enqueue("plain", null, null);
            for (Simulation.Step step : policy.simulate(ends).steps()) {
                claim(node);
                node.pool.queue.get(0).begin();
                node.tell();
                Instant now = shared.now();
                switch (step.decision()) {
                    case Decision.RestartNow again -> assertThat(view(id).state()).isEqualTo(DurableTaskState.READY);
                    case Decision.RestartAfter after -> {
                        assertThat(view(id).state()).as(policy + " " + step).isEqualTo(DurableTaskState.DELAYED);
                        assertThat(view(id).readyAt()).isEqualTo(now.plus(after.delay()));
                        shared.clock.advance(after.delay());
                        node.turn(node.assembly.stager());
                    }
                    case Decision.Wait wait -> assertThat(view(id).state()).isEqualTo(DurableTaskState.LAID_DOWN);
                    default -> assertThat(shared.store.outcome(id)).isEqualTo(Outcome.DELETED);
                }
                node = node(new DurablePoolSettings(policy, DurablePoolSettings.OnEnd.DELETE, null, null),
                        new Handler("plain", false, (row, task) -> {
                            throw new IllegalStateException("fails");
                        })); // each step in another life
            }
            shared.store.find(id).ifPresent(rest -> shared.store.change(
                    io.github.ppool.durable.store.TaskStore.Change.DROP,
                    io.github.ppool.durable.TaskQuery.ALL, id));
        }
    }

    @Test
    void ends_of_many_tasks_are_one_statement() {
        TestNode node = node();
        node.pool.size = 1_500;
        for (int i = 0; i < 1_500; i++) {
            shared.enqueue("plain", null, null);
        }
        claim(node);
        claim(node);
        List.copyOf(node.pool.queue).forEach(FakePool.FakeTask::begin);
        calls.clear();
        node.turn(node.assembly.endings());
        node.turn(node.assembly.endings());
        shared.clock.advance(Endings.GATHER_MANY);
        node.turn(node.assembly.endings());
        assertThat(calls).containsExactly("complete", "complete");
        assertThat(shared.store.unfinished()).isZero();
    }

    @Test
    void an_end_waits_two_milliseconds_for_others() {
        TestNode node = node();
        shared.enqueue("plain", null, null);
        claim(node);
        node.pool.queue.get(0).begin();
        assertThat(node.assembly.endings().run()).isEqualTo(Endings.GATHER.toNanos());
        assertThat(shared.store.unfinished()).isEqualTo(1);
        shared.clock.advance(Endings.GATHER);
        assertThat(node.assembly.endings().run()).isZero();
        assertThat(shared.store.unfinished()).isZero();
    }

    @Test
    void many_ends_wait_five_milliseconds_for_more() {
        TestNode node = node();
        node.pool.size = Endings.MANY;
        for (int i = 0; i < Endings.MANY; i++) {
            shared.enqueue("plain", null, null);
        }
        claim(node);
        List.copyOf(node.pool.queue).forEach(FakePool.FakeTask::begin);
        assertThat(node.assembly.endings().run()).isEqualTo(Endings.GATHER_MANY.toNanos());
        shared.clock.advance(Endings.GATHER);
        assertThat(node.assembly.endings().run())
                .isEqualTo(Endings.GATHER_MANY.minus(Endings.GATHER).toNanos());
        assertThat(shared.store.unfinished()).isEqualTo(Endings.MANY);
        shared.clock.advance(Endings.GATHER_MANY.minus(Endings.GATHER));
        assertThat(node.assembly.endings().run()).isZero();
        assertThat(shared.store.unfinished()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER", "ERROR_AFTER"})
    void a_repeated_end_does_not_meet_the_next_attempt_of_the_same_node(Fault withoutAnswer) {
        TestNode node = node(plan("[restart*5, wait]"), new Handler("plain", false, (row, task) -> {
            ran++;
            if (row.attempt() == 1) {
                throw new IllegalStateException("once");
            }
        }));
        long id = shared.enqueue("plain", null, null);
        claim(node);
        node.pool.queue.get(0).begin();
        node.faults = method -> method.equals("fail") ? withoutAnswer : Fault.NONE;
        node.tell(); // has its effect, and no answer
        node.faults = method -> Fault.NONE;
        claim(node); // the next attempt
        assertThat(view(id).attempts()).isEqualTo(2);
        node.tell(); // the end of the first one, again
        assertThat(view(id).state()).as("the second attempt goes on").isEqualTo(DurableTaskState.CLAIMED);
        node.settle();
        assertThat(shared.store.outcome(id)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(ran).isEqualTo(2);
        assertThat(node.figures().failed()).isEqualTo(1);
    }

    @Test
    void a_commit_without_an_answer_is_looked_up() {
        for (Fault fault : new Fault[]{Fault.AFTER, Fault.BEFORE}) {
            TestNode node = node(plan("[wait]"), new Handler("book", true, (row, task) -> ran++));
            long id = shared.enqueue("book", null, null);
            claim(node);
            node.faults = method -> method.equals("commit") ? fault : Fault.NONE;
            node.pool.queue.get(0).begin();
            node.turn(node.assembly.doubts());
            node.tell();
            if (fault == Fault.AFTER) {
                assertThat(shared.store.outcome(id)).isEqualTo(Outcome.SUCCEEDED);
                assertThat(node.figures().succeeded()).isEqualTo(1);
                assertThat(node.figures().failed()).isZero();
            } else {
                assertThat(view(id).state()).isEqualTo(DurableTaskState.LAID_DOWN);
                assertThat(view(id).reason()).isEqualTo("TransactionSystemException");
            }
        }
    }

    @Test
    void a_locked_row_is_told_again() {
        TestNode node = node();
        long id = shared.enqueue("plain", null, null);
        claim(node);
        shared.store.lock(id);
        node.pool.queue.get(0).begin();
        node.tell();
        node.turn(node.assembly.doubts());
        node.tell();
        shared.store.unlock(id);
        node.turn(node.assembly.doubts());
        node.tell();
        assertThat(shared.store.outcome(id)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(node.figures().succeeded()).isEqualTo(1);
        assertThat(node.figures().voided()).isZero();
        assertThat(node.assembly.isAllTold()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"AFTER", "ERROR_AFTER"})
    void claims_without_an_answer_are_found_and_given_back(Fault withoutAnswer) {
        TestNode node = node();
        long id = shared.enqueue("plain", null, null);
        node.faults = method -> method.equals("claim") ? withoutAnswer : Fault.NONE;
        claim(node);
        assertThat(view(id).state()).isEqualTo(DurableTaskState.CLAIMED);
        node.faults = method -> method.equals("claimed") ? withoutAnswer : Fault.NONE;
        assertThat(node.turn(node.assembly.audit())).as("the doubt stays").isFalse();
        node.faults = method -> Fault.NONE;
        node.turn(node.assembly.audit());
        assertThat(view(id).state()).isEqualTo(DurableTaskState.READY);
        assertThat(view(id).attempts()).isZero();
        node.settle();
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void what_has_not_begun_goes_back_when_the_node_drains_or_the_pool_is_suspended() {
        TestNode node = node();
        shared.enqueue("plain", null, null);
        claim(node);
        node.hold.draining = true;
        claim(node);
        assertThat(node.pool.queue).isEmpty();
        assertThat(shared.store.counts().get(TestNode.POOL)).containsOnlyKeys(DurableTaskState.READY);
        node.hold.draining = false;
        shared.clock.advance(Duration.ofSeconds(2));
        claim(node);
        assertThat(node.pool.queue).hasSize(1);
        node.pool.phase = PoolPhase.SUSPENDED;
        claim(node);
        assertThat(shared.store.counts().get(TestNode.POOL)).containsOnlyKeys(DurableTaskState.READY);
        assertThat(node.figures().givenBack()).isEqualTo(2);
        assertThat(node.figures().claimed()).isZero();
    }

    @Test
    void a_refused_task_goes_back_and_the_next_claim_comes_later() {
        TestNode node = node();
        shared.enqueue("plain", null, null);
        node.pool.refuses = true;
        claim(node);
        assertThat(shared.store.counts().get(TestNode.POOL)).containsOnlyKeys(DurableTaskState.READY);
        calls.clear();
        node.turn(node.feed());
        assertThat(calls).doesNotContain("claim");
        node.pool.refuses = false;
        shared.clock.advance(Duration.ofSeconds(1));
        node.settle();
        assertThat(ran).isEqualTo(1);
    }

    @Test
    void the_first_loss_restarts_at_once_and_later_ones_come_apart() {
        TestNode dead = node();
        long id = shared.enqueue("plain", null, null);
        for (int loss = 1; loss <= 4; loss++) {
            shared.clock.advance(Duration.ofSeconds(20));
            dead.turn(dead.assembly.stager());
            claim(dead);
            assertThat(view(id).state()).as("loss " + loss).isEqualTo(DurableTaskState.CLAIMED);
            dead.hold.lose();
            TestNode other = node();
            other.turn(other.assembly.lostNodes());
            other.tell();
            assertThat(view(id).reason()).isEqualTo("node-lost");
            assertThat(view(id).state()).as("loss " + loss).isEqualTo(
                    loss == 1
                            ? DurableTaskState.READY
                            : loss < 4 ? DurableTaskState.DELAYED : DurableTaskState.LAID_DOWN);
            dead = other;
        }
        assertThat(ran).isZero();
    }

    @Test
    void a_handler_that_runs_on_after_its_time_out_is_not_beside_the_next_attempt() {
        TestNode[] node = new TestNode[1];
        node[0] = node(plan("[restart, wait]"), new Handler("plain", false, (row, task) -> {
            ran++;
            if (row.attempt() == 1) {
                node[0].pool.running.get(0).fail(new TimeoutException());
                node[0].tell();
                assertThat(view(row.id()).state()).isEqualTo(DurableTaskState.CLAIMED);
                throw new InterruptedException("told to end");
            }
        }));
        long id = shared.enqueue("plain", null, null);
        claim(node[0]);
        node[0].pool.queue.get(0).begin();
        node[0].tell();
        assertThat(view(id).reason()).isEqualTo("timeout");
        node[0].settle();
        assertThat(shared.store.outcome(id)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(ran).isEqualTo(2);
    }

    @Test
    void of_missed_fire_times_the_last_one_is_made_up_for() {
        Instant last = Instant.parse("2030-01-01T00:00:00Z");
        TaskHandler.FireTimes hourly = time -> time.truncatedTo(java.time.temporal.ChronoUnit.HOURS)
                .plus(Duration.ofHours(1));
        assertThat(Schedules.lastDue(hourly, last, last.plusSeconds(3_599))).isNull();
        assertThat(Schedules.lastDue(hourly, last, last.plusSeconds(3_600))).isEqualTo(last.plusSeconds(3_600));
        assertThat(Schedules.lastDue(hourly, last, last.plus(Duration.ofDays(1_000)).plusSeconds(5)))
                .isEqualTo(last.plus(Duration.ofDays(1_000)));
        int[] asked = new int[1];
        TaskHandler.FireTimes secondly = time -> {
            asked[0]++;
            return time.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).plusSeconds(1);
        };
        Instant now = last.plus(Duration.ofDays(3_650));
        assertThat(Schedules.lastDue(secondly, last, now)).isEqualTo(now);
        assertThat(asked[0]).isLessThan(100);
    }
}
