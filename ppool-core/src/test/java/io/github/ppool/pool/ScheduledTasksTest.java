package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.KeysOf;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks that join the queue later, on a clock that stands still. */
class ScheduledTasksTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_scheduled_task_runs_when_its_delay_is_over_and_not_before() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<String> task = world.perform(() -> pool.scheduleResult(MINUTE, worker -> worker.name));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(task.attempts()).isZero();
        assertThat(task.id()).isPositive().isLessThan(world.perform(() -> pool.asyncQueue(worker -> {})).id());
        assertThat(pool.status().queueDepth()).isZero();
        world.advance(MINUTE.minusMillis(1));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        world.advance(Duration.ofMillis(1));
        assertThat(task.result().toCompletableFuture()).isCompletedWithValue("w1");
    }

    @Test
    void a_delay_of_zero_or_less_is_none_and_a_delay_of_centuries_is_one() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<String> now = world.perform(() -> pool.scheduleResult(Duration.ZERO, worker -> worker.name));
        Task<String> before = world.perform(() -> pool.scheduleResult(MINUTE.negated(), worker -> worker.name));
        Task<Void> never = world.perform(() -> pool.schedule(Duration.ofSeconds(Long.MAX_VALUE), worker -> {}));
        world.world.quiesce();
        assertThat(now.state()).isEqualTo(TaskState.DONE);
        assertThat(before.state()).isEqualTo(TaskState.DONE);
        assertThat(never.state()).isEqualTo(TaskState.QUEUED);
        assertThat(never.cancel()).isTrue();
    }

    @Test
    void tasks_run_in_the_order_of_their_times_and_by_their_priority_at_one_time() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        List<String> ran = new CopyOnWriteArrayList<>();
        Lease<Worker> lease = world.client(pool::checkout).result();
        var unused = world.perform(() -> List.of(
                pool.schedule(MINUTE.multipliedBy(2), worker -> ran.add("second")),
                pool.schedule(MINUTE, worker -> ran.add("first")),
                pool.tasks(TaskOptions.DEFAULT.withPriority(5)).schedule(MINUTE, worker -> ran.add("urgent"))));
        world.advance(MINUTE.multipliedBy(2));
        assertThat(ran).isEmpty();
        assertThat(pool.status().queueDepth()).isEqualTo(3);
        lease.close();
        world.world.quiesce();
        assertThat(ran).containsExactly("urgent", "first", "second");
    }

    @Test
    void a_cancelled_task_does_not_run_and_makes_room_for_another_one() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1));
        Task<Void> task = world.perform(() -> pool.schedule(MINUTE, worker -> world.log.add("ran")));
        assertThat(task.cancel()).isTrue();
        assertThat(task.cancel()).isFalse();
        Task<String> other = world.perform(() -> pool.scheduleResult(MINUTE, worker -> "other"));
        world.advance(MINUTE);
        assertThat(world.log).doesNotContain("ran");
        assertThatThrownBy(() -> task.result().toCompletableFuture().join())
                .hasRootCauseInstanceOf(CancellationException.class);
        assertThat(other.result().toCompletableFuture()).isCompletedWithValue("other");
    }

    @Test
    void as_many_tasks_may_be_scheduled_as_may_wait() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(2));
        world.perform(() -> pool.schedule(MINUTE, worker -> {}));
        world.perform(() -> pool.schedule(MINUTE, worker -> {}));
        assertThatThrownBy(() -> pool.schedule(MINUTE, worker -> {}))
                .isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("schedule was refused: queue-capacity 2 is reached by scheduled tasks");
        world.advance(MINUTE);
        assertThat(pool.schedule(MINUTE, worker -> {}).cancel()).isTrue();
    }

    @Test
    void a_task_whose_time_comes_while_the_queue_is_full_is_rejected() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1));
        Lease<Worker> lease = world.client(pool::checkout).result();
        Task<Void> late = world.perform(() -> pool.schedule(MINUTE, worker -> {}));
        Task<Void> waits = world.perform(() -> pool.asyncQueue(worker -> {}));
        world.advance(MINUTE);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        assertThat(late.result().toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> late.result().toCompletableFuture().join())
                .hasRootCauseInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("a scheduled task was refused: queue-capacity 1 is reached");
        assertThat(waits.state()).isEqualTo(TaskState.QUEUED);
        lease.close();
        world.world.quiesce();
        assertThat(waits.state()).isEqualTo(TaskState.DONE);
        assertThat(pool.status().tasks().rejected()).isEqualTo(1);
    }

    @Test
    void the_deadline_of_a_task_begins_when_its_delay_is_over() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> lease = world.client(pool::checkout).result();
        TaskQueue<Worker> hurried = pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(10)));
        Task<Void> task = world.perform(() -> hurried.schedule(MINUTE, worker -> {}));
        world.advance(MINUTE.plusSeconds(9));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        world.advance(Duration.ofSeconds(1));
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
        lease.close();
    }

    @Test
    void a_stop_does_not_wait_for_delays_and_rejects_their_tasks() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<Void> task = world.perform(() -> pool.schedule(MINUTE, worker -> world.log.add("ran")));
        assertThat(world.perform(() -> world.pools.stopPool("pool", Duration.ofHours(1)))).isTrue();
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
        assertThatThrownBy(() -> task.result().toCompletableFuture().join())
                .hasRootCauseInstanceOf(PoolStoppedException.class)
                .hasMessageContaining("stopped before the delay of the task was over");
        assertThatThrownBy(() -> pool.schedule(MINUTE, worker -> {})).isInstanceOf(PoolStoppedException.class);
        world.advance(MINUTE);
        assertThat(world.log).doesNotContain("ran");
    }

    @Test
    void a_pool_that_refuses_while_suspended_refuses_a_task_whose_time_comes() {
        PoolClient<Worker> pool = world.start(spec -> spec.refuseWhileSuspended(true));
        Task<Void> task = world.perform(() -> pool.schedule(MINUTE, worker -> {}));
        world.perform(() -> world.pools.admin().suspend("pool"));
        assertThatThrownBy(() -> pool.schedule(MINUTE, worker -> {})).isInstanceOf(PoolRejectedException.class);
        world.advance(MINUTE);
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    @SuppressWarnings("NullAway") // the nulls are the subject of the test
    void nulls_are_refused() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        assertThatThrownBy(() -> pool.schedule(null, worker -> {})).isInstanceOf(NullPointerException.class)
                .hasMessage("delay must not be null");
        assertThatThrownBy(() -> pool.schedule(MINUTE, null)).isInstanceOf(NullPointerException.class)
                .hasMessage("task must not be null");
    }

    @Test
    void a_scheduled_task_with_a_key_joins_the_others_of_its_key_when_its_time_has_come() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        List<String> ran = new CopyOnWriteArrayList<>();
        TaskQueue<Worker> keyed = pool.tasks(TaskOptions.key("k"));
        Task<Void> scheduled = world.perform(() -> keyed.schedule(MINUTE, worker -> ran.add("scheduled")));
        Task<Void> before = world.perform(() -> keyed.asyncQueue(worker -> ran.add("before")));
        assertThat(before.state()).isEqualTo(TaskState.DONE); // the key is free until then
        List<Lease<Worker>> leases = List.of(world.client(pool::checkout).result(),
                world.client(pool::checkout).result());
        var unused = world.perform(() -> List.of(keyed.asyncQueue(worker -> ran.add("first")),
                keyed.asyncQueue(worker -> ran.add("second"))));
        world.advance(MINUTE);
        assertThat(scheduled.state()).isEqualTo(TaskState.QUEUED);
        assertThat(pool.status().queueDepth()).isEqualTo(3);
        var last = world.perform(() -> keyed.asyncQueue(worker -> ran.add("last")));
        leases.forEach(Lease::close);
        world.world.quiesce();
        assertThat(last.state()).isEqualTo(TaskState.DONE);
        assertThat(ran).containsExactly("before", "first", "second", "scheduled", "last");
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void a_failed_task_goes_before_a_scheduled_one_that_has_joined_its_key_later() {
        PoolClient<Worker> pool = world.start(spec -> spec.keyBlocks(false).surviveOn(failure -> true)
                .taskRestart(policy("[2m]")));
        List<String> ran = new CopyOnWriteArrayList<>();
        TaskQueue<Worker> keyed = pool.tasks(TaskOptions.key("k"));
        AtomicInteger attempts = new AtomicInteger();
        world.perform(() -> keyed.schedule(MINUTE, worker -> ran.add("scheduled")));
        world.perform(() -> keyed.asyncQueue(worker -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("failed");
            }
            ran.add("failed before");
        }));
        Lease<Worker> lease = world.client(pool::checkout).result();
        world.perform(() -> keyed.asyncQueue(worker -> ran.add("holds the key"))); // while the worker is away
        world.advance(MINUTE.multipliedBy(2));
        assertThat(pool.status().queueDepth()).isEqualTo(3);
        lease.close();
        world.world.quiesce();
        assertThat(ran).containsExactly("holds the key", "failed before", "scheduled");
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void the_deadline_of_a_scheduled_task_with_a_key_counts_the_wait_for_the_key() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Lease<Worker> lease = world.client(pool::checkout).result();
        Lease<Worker> other = world.client(pool::checkout).result();
        world.perform(() -> pool.tasks(TaskOptions.key("k")).asyncQueue(worker -> {}));
        Task<Void> task = world.perform(() -> pool.tasks(TaskOptions.key("k").withDeadline(Duration.ofSeconds(10)))
                .schedule(MINUTE, worker -> {}));
        world.advance(MINUTE.plusSeconds(9));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        world.advance(Duration.ofSeconds(1));
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
        lease.close();
        other.close();
        world.world.quiesce();
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void a_scheduled_task_with_a_key_that_never_runs_leaves_no_key_behind() {
        PoolClient<Worker> pool = world.start(spec -> spec.queueCapacity(1));
        TaskQueue<Worker> keyed = pool.tasks(TaskOptions.key("k"));
        Task<Void> cancelled = world.perform(() -> keyed.schedule(MINUTE, worker -> world.log.add("ran")));
        assertThat(KeysOf.count(pool)).isEqualTo(1);
        assertThat(cancelled.cancel()).isTrue();
        assertThat(KeysOf.count(pool)).isZero();

        Lease<Worker> lease = world.client(pool::checkout).result();
        Task<Void> late = world.perform(() -> keyed.schedule(MINUTE, worker -> world.log.add("ran")));
        assertThatThrownBy(() -> keyed.schedule(MINUTE, worker -> {})).isInstanceOf(PoolRejectedException.class);
        world.perform(() -> keyed.asyncQueue(worker -> {}));
        world.advance(MINUTE);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED); // the queue is full
        lease.close();
        world.world.quiesce();
        assertThat(KeysOf.count(pool)).isZero();

        Task<Void> stopped = world.perform(() -> keyed.schedule(MINUTE, worker -> world.log.add("ran")));
        assertThat(world.perform(() -> world.pools.stopPool("pool", Duration.ZERO))).isTrue();
        assertThat(stopped.state()).isEqualTo(TaskState.REJECTED);
        assertThat(KeysOf.count(pool)).isZero();
        assertThat(world.log).doesNotContain("ran");
    }

    @Test
    void keys_of_scheduled_tasks_are_compared_at_the_hand_over() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        List<String> ran = new CopyOnWriteArrayList<>();
        var unused = world.perform(() -> List.of(
                pool.tasks(TaskOptions.key(List.of(1))).schedule(MINUTE, worker -> ran.add("one")),
                pool.tasks(TaskOptions.key(List.of(1))).schedule(MINUTE, worker -> ran.add("one again")),
                pool.tasks(TaskOptions.key(List.of(2))).schedule(MINUTE, worker -> ran.add("two"))));
        assertThat(KeysOf.count(pool)).isEqualTo(2);
        world.advance(MINUTE);
        world.world.quiesce();
        assertThat(ran).containsExactlyInAnyOrder("one", "one again", "two")
                .containsSubsequence("one", "one again");
        assertThat(KeysOf.count(pool)).isZero();
    }

    @Test
    void a_plan_of_the_options_replaces_that_of_the_pool() {
        PoolClient<Worker> pool = world.start(spec -> spec.taskRestart(policy("[restart, restart]"))
                .surviveOn(failure -> true));
        AtomicInteger once = new AtomicInteger();
        AtomicInteger twice = new AtomicInteger();
        AtomicInteger later = new AtomicInteger();
        Task<Void> single = world.perform(
                () -> pool.tasks(TaskOptions.DEFAULT.withoutRestart()).asyncQueue(worker -> fail(once)));
        Task<Void> pools = world.perform(() -> pool.asyncQueue(worker -> fail(twice)));
        Task<Void> own = world.perform(() -> pool.tasks(TaskOptions.DEFAULT.withRestart(policy("[10s]")))
                .schedule(MINUTE, worker -> fail(later)));
        world.world.quiesce();
        assertThat(List.of(single.attempts(), pools.attempts(), own.attempts())).containsExactly(1, 3, 0);
        world.advance(MINUTE);
        assertThat(own.attempts()).isEqualTo(1);
        world.advance(Duration.ofSeconds(10));
        assertThat(own.attempts()).isEqualTo(2);
        assertThat(List.of(once.get(), twice.get(), later.get())).containsExactly(1, 3, 2);
        assertThat(own.state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void a_plan_that_waits_is_refused_for_each_reason() {
        RestartPolicy byReason = RestartPolicy.of(PlanByReason.of(
                Map.of("killed", RestartPlan.parse("[wait]")), RestartPlan.parse("[restart]")));
        assertThatThrownBy(() -> TaskOptions.DEFAULT.withRestart(byReason))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("restart must not contain wait");
    }

    @Test
    void an_independent_task_that_throws_leaves_its_worker_alone_and_an_error_does_not() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        TaskQueue<Worker> independent = pool.tasks(TaskOptions.DEFAULT.withIndependent(true));
        Task<Void> failed = world.perform(() -> independent.asyncQueue(worker -> fail(new AtomicInteger())));
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(world.log).containsExactly("made w1");
        Task<Void> error = world.perform(() -> independent.asyncQueue(worker -> {
            throw new AssertionError("broken");
        }));
        world.world.quiesce();
        assertThat(error.state()).isEqualTo(TaskState.FAILED);
        assertThat(world.log).containsExactly("made w1", "closed w1", "made w2");
    }

    @Test
    void a_place_survives_what_a_task_throws() {
        PoolClient<Place> pool = world.perform(
                () -> world.pools
                        .startPool(PoolSpec.builder("places", Place.factory()).size(1).maxOverflow(0).build()));
        Task<String> before = world.perform(() -> pool.asyncQueueResult(Place::toString));
        Task<Void> failed = world.perform(() -> pool.asyncQueue(place -> fail(new AtomicInteger())));
        Task<String> after = world.perform(() -> pool.asyncQueueResult(Place::toString));
        world.world.quiesce();
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(before.result().toCompletableFuture().join()).startsWith("Place ")
                .isEqualTo(after.result().toCompletableFuture().join());
    }

    private static RestartPolicy policy(String plan) {
        return RestartPolicy.of(RestartPlan.parse(plan));
    }

    private static void fail(AtomicInteger times) {
        times.incrementAndGet();
        throw new IllegalStateException("failed");
    }
}
