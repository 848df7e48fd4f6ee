package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolInspection.Activity;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The workers and the queue of a pool, one by one, as an operator sees them. */
class InspectedPoolTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private PoolInspection inspect() {
        return inspect(1_000, 100);
    }

    private PoolInspection inspect(int workers, int waiting) {
        return world.pools.admin().inspect("pool", workers, waiting).orElseThrow();
    }

    private PoolInspection.Worker worker(int index) {
        return inspect().workers().get(index);
    }

    @Test
    void an_idle_worker_and_a_borrowed_one_with_its_borrower() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        assertThat(inspect().workers()).extracting(PoolInspection.Worker::activity)
                .containsExactly(Activity.IDLE, Activity.IDLE);
        assertThat(inspect().workers()).extracting(PoolInspection.Worker::child).containsExactly("pool/1", "pool/2");
        PoolWorld.Client<Lease<Worker>> client = world.client(pool::checkout);
        PoolInspection.Worker borrowed = inspect().workers().stream()
                .filter(worker -> worker.activity() == Activity.BORROWED).findFirst().orElseThrow();
        assertThat(borrowed.holder()).isEqualTo(client.pid().toString());
        assertThat(borrowed.pid()).isEqualTo(client.result().pid());
        assertThat(borrowed.planStep()).isNull();
        assertThat(inspect().places()).isEqualTo(2);
        assertThat(inspect().waiting()).isZero();
    }

    @Test
    void a_lease_has_a_number_that_the_next_one_does_not_have() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        PoolWorld.Client<Lease<Worker>> client = world.client(pool::checkout);
        long lease = worker(0).lease();
        assertThat(worker(0).lease()).isEqualTo(lease);
        client.result().close();
        world.client(pool::checkout);
        assertThat(worker(0).lease()).isNotEqualTo(lease);
    }

    @Test
    void a_thread_is_named_and_its_text_is_bounded_and_visible() throws Exception {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Thread borrower = new Thread(() -> pool.checkout(), "mail\n" + "x".repeat(10_000));
        borrower.start();
        borrower.join();
        assertThat(worker(0).holder()).satisfiesAnyOf(
                holder -> assertThat(holder).startsWith("mail").doesNotContain("\n").hasSizeLessThan(300),
                holder -> assertThat(holder).startsWith("thread #")); // the thread may be gone from memory
    }

    @Test
    void a_task_is_told_by_its_number_and_since_when_it_runs() throws Exception {
        PoolClient<Worker> pool = world.start(spec -> spec);
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Task<?> task = pool.asyncQueue(worker -> {
            begun.countDown();
            end.await();
        });
        begun.await();
        world.world.clock().advance(Duration.ofSeconds(3));
        PoolInspection.Worker working = worker(0);
        assertThat(working.activity()).isEqualTo(Activity.WORKING);
        assertThat(working.holder()).isEqualTo("task #" + task.id());
        assertThat(working.since()).isEqualTo(Duration.ofSeconds(3));
        end.countDown();
        world.world.quiesce();
    }

    @Test
    void the_queue_is_shown_in_its_order_with_waits_and_deadlines() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        PoolWorld.Client<Lease<Worker>> holder = world.client(pool::checkout);
        PoolWorld.Client<Lease<Worker>> caller = world.client(() -> pool.checkout(Duration.ofMinutes(1)));
        world.advance(Duration.ofSeconds(2));
        Task<?> usual = pool.asyncQueue(worker -> {});
        Task<?> urgent = pool.tasks(TaskOptions.DEFAULT.withPriority(-5)).asyncQueue(worker -> {});
        Task<?> late = pool.tasks(TaskOptions.DEFAULT.withPriority(5).withDeadline(Duration.ofSeconds(30)))
                .asyncQueue(worker -> {});
        world.advance(Duration.ofSeconds(1));
        List<PoolInspection.Waiting> queue = inspect().queue();
        assertThat(queue).hasSize(4);
        assertThat(queue.stream().filter(one -> !one.task()).toList()).containsExactly(new PoolInspection.Waiting(
                false, caller.pid().toString(), 0, Duration.ofSeconds(3), Duration.ofSeconds(57)));
        assertThat(queue).contains(
                new PoolInspection.Waiting(true, "task #" + usual.id(), 0, Duration.ofSeconds(1), null),
                new PoolInspection.Waiting(true, "task #" + urgent.id(), -5, Duration.ofSeconds(1), null),
                new PoolInspection.Waiting(
                        true, "task #" + late.id(), 5, Duration.ofSeconds(1), Duration.ofSeconds(29)));
        assertThat(queue).isSortedAccordingTo((one, other) -> Integer.compare(other.priority(), one.priority()));
        assertThat(inspect(0, 2).queue()).isEqualTo(queue.subList(0, 2));
        assertThat(inspect(0, 2).waiting()).isEqualTo(4);
        assertThat(inspect(0, 0).workers()).isEmpty();
        holder.result().close();
        world.world.quiesce();
    }

    @Test
    void a_worker_that_waits_for_its_restart_has_the_step_of_its_plan() {
        world.start(spec -> spec.restart(PoolWorld.policy("[restart, 5s, 10s]")));
        for (int step : new int[]{1, 2}) {
            Pid pid = worker(0).pid();
            assertThat(worker(0).planStep()).isNull();
            world.kill(pid);
            if (step == 2) {
                assertThat(worker(0).activity()).isEqualTo(Activity.RESTARTING);
                assertThat(worker(0).planStep()).isEqualTo(2);
                assertThat(worker(0).pid()).isNull();
            }
        }
        world.advance(Duration.ofSeconds(5));
        assertThat(worker(0).activity()).isEqualTo(Activity.IDLE);
        assertThat(worker(0).planStep()).isNull();
    }

    @Test
    void a_worker_that_is_being_made_tells_for_how_long() {
        world.slowCreation = true;
        world.start(spec -> spec);
        world.advance(Duration.ofSeconds(4));
        assertThat(worker(0).activity()).isEqualTo(Activity.STARTING);
        assertThat(worker(0).since()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void as_many_workers_are_shown_as_were_asked_for() {
        world.start(spec -> spec.size(20));
        assertThat(inspect(7, 0).workers()).hasSize(7);
        assertThat(inspect(7, 0).places()).isEqualTo(20);
        assertThatThrownBy(() -> inspect(-1, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers and waiting must be 0 or more, got: -1 and 0");
        assertThat(world.pools.admin().inspect("nobody", 1, 1)).isEmpty();
    }

    @Test
    void waits_of_tasks_are_counted_by_their_length_while_an_observer_asks() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        assertThat(world.pools.admin().taskWaits("nobody", true)).isEmpty();
        assertThat(waits(true)).isEmpty();
        letTasksWait(pool, Duration.ofSeconds(2), 3);
        var unused = pool.asyncQueue(worker -> {}); // finds an idle worker
        world.world.quiesce();
        letTasksWait(pool, Duration.ofMillis(5), 1);
        List<TaskWaits.Group> groups = waits(true);
        assertThat(groups).hasSize(2);
        assertThat(groups.getFirst()).isEqualTo(new TaskWaits.Group(Duration.ofMillis(5), 1));
        assertThat(groups.getLast().number()).isEqualTo(3);
        assertThat(groups.getLast().about()).isBetween(Duration.ofMillis(1_750), Duration.ofMillis(2_250));
        assertThat(waits(false)).isEqualTo(groups);
        letTasksWait(pool, Duration.ofSeconds(2), 3);
        assertThat(waits(true)).isEmpty();
    }

    private List<TaskWaits.Group> waits(boolean goOn) {
        return world.pools.admin().taskWaits("pool", goOn).orElseThrow().groups();
    }

    private void letTasksWait(PoolClient<Worker> pool, Duration wait, int number) {
        PoolWorld.Client<Lease<Worker>> holder = world.client(pool::checkout);
        List<Task<?>> tasks = new ArrayList<>();
        IntStream.range(0, number).forEach(each -> tasks.add(pool.asyncQueue(worker -> {})));
        world.advance(wait);
        holder.result().close();
        world.world.quiesce();
        assertThat(tasks).allMatch(task -> task.state() == TaskState.DONE);
    }

    @Test
    void decisions_are_told_with_the_time_until_the_next_attempt() {
        List<String> told = new ArrayList<>();
        world.start(spec -> spec.restart(PoolWorld.policy("[restart, 5s, wait]")).listener(new PoolListener() {
            @Override
            public void restartDecided(
                    String pool, String child, String follows, @org.jspecify.annotations.Nullable Duration in) {
                synchronized (told) {
                    told.add(pool + " " + child + " " + follows + " / " + in);
                }
            }
        }));
        world.kill(worker(0).pid());
        world.kill(worker(0).pid());
        world.advance(Duration.ofSeconds(5));
        world.world.system().exit(worker(0).pid(), ExitReason.of("boom"));
        world.world.quiesce();
        assertThat(told).containsExactly(
                "pool pool/1 restarts now / PT0S",
                "pool pool/1 restarts in 5s / PT5S",
                "pool pool/1 stays down: its plan says wait / null");
    }
}
