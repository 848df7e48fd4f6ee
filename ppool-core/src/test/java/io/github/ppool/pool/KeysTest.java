package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.KeysOf;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks with keys, on a clock that stands still: each option and each end of a task has its meaning for the key. */
class KeysTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final TaskOptions A = TaskOptions.key("a");
    private static final TaskOptions B = TaskOptions.key("b");

    private final PoolWorld world = new PoolWorld();
    private final List<String> served = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    /** A worker has this task until it gets a message. */
    private static void block(Worker worker) throws InterruptedException {
        Object unused = Objects.requireNonNull(ProcessSystem.currentProcess()).receive();
    }

    private Task<?> blocker(TaskQueue<Worker> tasks) {
        Task<?> task = tasks.asyncQueue(KeysTest::block);
        world.world.quiesce();
        return task;
    }

    private Task<?> note(TaskQueue<Worker> tasks, String what) {
        return tasks.asyncQueue(worker -> served.add(what));
    }

    private void release(Task<?> blocker) {
        blocker.pid().orElseThrow().send("go on");
        world.world.quiesce();
    }

    private static void nothingIsLeft(PoolClient<?> pool) {
        assertThat(KeysOf.count(pool)).as("live keys").isZero();
        assertThat(pool.status().queueDepth()).isZero();
    }

    // ---- one at a time, in order, fairly

    @Test
    void tasks_of_one_key_run_one_at_a_time_in_their_order_and_others_beside_them() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3));
        Task<?> first = blocker(pool.tasks(A));
        Task<?> second = blocker(pool.tasks(A));
        Task<?> third = note(pool.tasks(A), "third");
        Task<?> other = note(pool.tasks(B), "other key");
        Task<?> without = note(pool, "no key");
        world.world.quiesce();
        assertThat(first.state()).isEqualTo(TaskState.RUNNING);
        assertThat(second.state()).isEqualTo(TaskState.QUEUED);
        assertThat(other.state()).isEqualTo(TaskState.DONE);
        assertThat(without.state()).isEqualTo(TaskState.DONE);
        assertThat(pool.status()).returns(2, PoolStatus::queueDepth).returns(2, PoolStatus::available);
        release(first);
        assertThat(second.state()).isEqualTo(TaskState.RUNNING);
        assertThat(third.state()).isEqualTo(TaskState.QUEUED);
        release(second);
        assertThat(third.state()).isEqualTo(TaskState.DONE);
        assertThat(first.id()).isLessThan(second.id());
        assertThat(second.id()).isLessThan(third.id());
        nothingIsLeft(pool);
    }

    @Test
    void a_busy_key_takes_at_most_its_turn() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        for (int i = 1; i <= 3; i++) {
            note(pool.tasks(A), "a" + i);
        }
        note(pool.tasks(B), "b1");
        note(pool, "no key");
        note(pool.tasks(B), "b2");
        release(blocker);
        assertThat(served).containsExactly("a1", "b1", "no key", "a2", "b2", "a3");
        nothingIsLeft(pool);
    }

    @Test
    void a_worker_goes_on_with_its_key_while_no_other_waits_and_others_go_first() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3).strategy(PoolStrategy.FIFO));
        Task<?> first = blocker(pool.tasks(A));
        Task<?> second = blocker(pool.tasks(A));
        Task<?> third = note(pool.tasks(A.withDeadline(SECOND)), "third");
        Task<?> fourth = note(pool.tasks(A.withPriority(5)), "fourth");
        release(first);
        assertThat(second.pid()).as("although others are idle").isEqualTo(first.pid());
        Task<?> besides = blocker(pool);
        Task<?> besidesToo = blocker(pool);
        note(pool, "no key");
        release(second);
        assertThat(served).containsExactly("no key", "third", "fourth");
        assertThat(third.pid()).isEqualTo(first.pid());
        assertThat(fourth.pid()).isEqualTo(first.pid());
        world.advance(SECOND);
        assertThat(pool.status().tasks()).returns(0L, PoolStatus.Tasks::rejected);
        release(besides);
        release(besidesToo);
        nothingIsLeft(pool);
    }

    @Test
    void a_priority_counts_between_keys_and_not_within_one() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        note(pool, "no key");
        note(pool.tasks(A), "a1");
        note(pool.tasks(A.withPriority(5)), "a2, urgent");
        note(pool.tasks(B.withPriority(1)), "b1, urgent");
        note(pool, "no key either");
        release(blocker);
        assertThat(served).containsExactly("b1, urgent", "no key", "a1", "a2, urgent", "no key either");
    }

    @Test
    void a_task_without_a_value_and_one_with_a_result_share_their_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        TaskQueue<Worker> tasks = pool.tasks(A);
        Task<?> blocker = blocker(tasks);
        Task<String> result = tasks.asyncQueueResult(worker -> "result");
        var sync = world.client(() -> tasks.syncQueueResult(worker -> "of " + worker));
        assertThat(sync.done).as("the caller of syncQueue waits for the key").isFalse();
        release(blocker);
        assertThat(result.result().toCompletableFuture().join()).isEqualTo("result");
        assertThat(sync.result().result().toCompletableFuture().join()).startsWith("of w");
        nothingIsLeft(pool);
    }

    @Test
    void run_refuses_a_key_that_another_task_has() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> blocker = blocker(pool.tasks(A));
        assertThat(pool.tasks(A).run(worker -> served.add("a"))).isEmpty();
        assertThat(pool.tasks(B).run(worker -> served.add("b"))).isPresent();
        world.world.quiesce();
        release(blocker);
        assertThat(pool.tasks(A).run(worker -> served.add("a, later"))).isPresent();
        world.world.quiesce();
        assertThat(served).containsExactly("b", "a, later");
        nothingIsLeft(pool);
    }

    @Test
    void dependents_of_an_outcome_do_not_hold_the_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> first = blocker(pool.tasks(A));
        List<TaskState> seen = new ArrayList<>();
        Task<?> second = note(pool.tasks(A), "second");
        var dependent = first.result().thenRun(() -> {
            sleepASecond();
            seen.add(second.state());
        });
        release(first);
        assertThat(second.state()).as("by the other worker, meanwhile").isEqualTo(TaskState.DONE);
        world.advance(SECOND);
        assertThat(dependent.toCompletableFuture()).isCompleted();
        assertThat(seen).containsExactly(TaskState.DONE);
    }

    private static void sleepASecond() {
        try {
            Objects.requireNonNull(ProcessSystem.currentProcess()).sleep(SECOND);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- the ends of a task

    @Test
    void a_cancelled_task_leaves_its_place_wherever_it_waits() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        Task<?> head = note(pool.tasks(A), "1");
        Task<?> middle = note(pool.tasks(A), "2");
        note(pool.tasks(A), "3");
        Task<?> last = note(pool.tasks(A), "4");
        assertThat(pool.status().queueDepth()).isEqualTo(4);
        assertThat(middle.cancel()).isTrue();
        assertThat(middle.cancel()).isFalse();
        assertThat(last.cancel()).isTrue();
        assertThat(head.cancel()).isTrue();
        assertThat(pool.status()).returns(1, PoolStatus::queueDepth)
                .returns(3L, status -> status.tasks().cancelled());
        note(pool.tasks(A), "5");
        release(blocker);
        assertThat(served).containsExactly("3", "5");
        nothingIsLeft(pool);
    }

    @Test
    void a_deadline_counts_from_the_acceptance_also_behind_the_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> blocker = blocker(pool.tasks(A));
        Task<?> late = note(pool.tasks(A.withDeadline(SECOND)), "late");
        Task<?> inTime = note(pool.tasks(A.withDeadline(Duration.ofSeconds(3))), "in time");
        world.advance(SECOND);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        assertThatThrownBy(() -> late.result().toCompletableFuture().join())
                .hasCauseInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("was not begun within its deadline of PT1S");
        release(blocker);
        assertThat(inTime.state()).isEqualTo(TaskState.DONE);
        world.advance(Duration.ofSeconds(5));
        assertThat(served).containsExactly("in time");
        nothingIsLeft(pool);
    }

    @Test
    void a_head_that_is_late_gives_its_key_to_the_next() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        Task<?> late = note(pool.tasks(A.withDeadline(SECOND)), "late");
        note(pool.tasks(A), "next");
        world.advance(SECOND);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        release(blocker);
        assertThat(served).containsExactly("next");
        nothingIsLeft(pool);
    }

    @Test
    void a_task_that_fails_or_is_killed_or_takes_too_long_gives_its_key_to_the_next() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> failing = pool.tasks(A).asyncQueue(worker -> {
            block(worker);
            throw new IllegalStateException("bad input");
        });
        world.world.quiesce();
        Task<?> killed = pool.tasks(A).asyncQueue(KeysTest::block);
        Task<?> slow = pool.tasks(A.withTimeout(SECOND)).asyncQueue(KeysTest::block);
        Task<?> last = note(pool.tasks(A), "last");
        release(failing);
        assertThat(failing.state()).isEqualTo(TaskState.FAILED);
        assertThat(killed.state()).isEqualTo(TaskState.RUNNING);
        assertThat(killed.exit(ExitReason.KILL)).isTrue();
        world.world.quiesce();
        assertThat(killed.state()).isEqualTo(TaskState.FAILED);
        assertThat(slow.state()).isEqualTo(TaskState.RUNNING);
        world.advance(SECOND);
        assertThat(slow.state()).isEqualTo(TaskState.FAILED);
        assertThat(last.state()).isEqualTo(TaskState.DONE);
        nothingIsLeft(pool);
    }

    @Test
    void a_failure_that_the_worker_survives_gives_the_key_to_the_next() {
        PoolClient<Worker> pool = world.start(spec -> spec.surviveOn(IllegalStateException.class::isInstance));
        Task<?> failing = pool.tasks(A).asyncQueue(worker -> {
            block(worker);
            throw new IllegalStateException("bad input");
        });
        world.world.quiesce();
        note(pool.tasks(A), "next");
        release(failing);
        assertThat(served).containsExactly("next");
        assertThat(world.made).hasValue(1);
        nothingIsLeft(pool);
    }

    // ---- crashes and plans

    private Task<?> failsOnce(TaskQueue<Worker> tasks, String what) {
        boolean[] failed = {false};
        return tasks.asyncQueue(worker -> {
            served.add(failed[0] ? what + " again" : what);
            if (!failed[0]) {
                failed[0] = true;
                throw new IllegalStateException("bad weather");
            }
        });
    }

    @Test
    void the_tasks_behind_wait_for_the_next_attempt() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).taskRestart(PoolWorld.policy("[1s]")));
        Task<?> task = failsOnce(pool.tasks(A), "1");
        Task<?> behind = note(pool.tasks(A), "2");
        note(pool.tasks(B), "other");
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(behind.state()).isEqualTo(TaskState.QUEUED);
        assertThat(served).containsExactlyInAnyOrder("1", "other");
        world.advance(SECOND);
        assertThat(served).endsWith("1 again", "2");
        nothingIsLeft(pool);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void or_they_go_on_and_the_task_comes_back_before_those_that_came_after_it(boolean byPool) {
        PoolClient<Worker> pool = world.start(
                spec -> spec.size(2).taskRestart(PoolWorld.policy("[1s]")).keyBlocks(!byPool));
        TaskOptions options = byPool ? A : A.withKeyBlocks(false);
        Task<?> task = failsOnce(pool.tasks(options), "1");
        Task<?> another = failsOnce(pool.tasks(options), "2");
        note(pool.tasks(options), "3");
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(another.state()).isEqualTo(TaskState.QUEUED);
        assertThat(served).containsExactly("1", "2", "3");
        assertThat(KeysOf.count(pool)).isEqualTo(1);
        Task<?> blocker = blocker(pool.tasks(options));
        note(pool.tasks(options), "4");
        world.advance(SECOND);
        assertThat(pool.status().queueDepth()).as("one at a time, also with its next attempt").isEqualTo(3);
        release(blocker);
        assertThat(served).containsExactly("1", "2", "3", "1 again", "2 again", "4");
        nothingIsLeft(pool);
    }

    @Test
    void a_task_that_is_cancelled_between_two_attempts_gives_its_key_free() {
        PoolClient<Worker> pool = world.start(spec -> spec.taskRestart(PoolWorld.policy("[1s]")));
        Task<?> blocks = failsOnce(pool.tasks(A), "1");
        note(pool.tasks(A), "2");
        Task<?> letsGoOn = failsOnce(pool.tasks(B.withKeyBlocks(false)), "b");
        world.world.quiesce();
        assertThat(served).containsExactly("1", "b");
        assertThat(blocks.cancel()).isTrue();
        assertThat(letsGoOn.cancel()).isTrue();
        world.world.quiesce();
        assertThat(served).containsExactly("1", "b", "2");
        nothingIsLeft(pool);
        world.advance(SECOND);
        assertThat(served).hasSize(3);
    }

    @Test
    void an_attempt_at_once_keeps_the_key_but_goes_to_the_end_of_the_queue() {
        PoolClient<Worker> pool = world.start(spec -> spec.taskRestart(PoolWorld.policy("[restart]")));
        Task<?> blocker = blocker(pool);
        failsOnce(pool.tasks(A), "1");
        note(pool.tasks(A), "2");
        note(pool.tasks(B), "b");
        release(blocker);
        assertThat(served).containsExactly("1", "b", "1 again", "2");
        nothingIsLeft(pool);
    }

    @Test
    void a_worker_that_dies_before_it_has_begun_costs_the_task_neither_its_attempt_nor_its_key() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        Task<?> first = note(pool.tasks(A), "1");
        note(pool.tasks(A), "2");
        world.kill(blocker.pid().orElseThrow());
        assertThat(served).containsExactly("1", "2");
        assertThat(first.attempts()).isEqualTo(1);
        nothingIsLeft(pool);
    }

    // ---- threads that go on after a kill

    /** As code that heeds no interrupt. */
    private static void awaitWithoutHeed(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                // it goes on
            }
        }
    }

    @Test
    void a_key_waits_for_the_thread_of_a_killed_process_and_no_longer_than_the_grace() throws Exception {
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new).size(2)
                    .restart(PoolWorld.AT_ONCE).orphanGrace(Duration.ofMinutes(5)).build());
            var goOn = new CountDownLatch(1);
            var begun = new CountDownLatch(1);
            Task<?> deaf = pool.tasks(A).asyncQueue(worker -> {
                begun.countDown();
                awaitWithoutHeed(goOn);
                served.add("the deaf thread has left");
            });
            begun.await();
            assertThat(deaf.exit(ExitReason.KILL)).isTrue();
            assertThatThrownBy(() -> deaf.result().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class);
            Task<?> next = pool.tasks(A).asyncQueue(worker -> served.add("next"));
            pool.tasks(B).asyncQueueResult(worker -> served.add("other")).result().toCompletableFuture().join();
            assertThat(next.state()).isEqualTo(TaskState.QUEUED);
            goOn.countDown();
            next.result().toCompletableFuture().join();
            assertThat(served).containsExactly("other", "the deaf thread has left", "next");
            Eventually.so(() -> pool, () -> KeysOf.count(pool) == 0);
        }
    }

    @Test
    void after_the_grace_the_key_goes_on() throws Exception {
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new).size(2)
                    .restart(PoolWorld.AT_ONCE).orphanGrace(Duration.ofMillis(20)).build());
            var goOn = new CountDownLatch(1);
            var begun = new CountDownLatch(1);
            Task<?> deaf = pool.tasks(A).asyncQueue(worker -> {
                begun.countDown();
                awaitWithoutHeed(goOn);
            });
            begun.await();
            deaf.exit(ExitReason.KILL);
            Task<?> next = pool.tasks(A).asyncQueue(worker -> served.add("next"));
            next.result().toCompletableFuture().join();
            assertThat(served).containsExactly("next");
            Eventually.so(() -> pool, () -> KeysOf.count(pool) == 0);
            goOn.countDown();
        }
    }

    // ---- the pool

    @Test
    void the_queue_capacity_counts_those_that_wait_for_their_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).queueCapacity(2));
        Task<?> blocker = blocker(pool.tasks(A));
        note(pool.tasks(A), "2");
        note(pool.tasks(A), "3");
        assertThatThrownBy(() -> note(pool.tasks(A), "4"))
                .isInstanceOf(PoolRejectedException.class).hasMessageContaining("queue-capacity 2 is reached");
        note(pool, "the idle worker takes it"); // it does not wait, so it needs no place
        world.world.quiesce();
        Task<?> other = blocker(pool);
        assertThatThrownBy(() -> note(pool, "5")).isInstanceOf(PoolRejectedException.class);
        assertThatThrownBy(() -> note(pool.tasks(B), "6")).isInstanceOf(PoolRejectedException.class);
        release(other);
        release(blocker);
        assertThat(served).containsExactly("the idle worker takes it", "2", "3");
        nothingIsLeft(pool);
    }

    @Test
    void a_pool_without_places_to_wait_refuses_a_busy_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).queueCapacity(0));
        Task<?> blocker = blocker(pool.tasks(A));
        assertThatThrownBy(() -> note(pool.tasks(A), "2")).isInstanceOf(PoolRejectedException.class);
        note(pool.tasks(B), "b");
        world.world.quiesce();
        assertThat(served).containsExactly("b");
        release(blocker);
        nothingIsLeft(pool);
    }

    @Test
    void a_suspended_pool_keeps_the_order() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> blocker = blocker(pool.tasks(A));
        note(pool.tasks(A), "2");
        world.perform(() -> world.pools.admin().suspend("pool"));
        note(pool.tasks(A), "3");
        note(pool.tasks(B), "b");
        release(blocker);
        assertThat(served).isEmpty();
        assertThat(pool.status().queueDepth()).isEqualTo(3);
        world.perform(() -> world.pools.admin().resume("pool"));
        world.world.quiesce();
        assertThat(served).containsExactlyInAnyOrder("2", "3", "b");
        assertThat(served.indexOf("2")).isLessThan(served.indexOf("3"));
        nothingIsLeft(pool);
    }

    @Test
    void a_pool_that_drains_finishes_what_waits_for_keys() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> blocker = blocker(pool.tasks(A));
        List<Task<?>> behind = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            behind.add(note(pool.tasks(A), "task " + i));
        }
        var stopping = world.client(() -> world.pools.stopPool("pool", Duration.ofSeconds(10)));
        assertThat(stopping.done).isFalse();
        release(blocker);
        assertThat(stopping.done).isTrue();
        assertThat(behind).allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskState.DONE));
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void a_pool_that_is_stopped_refuses_what_waits_for_keys() {
        PoolClient<Worker> pool = world.start(spec -> spec.taskRestart(PoolWorld.policy("[1m]")));
        failsOnce(pool.tasks(B), "delayed");
        world.world.quiesce();
        Task<?> blocker = blocker(pool.tasks(A));
        List<Task<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(note(pool.tasks(A), "task " + i));
            waiting.add(note(pool.tasks(B), "task " + i));
        }
        world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
        world.world.quiesce();
        assertThat(blocker.state()).isEqualTo(TaskState.FAILED);
        assertThat(waiting).allSatisfy(task -> {
            assertThat(task.state()).isEqualTo(TaskState.REJECTED);
            assertThatThrownBy(() -> task.result().toCompletableFuture().join())
                    .hasCauseInstanceOf(PoolStoppedException.class);
        });
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void a_caller_that_runs_a_task_of_the_key_does_not_wait_for_it_for_ever() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).checkoutTimeout(SECOND));
        List<Throwable> told = new CopyOnWriteArrayList<>();
        Task<?> outer = pool.tasks(A).asyncQueue(worker -> {
            try {
                pool.tasks(A).syncQueue(inner -> served.add("inner"));
            } catch (CheckoutTimeoutException itself) {
                told.add(itself);
            }
        });
        world.world.quiesce();
        world.advance(SECOND);
        assertThat(outer.state()).isEqualTo(TaskState.DONE);
        assertThat(told).singleElement().asString().contains("the caller itself has pool/");
        assertThat(served).isEmpty();
        nothingIsLeft(pool);
    }

    @Test
    void callers_of_sync_queue_behind_a_key_are_refused_when_no_worker_can_be_made() {
        PoolClient<Worker> pool = world.start(spec -> spec.creationFailureLimit(1).creationPlan(
                PoolWorld.policy("[1m]")));
        Task<?> blocker = blocker(pool.tasks(A));
        var sync = world.client(() -> pool.tasks(A).syncQueue(worker -> served.add("sync")));
        note(pool.tasks(A), "async");
        world.creationFailure = new IllegalStateException("no worker today");
        world.kill(blocker.pid().orElseThrow());
        assertThat(sync.failure).isInstanceOf(WorkerUnavailableException.class);
        world.creationFailure = null;
        world.advance(Duration.ofMinutes(1));
        assertThat(served).containsExactly("async");
        nothingIsLeft(pool);
    }

    @Test
    void very_many_keys_are_served_and_leave_nothing_behind() {
        int keys = 50_000;
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).queueCapacity(2 * keys));
        world.perform(() -> world.pools.admin().suspend("pool"));
        AtomicInteger ran = new AtomicInteger();
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < keys; i++) {
                pool.tasks(TaskOptions.key("customer-" + i)).asyncQueue(worker -> ran.incrementAndGet());
            }
        }
        assertThat(KeysOf.count(pool)).isEqualTo(keys);
        assertThat(pool.status().queueDepth()).isEqualTo(2 * keys);
        world.perform(() -> world.pools.admin().resume("pool"));
        world.world.quiesce();
        assertThat(ran).hasValue(2 * keys);
        nothingIsLeft(pool);
    }

    // ---- sticky

    private Pid ran(Task<?> task) {
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        return task.pid().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_sticky_task_goes_to_the_worker_that_served_its_key_last(boolean byPool) {
        PoolClient<Worker> pool = world.start(
                spec -> spec.size(4).strategy(PoolStrategy.FIFO).creationParallelism(4).sticky(byPool));
        TaskQueue<Worker> a = pool.tasks(byPool ? A : A.withSticky(true));
        TaskQueue<Worker> b = pool.tasks(byPool ? B : B.withSticky(true));
        Pid ofA = ran(note(a, "a"));
        Pid ofB = ran(note(b, "b"));
        assertThat(ofB).isNotEqualTo(ofA);
        for (int i = 0; i < 3; i++) {
            assertThat(ran(note(b, "b"))).isEqualTo(ofB);
            assertThat(ran(note(a, "a"))).isEqualTo(ofA);
        }
        nothingIsLeft(pool);
    }

    @Test
    void a_sticky_task_takes_any_worker_if_its_own_is_busy_or_has_died() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).strategy(PoolStrategy.FIFO).sticky(true));
        Pid own = ran(note(pool.tasks(A), "a"));
        Task<?> first = blocker(pool);
        Task<?> second = first.pid().orElseThrow().equals(own) ? first : blocker(pool);
        if (!second.equals(first)) {
            release(first);
        }
        assertThat(second.pid()).contains(own);
        Pid other = ran(note(pool.tasks(A), "a"));
        assertThat(other).isNotEqualTo(own);
        release(second);
        assertThat(ran(note(pool.tasks(A), "a"))).as("now the other one is the last").isEqualTo(other);
        world.kill(other);
        ran(note(pool.tasks(A), "a"));
        assertThat(served).hasSize(4);
        nothingIsLeft(pool);
    }

    @Test
    void without_sticky_the_strategy_chooses() {
        PoolClient<Worker> pool = world.start(
                spec -> spec.size(2).strategy(PoolStrategy.FIFO).creationParallelism(2));
        Pid first = ran(note(pool.tasks(A), "a"));
        assertThat(ran(note(pool.tasks(A), "a"))).isNotEqualTo(first);
    }

    // ---- the view of an observer

    @Test
    void those_that_wait_for_their_key_are_seen_and_counted() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool.tasks(A));
        note(pool.tasks(A), "2");
        world.advance(SECOND);
        note(pool.tasks(A), "3");
        world.advance(SECOND);
        assertThat(pool.status()).returns(2, PoolStatus::queueDepth)
                .returns(Duration.ofSeconds(2), PoolStatus::oldestWait);
        PoolInspection seen = world.perform(() -> world.pools.admin().inspect("pool", 10, 10)).orElseThrow();
        assertThat(seen.waiting()).isEqualTo(2);
        assertThat(seen.queue()).extracting(PoolInspection.Waiting::waited)
                .containsExactly(Duration.ofSeconds(2), SECOND);
        release(blocker);
        assertThat(pool.status().tasks().waits()).isEqualTo(new PoolStatus.Times(2, Duration.ofSeconds(3)));
    }
}
