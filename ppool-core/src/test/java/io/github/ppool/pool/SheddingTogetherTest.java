package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Worker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders of waiting and shedding together with rates, broadcasts, keys and groups. The clock stands still. */
@Timeout(60)
class SheddingTogetherTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final TaskOptions EXPENDABLE = TaskOptions.DEFAULT.withExpendable(true);

    private final PoolWorld world = new PoolWorld();
    private final List<String> served = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private static CompletableFuture<Lease<Worker>> checkout(PoolClient<Worker> pool, Duration timeout) {
        return pool.checkoutAsync(timeout).toCompletableFuture();
    }

    private static CompletableFuture<Lease<Worker>> checkout(PoolClient<Worker> pool) {
        return checkout(pool, LONG);
    }

    private Task<?> note(TaskQueue<Worker> tasks, String what) {
        Task<?> task = tasks.asyncQueue(worker -> served.add(what));
        world.world.quiesce();
        return task;
    }

    private static PoolRejectedException refusal(CompletableFuture<?> caller) {
        Eventually.so(() -> caller, caller::isDone);
        assertThat(caller).isCompletedExceptionally();
        try {
            throw new AssertionError("served with " + caller.join());
        } catch (CompletionException refused) {
            return (PoolRejectedException) refused.getCause();
        }
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    // ---- rates

    @Test
    void a_waiter_for_the_rate_is_shed_for_a_newcomer_and_told_when_to_come_again() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3).rate(Rate.parse("1/1s")).queueCapacity(1)
                .shed(ShedRule.OLDEST));
        note(pool, "at once");
        CompletableFuture<Lease<Worker>> first = checkout(pool);
        world.advance(ms(400));
        CompletableFuture<Lease<Worker>> second = checkout(pool);
        PoolRejectedException shed = refusal(first);
        assertThat(shed.shedReason()).isEqualTo(ShedReason.OLDEST);
        assertThat(shed.retryAfter()).isPresent();
        world.advance(ms(599));
        assertThat(second).isNotDone();
        world.advance(ms(1));
        second.join().close();
        assertThat(pool.status().queue().counts()).isEqualTo(new PoolStatus.Shed(0, 1, 0, 0));
    }

    @Test
    void the_newest_waiter_gets_the_next_permit_of_the_rate_with_lifo() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3).rate(Rate.parse("1/1s")).queue(QueueOrder.LIFO));
        note(pool, "at once");
        note(pool, "old");
        note(pool, "new");
        world.advance(ms(1_000));
        assertThat(served).containsExactly("at once", "new");
        note(pool, "newest");
        world.advance(ms(1_000));
        assertThat(served).containsExactly("at once", "new", "newest");
        world.advance(ms(1_000));
        assertThat(served).last().isEqualTo("old");
    }

    @Test
    void a_queue_that_waits_for_the_rate_is_an_overload_too() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3).rate(Rate.parse("1/1s")).maxWaitTarget(ms(100))
                .maxWaitInterval(ms(50)));
        note(pool, "at once");
        Task<?> early = note(pool, "early");
        world.advance(ms(149));
        Task<?> late = note(pool, "late");
        assertThat(early.state()).isEqualTo(TaskState.QUEUED);
        world.advance(ms(1));
        assertThat(early.state()).isEqualTo(TaskState.REJECTED);
        world.advance(ms(98));
        assertThat(late.state()).isEqualTo(TaskState.QUEUED);
        world.advance(ms(1));
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        assertThat(pool.status().queue().counts().maxWait()).isEqualTo(2);
        world.advance(ms(1_000));
        note(pool, "the next one");
        assertThat(served).containsExactly("at once", "the next one");
    }

    // ---- broadcasts

    @ParameterizedTest
    @EnumSource(ShedRule.class)
    void a_broadcast_is_never_shed_and_takes_no_place_of_a_waiter(ShedRule rule) {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1).shed(rule).queue(QueueOrder.LIFO)
                .maxWaitTarget(ms(100)).maxWaitInterval(ms(50)));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> waiter = checkout(pool);
        CompletableFuture<Broadcast<String>> broadcast = pool.<String>broadcastResult(null,
                worker -> {
                    served.add("broadcast");
                    return "done";
                }).toCompletableFuture();
        world.world.quiesce();
        assertThat(waiter).isNotDone();
        world.advance(ms(1_000));
        assertThat(refusal(waiter).shedReason()).isEqualTo(ShedReason.MAX_WAIT);
        assertThat(broadcast).isNotDone();
        held.close();
        world.world.quiesce();
        assertThat(broadcast.join().outcomes()).hasSize(1);
        assertThat(served).containsExactly("broadcast");
    }

    // ---- keys

    @Test
    void tasks_of_a_key_keep_their_order_with_lifo_and_a_shed_one_passes_the_key_on() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(4).queue(QueueOrder.LIFO)
                .shed(ShedRule.OLDEST));
        TaskOptions key = TaskOptions.key("a");
        Lease<Worker> held = checkout(pool).join();
        Task<?> first = note(pool.tasks(key), "a1");
        note(pool.tasks(key), "a2");
        note(pool.tasks(key), "a3");
        note(pool, "b");
        note(pool, "c"); // the queue is full, and a1 has waited longest in it
        assertThat(first.state()).isEqualTo(TaskState.REJECTED);
        held.close();
        world.world.quiesce();
        assertThat(served).hasSize(4).containsSubsequence("c", "b").containsSubsequence("a2", "a3");
    }

    // ---- expendable tasks

    @ParameterizedTest
    @EnumSource(value = ShedRule.class, names = {"OLDEST", "DEADLINE"})
    void an_expendable_task_takes_no_place_of_another_waiter(ShedRule rule) {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1).shed(rule));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> caller = checkout(pool);
        assertThatThrownBy(() -> note(pool.tasks(EXPENDABLE.withPriority(9)), "expendable"))
                .isInstanceOfSatisfying(PoolRejectedException.class,
                        refused -> assertThat(refused.shedReason()).isEqualTo(ShedReason.NEWEST));
        assertThat(caller).isNotDone();
        held.close();
        caller.join().close();
    }

    @ParameterizedTest
    @EnumSource(value = ShedRule.class, names = {"OLDEST", "DEADLINE"})
    void an_expendable_task_goes_first_whatever_its_priority_and_its_age(ShedRule rule) {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(3).shed(rule));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> old = checkout(pool, ms(5_000));
        Task<?> low = note(pool.tasks(TaskOptions.DEFAULT.withPriority(-5)), "low");
        Task<?> expendable = note(pool.tasks(EXPENDABLE.withPriority(3)), "expendable");
        CompletableFuture<Void> outcome = note(pool.tasks(TaskOptions.DEFAULT.withPriority(-9)), "lowest").result()
                .<Void>thenApply(unused -> null).toCompletableFuture();
        assertThat(expendable.state()).isEqualTo(TaskState.REJECTED);
        assertThat(low.state()).isEqualTo(TaskState.QUEUED);
        assertThat(old).isNotDone();
        held.close();
        old.join().close();
        world.world.quiesce();
        assertThat(outcome).isCompleted();
        assertThat(served).containsExactly("low", "lowest");
        assertThatThrownBy(() -> expendable.result().toCompletableFuture().join()).cause()
                .hasMessageContaining("the waiter goes that is expendable");
    }

    @Test
    void an_expendable_task_that_has_begun_is_as_any_other() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1).shed(ShedRule.OLDEST));
        int[] attempts = {0};
        Task<?> again = pool.tasks(EXPENDABLE.withRestart(PoolWorld.policy("[1s]"))).asyncQueue(worker -> {
            if (attempts[0]++ == 0) {
                throw new IllegalStateException("try again");
            }
            served.add("again");
        });
        world.world.quiesce();
        Lease<Worker> held = checkout(pool).join();
        world.advance(ms(1_000));
        assertThat(again.state()).isEqualTo(TaskState.QUEUED);
        assertThatThrownBy(() -> note(pool.tasks(EXPENDABLE), "another")).isInstanceOf(PoolRejectedException.class);
        held.close();
        world.world.quiesce();
        assertThat(served).containsExactly("again");
    }

    @Test
    void without_a_rule_that_sheds_waiters_an_expendable_task_waits_as_any_other() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1));
        Lease<Worker> held = checkout(pool).join();
        note(pool.tasks(EXPENDABLE), "expendable");
        assertThatThrownBy(() -> note(pool, "newcomer")).isInstanceOf(PoolRejectedException.class);
        held.close();
        world.world.quiesce();
        assertThat(served).containsExactly("expendable");
    }

    // ---- groups

    @ParameterizedTest
    @EnumSource(value = ShedRule.class, names = {"OLDEST", "DEADLINE"})
    void a_waiter_of_a_group_is_not_shed_for_callers_of_a_member(ShedRule rule) {
        PoolClient<Worker> member = world.start(spec -> spec.queueCapacity(1).shed(rule));
        PoolGroup<Worker> group = world.pools.startGroup(PoolGroupSpec.of("group", member.name()));
        Lease<Worker> held = checkout(member).join();
        CompletableFuture<Lease<Worker>> ofGroup = checkout(group);
        CompletableFuture<Lease<Worker>> first = checkout(member, ms(100_000));
        CompletableFuture<Lease<Worker>> second = checkout(member, ms(200_000));
        assertThat(refusal(first).isQueueFull()).isTrue();
        CompletableFuture<Lease<Worker>> tooMany = checkout(group);
        assertThat(refusal(tooMany).shedReason()).as("a group refuses the newcomer").isEqualTo(ShedReason.NEWEST);
        held.close();
        world.world.quiesce();
        ofGroup.join().close();
        world.world.quiesce();
        second.join().close();
    }

    @Test
    void a_member_with_lifo_serves_the_place_of_a_group_in_its_own_order() {
        PoolClient<Worker> member = world.start(spec -> spec.queue(QueueOrder.LIFO));
        PoolGroup<Worker> group = world.pools.startGroup(PoolGroupSpec.of("group", member.name()));
        Lease<Worker> held = checkout(member).join();
        note(member, "older than the group's");
        note(group, "first of the group");
        note(group, "second of the group");
        note(member, "newest");
        held.close();
        world.world.quiesce();
        assertThat(served).containsExactly(
                "newest", "first of the group", "second of the group", "older than the group's");
    }

    @Test
    void an_overload_of_a_member_sheds_its_own_callers_and_not_those_of_the_group() {
        PoolClient<Worker> member = world.start(spec -> spec.maxWaitTarget(ms(100)).maxWaitInterval(ms(50)));
        PoolGroup<Worker> group = world.pools.startGroup(PoolGroupSpec.of("group", member.name()));
        Lease<Worker> held = checkout(member).join();
        CompletableFuture<Lease<Worker>> own = checkout(member);
        CompletableFuture<Lease<Worker>> ofGroup = checkout(group);
        world.advance(ms(1_000));
        assertThat(refusal(own).shedReason()).isEqualTo(ShedReason.MAX_WAIT);
        assertThat(ofGroup).isNotDone();
        held.close();
        world.world.quiesce();
        ofGroup.join().close();
    }

    // ---- deadlines

    @Test
    void a_waiter_whose_deadline_is_over_is_never_served() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(2).shed(ShedRule.DEADLINE));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> late = checkout(pool, ms(100));
        Task<?> overdue = note(pool.tasks(TaskOptions.DEFAULT.withDeadline(ms(100))), "overdue");
        world.advance(ms(100));
        held.close();
        world.world.quiesce();
        assertThat(late).isCompletedExceptionally();
        assertThat(overdue.state()).isEqualTo(TaskState.REJECTED);
        assertThat(served).isEmpty();
    }
}
