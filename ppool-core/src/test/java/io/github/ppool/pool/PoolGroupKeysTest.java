package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.pool.engine.KeysOf;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks with keys of a group, on a clock that stands still. */
class PoolGroupKeysTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String GO_ON = "go on";
    private static final TaskOptions A = TaskOptions.key("a");
    private static final TaskOptions B = TaskOptions.key("b");

    private final GroupWorld world = new GroupWorld();
    private final List<String> served = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private PoolGroup<String> two() {
        world.start("a", spec -> spec);
        world.start("b", spec -> spec);
        return world.group(GroupStrategy.FIRST, "a", "b");
    }

    /** A worker has this task until it gets a message. */
    private Task<?> blocker(TaskQueue<String> tasks) {
        Task<?> task = tasks.asyncQueue(worker -> {
            served.add("on " + worker);
            awaitRelease();
        });
        world.world.quiesce();
        return task;
    }

    /** The pool's wake-up is a message, too, without a meaning. */
    private static void awaitRelease() throws InterruptedException {
        ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
        while (!GO_ON.equals(self.receive())) {
            // the next message
        }
    }

    private Task<?> note(TaskQueue<String> tasks, String what) {
        Task<?> task = tasks.asyncQueue(worker -> served.add(what + " on " + worker));
        world.world.quiesce();
        return task;
    }

    private void release(Task<?> blocker) {
        blocker.pid().orElseThrow().send(GO_ON);
        world.world.quiesce();
    }

    private static void nothingIsLeft(PoolGroup<?> group) {
        assertThat(KeysOf.count(group)).as("live keys").isZero();
        assertThat(group.status().queueDepth()).isZero();
        EngineInvariants.checkAtRest(group);
    }

    @Test
    void equal_keys_run_one_at_a_time_and_in_their_order_over_all_members() {
        PoolGroup<String> mail = two();
        Task<?> first = blocker(mail.tasks(A));
        note(mail.tasks(A), "2");
        note(mail.tasks(A.withPriority(9)), "3");
        note(mail.tasks(B), "other key");
        note(mail, "no key");
        assertThat(served).containsExactly("on a1", "other key on b1", "no key on b1");
        assertThat(mail.status().queueDepth()).isEqualTo(2);
        assertThat(mail.groupStatus().members()).extracting(GroupStatus.Member::served).containsExactly(1L, 2L);
        release(first);
        assertThat(served.subList(3, 5)).containsExactly("2 on a1", "3 on a1");
        nothingIsLeft(mail);
    }

    @Test
    void the_next_task_of_a_key_goes_to_another_member_if_that_of_the_last_one_is_passed_over() {
        PoolGroup<String> mail = two();
        Task<?> first = blocker(mail.tasks(A));
        note(mail.tasks(A), "2");
        world.pools.admin().suspend("a");
        release(first);
        assertThat(served).containsExactly("on a1", "2 on b1");
        nothingIsLeft(mail);
    }

    @Test
    void a_task_whose_member_is_stopped_gives_its_key_to_the_next() {
        PoolGroup<String> mail = two();
        Task<?> first = blocker(mail.tasks(A));
        note(mail.tasks(A), "2");
        world.world.perform(() -> world.pools.stopPool("a", Duration.ZERO));
        world.world.quiesce();
        assertThat(first.state()).isEqualTo(TaskState.FAILED);
        assertThat(served).containsExactly("on a1", "2 on b1");
        nothingIsLeft(mail);
    }

    @Test
    void a_task_that_fails_or_is_killed_or_cancelled_or_late_gives_its_key_to_the_next() {
        PoolGroup<String> mail = two();
        Task<?> killed = blocker(mail.tasks(A));
        Task<?> failed = mail.tasks(A).asyncQueue(worker -> {
            throw new IllegalStateException("no such address");
        });
        Task<?> cancelled = note(mail.tasks(A), "cancelled");
        Task<?> late = note(mail.tasks(A.withDeadline(SECOND)), "late");
        Task<?> last = note(mail.tasks(A), "last");
        assertThat(cancelled.cancel()).isTrue();
        world.world.advance(SECOND);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        assertThat(killed.exit(ExitReason.KILL)).isTrue();
        world.world.quiesce();
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(last.state()).isEqualTo(TaskState.DONE);
        assertThat(served).hasSize(2).last().asString().startsWith("last on ");
        nothingIsLeft(mail);
    }

    @Test
    void a_head_that_leaves_the_queue_gives_its_key_to_the_next() {
        PoolGroup<String> mail = two();
        Task<?> one = blocker(mail);
        Task<?> other = blocker(mail);
        Task<?> cancelled = note(mail.tasks(A), "cancelled");
        Task<?> late = note(mail.tasks(A.withDeadline(SECOND)), "late");
        note(mail.tasks(A), "last");
        assertThat(cancelled.cancel()).isTrue();
        world.world.advance(SECOND);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        release(one);
        release(other);
        assertThat(served).containsExactly("on a1", "on b1", "last on a1");
        nothingIsLeft(mail);
    }

    // ---- attempts

    private Task<?> failsOnce(TaskQueue<String> tasks, String what) {
        int[] attempts = {0};
        Task<?> task = tasks.asyncQueue(worker -> {
            attempts[0]++;
            served.add(what + ", attempt " + attempts[0]);
            if (attempts[0] == 1) {
                throw new IllegalStateException("try again");
            }
        });
        world.world.quiesce();
        return task;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[restart]", "[5s]"})
    void the_tasks_behind_wait_for_the_next_attempt(String plan) {
        PoolGroup<String> mail = two();
        Task<?> first = failsOnce(mail.tasks(A.withRestart(PoolWorld.policy(plan))), "1");
        note(mail.tasks(A), "2");
        world.world.advance(Duration.ofSeconds(5));
        assertThat(first.state()).isEqualTo(TaskState.DONE);
        assertThat(served).hasSize(3).startsWith("1, attempt 1", "1, attempt 2");
        nothingIsLeft(mail);
    }

    @Test
    void or_they_go_on_and_the_task_comes_back_before_those_that_came_after_it() {
        PoolGroup<String> mail = two();
        TaskOptions goesOn = A.withKeyBlocks(false).withRestart(PoolWorld.policy("[5s]"));
        Task<?> first = failsOnce(mail.tasks(goesOn), "1");
        Task<?> second = blocker(mail.tasks(A));
        Task<?> third = blocker(mail.tasks(A));
        world.world.advance(Duration.ofSeconds(5));
        assertThat(first.state()).isEqualTo(TaskState.QUEUED); // its attempt is due, and another member has its key
        assertThat(third.state()).isEqualTo(TaskState.QUEUED);
        release(second);
        assertThat(first.state()).isEqualTo(TaskState.DONE);
        assertThat(third.state()).isEqualTo(TaskState.RUNNING);
        assertThat(served).hasSize(4).startsWith("1, attempt 1").element(2).isEqualTo("1, attempt 2");
        release(third);
        nothingIsLeft(mail);
    }

    @Test
    void a_task_that_waits_for_its_key_with_its_next_attempt_can_be_cancelled_and_its_member_stopped() {
        PoolGroup<String> mail = two();
        TaskOptions goesOn = A.withKeyBlocks(false).withRestart(PoolWorld.policy("[1s]"));
        Task<?> cancelled = failsOnce(mail.tasks(goesOn), "cancelled");
        Task<?> stopped = failsOnce(mail.tasks(goesOn), "stopped");
        world.pools.admin().suspend("a");
        Task<?> second = blocker(mail.tasks(A));
        assertThat(served).last().isEqualTo("on b1");
        world.world.advance(SECOND);
        assertThat(mail.status().queueDepth()).isEqualTo(2);
        assertThat(cancelled.cancel()).isTrue();
        world.world.perform(() -> world.pools.stopPool("a", Duration.ZERO));
        world.world.quiesce();
        assertThat(stopped.state()).isEqualTo(TaskState.REJECTED);
        Task<?> last = note(mail.tasks(A), "last");
        release(second);
        assertThat(last.state()).isEqualTo(TaskState.DONE);
        nothingIsLeft(mail);
    }

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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_key_waits_for_the_thread_of_a_killed_process_and_no_longer_than_the_grace(boolean within) throws Exception {
        Duration grace = within ? Duration.ofMinutes(5) : Duration.ofMillis(20);
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            for (String member : List.of("a", "b")) {
                pools.startPool(PoolSpec.builder(member, Object::new).size(1).maxOverflow(0)
                        .restart(PoolWorld.AT_ONCE).orphanGrace(grace).build());
            }
            PoolGroup<Object> mail = pools.startGroup(PoolGroupSpec.of("mail", "a", "b"));
            var goOn = new CountDownLatch(1);
            var begun = new CountDownLatch(1);
            Task<?> deaf = mail.tasks(A).asyncQueue(worker -> {
                begun.countDown();
                awaitWithoutHeed(goOn);
                served.add("the deaf thread has left");
            });
            begun.await();
            assertThat(deaf.exit(ExitReason.KILL)).isTrue();
            assertThatThrownBy(() -> deaf.result().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class);
            Task<?> next = mail.tasks(A).asyncQueue(worker -> served.add("next"));
            mail.tasks(B).asyncQueueResult(worker -> served.add("other")).result().toCompletableFuture().join();
            if (within) {
                assertThat(next.state()).isEqualTo(TaskState.QUEUED);
                goOn.countDown();
            }
            next.result().toCompletableFuture().join();
            assertThat(served).startsWith(within
                    ? new String[]{"other", "the deaf thread has left", "next"}
                    : new String[]{"other", "next"});
            Eventually.so(() -> mail, () -> KeysOf.count(mail) == 0);
            goOn.countDown();
        }
    }

    // ---- callers that do not wait, and delays

    @Test
    void run_refuses_a_key_that_another_task_has() {
        PoolGroup<String> mail = two();
        Task<?> blocker = blocker(mail.tasks(A));
        assertThat(world.world.perform(() -> mail.tasks(A).run(worker -> served.add("a")))).isEmpty();
        Task<String> run = world.world.perform(() -> mail.tasks(B).runResult(worker -> worker)).orElseThrow();
        assertThat(run.result().toCompletableFuture().join()).isEqualTo("b1");
        release(blocker);
        Task<?> behind = world.world.perform(() -> mail.tasks(A).run(worker -> {
            awaitRelease();
        })).orElseThrow();
        Task<?> last = note(mail.tasks(A), "last");
        assertThat(last.state()).isEqualTo(TaskState.QUEUED);
        release(behind);
        assertThat(last.state()).isEqualTo(TaskState.DONE);
        nothingIsLeft(mail);
    }

    @Test
    void run_without_a_worker_gives_its_key_back() {
        PoolGroup<String> mail = two();
        Task<?> one = blocker(mail);
        Task<?> other = blocker(mail);
        assertThat(world.world.perform(() -> mail.tasks(A).run(worker -> served.add("a")))).isEmpty();
        nothingIsLeft(mail);
        release(one);
        release(other);
    }

    @Test
    void a_scheduled_task_joins_the_others_of_its_key_when_its_delay_is_over() {
        PoolGroup<String> mail = two();
        Task<?> scheduled = mail.tasks(A).schedule(MINUTE, worker -> served.add("scheduled"));
        Task<?> cancelled = mail.tasks(A).schedule(MINUTE, worker -> served.add("cancelled"));
        Task<?> blocker = blocker(mail.tasks(A));
        assertThat(cancelled.cancel()).isTrue();
        world.world.advance(MINUTE);
        assertThat(scheduled.state()).isEqualTo(TaskState.QUEUED);
        assertThat(mail.status().queueDepth()).isEqualTo(1);
        release(blocker);
        assertThat(served).containsExactly("on a1", "scheduled");
        nothingIsLeft(mail);
    }

    // ---- the group

    @Test
    void the_capacity_counts_those_that_wait_for_their_key() {
        world.start("a", spec -> spec.queueCapacity(1));
        world.start("b", spec -> spec.queueCapacity(1));
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        Task<?> blocker = blocker(mail.tasks(A));
        note(mail.tasks(A), "2");
        note(mail.tasks(A), "3");
        assertThatThrownBy(() -> note(mail.tasks(A), "4")).isInstanceOfSatisfying(PoolRejectedException.class,
                refused -> assertThat(refused.isQueueFull()).isTrue())
                .hasMessageContaining("2 wait for the group 'mail', and the queue-capacity of its members is 2");
        note(mail, "an idle worker takes it");
        Task<?> other = blocker(mail);
        assertThatThrownBy(() -> note(mail, "5")).isInstanceOf(PoolRejectedException.class);
        release(other);
        release(blocker);
        assertThat(served).hasSize(5).doesNotContain("4 on a1", "5 on a1");
        nothingIsLeft(mail);
    }

    @Test
    void a_group_that_is_stopped_refuses_what_waits_for_keys() {
        PoolGroup<String> mail = two();
        Task<?> blocker = blocker(mail.tasks(A));
        Task<?> waits = note(mail.tasks(A), "never");
        Task<?> scheduled = mail.tasks(A).schedule(MINUTE, worker -> served.add("never"));
        world.pools.stopGroup("mail");
        world.world.quiesce();
        assertThat(List.of(waits.state(), scheduled.state())).containsOnly(TaskState.REJECTED);
        release(blocker);
        assertThat(blocker.state()).isEqualTo(TaskState.DONE);
        assertThat(served).containsExactly("on a1");
        nothingIsLeft(mail);
    }

    @Test
    void all_that_waits_for_keys_is_refused_when_no_member_serves() {
        PoolGroup<String> mail = two();
        blocker(mail.tasks(A));
        Task<?> second = note(mail.tasks(A), "never");
        Task<?> third = note(mail.tasks(A), "never");
        world.world.perform(() -> world.pools.stopPool("a", Duration.ZERO));
        world.world.perform(() -> world.pools.stopPool("b", Duration.ZERO));
        world.world.advance(SECOND);
        // the worker of b may have taken the second one before its stop
        assertThat(List.of(second.state(), third.state())).doesNotContain(TaskState.QUEUED, TaskState.RUNNING);
        assertThat(KeysOf.count(mail)).isZero();
    }

    @Test
    void members_that_drain_finish_what_waits_for_keys() {
        PoolGroup<String> mail = two();
        Task<?> blocker = blocker(mail.tasks(A));
        Task<?> second = note(mail.tasks(A), "2");
        Task<?> third = note(mail.tasks(A), "3");
        Client<Boolean> ofB = world.client(() -> world.pools.stopPool("b", MINUTE));
        assertThat(ofB.result()).isTrue();
        Client<Boolean> ofA = world.client(() -> world.pools.stopPool("a", MINUTE));
        assertThat(ofA.done).isFalse();
        release(blocker);
        assertThat(ofA.result()).isTrue();
        assertThat(List.of(second.state(), third.state())).containsOnly(TaskState.DONE);
        assertThat(served).containsExactly("on a1", "2 on a1", "3 on a1");
        nothingIsLeft(mail);
    }

    // ---- sticky

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_sticky_task_goes_to_the_worker_that_served_its_key_last(boolean byFirstMember) {
        world.start("a", spec -> spec.size(2).strategy(PoolStrategy.FIFO).sticky(byFirstMember));
        world.start("b", spec -> spec.size(2).strategy(PoolStrategy.FIFO));
        PoolGroup<String> mail = world.group(GroupStrategy.ROUND_ROBIN, "a", "b");
        String ofA = ran(mail, byFirstMember ? A : A.withSticky(true));
        String ofB = ran(mail, byFirstMember ? B : B.withSticky(true));
        assertThat(ofA).isNotEqualTo(ofB);
        for (int i = 0; i < 5; i++) {
            assertThat(ran(mail, byFirstMember ? A : A.withSticky(true))).isEqualTo(ofA);
            assertThat(ran(mail, byFirstMember ? B : B.withSticky(true))).isEqualTo(ofB);
        }
        nothingIsLeft(mail);
    }

    private String ran(PoolGroup<String> group, TaskOptions options) {
        Task<String> task = group.tasks(options).asyncQueueResult(worker -> worker);
        world.world.quiesce();
        return task.result().toCompletableFuture().join();
    }

    @Test
    void a_sticky_task_takes_any_worker_if_its_own_is_busy_or_its_member_was_started_again() {
        PoolGroup<String> mail = two();
        TaskOptions sticky = A.withSticky(true);
        assertThat(ran(mail, sticky)).isEqualTo("a1");
        Task<?> blocker = blocker(mail);
        assertThat(served).containsExactly("on a1");
        assertThat(ran(mail, sticky)).isEqualTo("b1");
        release(blocker);
        assertThat(ran(mail, sticky)).as("now the other one is the last").isEqualTo("b1");
        world.world.perform(() -> world.pools.stopPool("b", Duration.ZERO));
        world.start("b", spec -> spec);
        assertThat(ran(mail, sticky)).isEqualTo("a1");
        nothingIsLeft(mail);
    }

    // ---- hostile keys

    /** A key of the application that fails when it is told to. */
    private static final class Hostile {
        private final boolean fails;

        Hostile(boolean fails) {
            this.fails = fails;
        }

        @Override
        public int hashCode() {
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            if (fails) {
                throw new IllegalStateException("no answer");
            }
            return other instanceof Hostile;
        }
    }

    @Test
    void a_key_that_fails_refuses_its_own_task_only() {
        PoolGroup<String> mail = two();
        Task<?> blocker = blocker(mail.tasks(TaskOptions.key(new Hostile(false))));
        Task<?> behind = note(mail.tasks(TaskOptions.key(new Hostile(false))), "equal");
        assertThat(behind.state()).isEqualTo(TaskState.QUEUED);
        assertThatThrownBy(() -> mail.tasks(TaskOptions.key(new Hostile(true))).asyncQueue(worker -> {}))
                .hasMessageContaining("no answer");
        assertThatThrownBy(() -> mail.tasks(TaskOptions.key(new Hostile(true))).run(worker -> {}))
                .hasMessageContaining("no answer");
        assertThatThrownBy(() -> mail.tasks(TaskOptions.key(new Hostile(true))).schedule(MINUTE, worker -> {}))
                .hasMessageContaining("no answer");
        release(blocker);
        assertThat(behind.state()).isEqualTo(TaskState.DONE);
        nothingIsLeft(mail);
    }

    @Test
    void an_operator_sees_the_keys_of_the_group_and_its_scheduled_tasks() {
        PoolGroup<String> mail = two();
        assertThat(mail.backlog(10, 10)).isEqualTo(TaskBacklog.NONE);
        Task<?> first = blocker(mail.tasks(A));
        note(mail.tasks(A), "2");
        note(mail.tasks(A), "3");
        Task<?> second = blocker(mail.tasks(B));
        note(mail.tasks(B), "5");
        Task<?> late = mail.tasks(A).schedule(MINUTE.multipliedBy(2), worker -> served.add("late"));
        Task<?> soon = mail.schedule(MINUTE, worker -> served.add("soon"));
        world.world.advance(SECOND.multipliedBy(20));
        TaskBacklog seen = mail.backlog(10, 10);
        assertThat(seen.scheduled()).isEqualTo(2);
        assertThat(seen.nextDue()).hasSeconds(40);
        assertThat(seen.first()).containsExactly(
                new TaskBacklog.Scheduled(soon.id(), SECOND.multipliedBy(40), null),
                new TaskBacklog.Scheduled(late.id(), SECOND.multipliedBy(100), "a"));
        assertThat(seen.keys()).isEqualTo(2);
        assertThat(seen.waitingForKeys()).isEqualTo(3);
        assertThat(seen.busiest()).containsExactly(
                new TaskBacklog.Key("a", 2, SECOND.multipliedBy(20), TaskBacklog.Holder.RUNNING, first.id()),
                new TaskBacklog.Key("b", 1, SECOND.multipliedBy(20), TaskBacklog.Holder.RUNNING, second.id()));
        assertThat(mail.backlog(1, 1).first()).hasSize(1);
        assertThat(mail.backlog(1, 1).busiest()).hasSize(1);
        assertThat(mail.backlog(0, 0).first()).isEmpty();
        assertThat(mail.backlog(0, 0).busiest()).isEmpty();
        assertThat(mail.backlog(0, 0).nextDue()).hasSeconds(40);
        soon.cancel();
        assertThat(mail.backlog(1, 0).first()).extracting(TaskBacklog.Scheduled::id).containsExactly(late.id());
        late.cancel();
        release(first);
        release(second);
        assertThat(mail.backlog(10, 10)).isEqualTo(TaskBacklog.NONE);
        assertThatThrownBy(() -> mail.backlog(0, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scheduled and keys must be 0 or more, got: 0 and -1");
    }

    @Test
    void an_operator_sees_what_keeps_a_key_of_the_group() {
        world.start("a", spec -> spec.surviveOn(failure -> true)
                .taskRestart(RestartPolicy.of(RestartPlan.parse("[1m]"))));
        world.start("b", spec -> spec);
        PoolGroup<String> mail = world.group(GroupStrategy.FIRST, "a", "b");
        Task<?> failing = mail.tasks(A).asyncQueue(worker -> {
            throw new IllegalStateException("not yet");
        });
        world.world.quiesce();
        note(mail.tasks(A), "2");
        assertThat(mail.backlog(0, 10).retrying()).isEqualTo(1);
        assertThat(mail.backlog(0, 10).busiest()).containsExactly(
                new TaskBacklog.Key("a", 1, Duration.ZERO, TaskBacklog.Holder.BLOCKED, failing.id()));
        failing.cancel();
        world.world.quiesce();
        Task<?> one = blocker(mail);
        Task<?> other = blocker(mail);
        Task<?> queued = note(mail.tasks(B), "4");
        note(mail.tasks(B), "5");
        assertThat(mail.backlog(0, 10).busiest()).containsExactly(
                new TaskBacklog.Key("b", 1, Duration.ZERO, TaskBacklog.Holder.QUEUED, queued.id()));
        release(one);
        release(other);
        nothingIsLeft(mail);
    }

    @Test
    void an_operator_sees_those_that_wait_in_the_order_in_which_they_are_served() {
        PoolGroup<String> mail = two();
        Task<?> one = blocker(mail.tasks(A));
        Task<?> other = blocker(mail);
        Client<Lease<String>> caller = world.client(() -> mail.checkout(MINUTE));
        Task<?> forKey = note(mail.tasks(A), "for its key");
        world.world.advance(SECOND.multipliedBy(5));
        Task<?> first = note(mail.tasks(TaskOptions.DEFAULT.withPriority(1).withDeadline(MINUTE)), "first");
        var stage = mail.checkoutAsync(SECOND.multipliedBy(30)).toCompletableFuture();
        List<PoolInspection.Waiting> seen = mail.waiting(10);
        assertThat(seen).hasSize(4);
        assertThat(seen.get(0)).isEqualTo(
                new PoolInspection.Waiting(true, "task #" + first.id(), 1, Duration.ZERO, MINUTE));
        assertThat(seen.get(1)).satisfies(thread -> {
            assertThat(thread.task()).isFalse();
            assertThat(thread.waited()).hasSeconds(5);
            assertThat(thread.deadlineIn()).hasSeconds(55);
        });
        assertThat(seen.get(2)).isEqualTo(new PoolInspection.Waiting(false, "a stage", 0, Duration.ZERO,
                SECOND.multipliedBy(30)));
        assertThat(seen.get(3)).isEqualTo(new PoolInspection.Waiting(true, "task #" + forKey.id(), 0,
                SECOND.multipliedBy(5), null));
        assertThat(mail.waiting(2)).hasSize(2);
        assertThat(mail.waiting(0)).isEmpty();
        assertThatThrownBy(() -> mail.waiting(-1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("most must not be negative, got: -1");
        release(one);
        release(other);
        caller.result().close();
        world.world.quiesce();
        stage.join().close();
        world.world.quiesce();
        assertThat(mail.waiting(10)).isEmpty();
        nothingIsLeft(mail);
    }

    @Test
    void an_operator_sees_the_broadcasts_of_all_members() {
        PoolGroup<String> mail = two();
        Task<?> busy = blocker(mail);
        var unused = mail.broadcast(worker -> served.add("told " + worker));
        world.world.quiesce();
        assertThat(mail.backlog(0, 0).broadcasts()).isEqualTo(1);
        assertThat(mail.backlog(0, 0).broadcastsLeft()).isEqualTo(1);
        release(busy);
        assertThat(mail.backlog(0, 0)).isEqualTo(TaskBacklog.NONE);
    }
}
