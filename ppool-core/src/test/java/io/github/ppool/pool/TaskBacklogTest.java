package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.TaskBacklog.Holder;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator's view of tasks that are not yet due, and of keys that tasks wait for. */
class TaskBacklogTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private TaskBacklog backlog(int scheduled, int keys) {
        return world.perform(() -> world.pools.admin().backlog("pool", scheduled, keys)).orElseThrow();
    }

    @Test
    void scheduled_tasks_are_shown_in_the_order_of_their_times() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        assertThat(backlog(10, 10)).isEqualTo(TaskBacklog.NONE);
        Task<Void> late = world.perform(() -> pool.schedule(MINUTE.multipliedBy(3), worker -> {}));
        Task<Void> soon = world.perform(() -> pool.tasks(TaskOptions.key("Ann")).schedule(MINUTE, worker -> {}));
        Task<Void> same = world.perform(() -> pool.schedule(MINUTE, worker -> {}));
        world.advance(Duration.ofSeconds(20));
        TaskBacklog seen = backlog(10, 10);
        assertThat(seen.scheduled()).isEqualTo(3);
        assertThat(seen.nextDue()).hasSeconds(40);
        assertThat(seen.first()).containsExactly(
                new TaskBacklog.Scheduled(soon.id(), Duration.ofSeconds(40), "Ann"),
                new TaskBacklog.Scheduled(same.id(), Duration.ofSeconds(40), null),
                new TaskBacklog.Scheduled(late.id(), Duration.ofSeconds(160), null));
        assertThat(backlog(1, 0).first()).hasSize(1);
        assertThat(backlog(0, 0).first()).isEmpty();
        assertThat(backlog(0, 0).nextDue()).hasSeconds(40);
        soon.cancel();
        world.advance(Duration.ofSeconds(40));
        assertThat(backlog(10, 10).scheduled()).isEqualTo(1);
        assertThat(backlog(10, 10).nextDue()).hasMinutes(2);
    }

    @Test
    void the_keys_that_most_tasks_wait_for_are_shown_with_what_keeps_them() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        hand(pool, "Ann", 4);
        hand(pool, "Bob", 3);
        hand(pool, "Cid", 2);
        hand(pool, "Dan", 1);
        TaskBacklog seen = backlog(10, 10);
        assertThat(seen.keys()).isEqualTo(4);
        assertThat(seen.waitingForKeys()).isEqualTo(6);
        assertThat(seen.busiest()).extracting(TaskBacklog.Key::key).containsExactly("Ann", "Bob", "Cid");
        assertThat(seen.busiest()).extracting(TaskBacklog.Key::waiting).containsExactly(3, 2, 1);
        assertThat(seen.busiest()).extracting(TaskBacklog.Key::holder)
                .containsExactly(Holder.RUNNING, Holder.RUNNING, Holder.QUEUED);
        assertThat(seen.busiest()).extracting(TaskBacklog.Key::holderId).doesNotContainNull();
        assertThat(backlog(10, 1).busiest()).extracting(TaskBacklog.Key::key).containsExactly("Ann");
    }

    /** Tasks that last until the pool is closed. */
    private void hand(PoolClient<Worker> pool, String key, int tasks) {
        for (int i = 0; i < tasks; i++) {
            world.perform(() -> pool.tasks(TaskOptions.key(key)).asyncQueue(TaskBacklogTest::block));
        }
    }

    private static void block(Worker worker) throws InterruptedException {
        Object unused = Objects.requireNonNull(ProcessSystem.currentProcess()).receive();
    }

    @Test
    void a_key_whose_task_waits_for_its_next_attempt_is_blocked() {
        PoolClient<Worker> pool = world.start(spec -> spec.surviveOn(failure -> true)
                .taskRestart(RestartPolicy.of(RestartPlan.parse("[1m]"))));
        TaskQueue<Worker> ann = pool.tasks(TaskOptions.key("Ann"));
        List<String> ran = new ArrayList<>();
        Task<Void> failing = world.perform(() -> ann.asyncQueue(worker -> {
            ran.add("tried");
            if (ran.size() == 1) {
                throw new IllegalStateException("not yet");
            }
        }));
        world.perform(() -> ann.asyncQueue(worker -> ran.add("behind")));
        world.advance(Duration.ofSeconds(15));
        TaskBacklog seen = backlog(10, 10);
        assertThat(seen.retrying()).isEqualTo(1);
        assertThat(seen.scheduled()).isZero();
        assertThat(seen.busiest()).singleElement().isEqualTo(
                new TaskBacklog.Key("Ann", 1, Duration.ofSeconds(15), Holder.BLOCKED, failing.id()));
        world.advance(Duration.ofSeconds(45));
        assertThat(ran).containsExactly("tried", "tried", "behind");
        assertThat(backlog(10, 10)).isEqualTo(TaskBacklog.NONE);
    }

    @Test
    void a_key_whose_rate_is_used_up_is_held_by_no_task_and_a_scheduled_task_waits_for_the_rate() {
        PoolClient<Worker> pool = world.start(spec -> spec.keyRate(Rate.parse("1/1m")));
        TaskQueue<Worker> ann = pool.tasks(TaskOptions.key("Ann"));
        world.perform(() -> ann.asyncQueue(worker -> {}));
        Task<Void> scheduled = world.perform(() -> ann.schedule(Duration.ofSeconds(10), worker -> {}));
        world.advance(Duration.ofSeconds(30));
        assertThat(backlog(10, 10).busiest()).singleElement().isEqualTo(
                new TaskBacklog.Key("Ann", 1, Duration.ofSeconds(20), Holder.RATED, null));
        world.advance(Duration.ofSeconds(29));
        assertThat(scheduled.state()).isEqualTo(TaskState.QUEUED);
        world.advance(Duration.ofSeconds(1));
        assertThat(scheduled.state()).isEqualTo(TaskState.DONE);
        world.advance(MINUTE);
        assertThat(backlog(10, 10)).isEqualTo(TaskBacklog.NONE);
    }

    /** Its text is a gigabyte, were it not cut; and it may throw. */
    private record Hostile(boolean throwing) {
        @Override
        public String toString() {
            if (throwing) {
                throw new IllegalStateException("no text");
            }
            return "x".repeat(1_000_000);
        }
    }

    @Test
    void the_text_of_a_key_is_bounded_and_a_key_without_one_is_shown_by_its_class() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        world.perform(() -> pool.tasks(TaskOptions.key(new Hostile(false))).schedule(MINUTE, worker -> {}));
        world.perform(() -> pool.tasks(TaskOptions.key(new Hostile(true))).schedule(MINUTE, worker -> {}));
        assertThat(backlog(10, 10).first()).extracting(TaskBacklog.Scheduled::key)
                .allSatisfy(text -> assertThat(text).hasSizeLessThanOrEqualTo(200))
                .anySatisfy(text -> assertThat(text).startsWith("xxx"))
                .anySatisfy(text -> assertThat(text).contains("Hostile"));
    }

    @Test
    void a_broadcast_is_counted_with_the_workers_that_have_not_ended_its_work() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(3));
        Lease<Worker> lease = world.client(pool::checkout).result();
        world.perform(() -> pool.broadcast(worker -> {}));
        assertThat(backlog(0, 0).broadcasts()).isEqualTo(1);
        assertThat(backlog(0, 0).broadcastsLeft()).isEqualTo(1);
        world.perform(() -> pool.broadcast(Duration.ofSeconds(30), TaskBacklogTest::block));
        assertThat(backlog(0, 0).broadcasts()).isEqualTo(2);
        assertThat(backlog(0, 0).broadcastsLeft()).isEqualTo(4);
        world.advance(Duration.ofSeconds(30)); // the second one is late, and over
        assertThat(backlog(0, 0).broadcasts()).isEqualTo(1);
        assertThat(backlog(0, 0).broadcastsLeft()).isEqualTo(1);
        lease.close();
        world.world.quiesce();
        assertThat(backlog(0, 0)).isEqualTo(TaskBacklog.NONE);
    }

    @Test
    void wrong_numbers_are_refused_and_an_unknown_pool_has_none() {
        world.start(spec -> spec);
        assertThatThrownBy(() -> world.pools.admin().backlog("pool", -1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scheduled and keys must be 0 or more, got: -1 and 0");
        assertThat(world.pools.admin().backlog("other", 1, 1)).isEmpty();
    }
}
