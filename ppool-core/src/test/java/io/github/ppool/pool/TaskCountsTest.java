package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolStatus.Times;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pool's counts of its tasks, without any listener. */
class TaskCountsTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_new_pool_has_counted_nothing() {
        PoolStatus.Tasks none = new PoolStatus.Tasks(0, 0, 0, 0, new Times(0, Duration.ZERO),
                new Times(0, Duration.ZERO));
        assertThat(world.start(spec -> spec).status().tasks()).isEqualTo(none);
    }

    @Test
    void each_outcome_is_counted() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Lease<Worker> held = pool.checkoutAsync().toCompletableFuture().join();
        var done = pool.asyncQueue(worker -> {});
        var failed = pool.asyncQueue(worker -> {
            throw new IllegalStateException("crash");
        });
        assertThat(pool.asyncQueue(worker -> {}).cancel()).isTrue();
        var late = pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(1))).asyncQueue(worker -> {});
        world.advance(Duration.ofSeconds(2));
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        held.close();
        world.world.quiesce();
        assertThat(done.state()).isEqualTo(TaskState.DONE);
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        PoolStatus.Tasks tasks = pool.status().tasks();
        assertThat(tasks.done()).isEqualTo(1);
        assertThat(tasks.failed()).isEqualTo(1);
        assertThat(tasks.cancelled()).isEqualTo(1);
        assertThat(tasks.rejected()).isEqualTo(1);
        assertThat(tasks.waits()).isEqualTo(new Times(2, Duration.ofSeconds(4)));
        assertThat(tasks.attempts().count()).isEqualTo(2);
    }

    @Test
    void a_task_that_finds_an_idle_worker_has_not_waited() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        var unused = pool.asyncQueue(worker -> {});
        world.world.quiesce();
        assertThat(pool.status().tasks().done()).isEqualTo(1);
        assertThat(pool.status().tasks().waits().count()).isZero();
    }

    @Test
    void the_time_of_attempts_is_summed_up() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        for (int i = 0; i < 2; i++) {
            var unused = pool.asyncQueue(
                    worker -> Objects.requireNonNull(ProcessSystem.currentProcess()).sleep(Duration.ofSeconds(3)));
            world.advance(Duration.ofSeconds(3));
        }
        assertThat(pool.status().tasks().attempts()).isEqualTo(new Times(2, Duration.ofSeconds(6)));
    }

    @Test
    void each_attempt_counts_and_the_task_once() {
        PoolClient<Worker> pool = world.start(spec -> spec
                .surviveOn(thrown -> true)
                .taskRestart(RestartPolicy.of(RestartPlan.parse("[restart]"))));
        int[] attempts = {0};
        var task = pool.asyncQueue(worker -> {
            if (attempts[0]++ == 0) {
                throw new IllegalStateException("the first attempt fails");
            }
        });
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        PoolStatus.Tasks tasks = pool.status().tasks();
        assertThat(tasks.done() + tasks.failed()).isEqualTo(1);
        assertThat(tasks.attempts().count()).isEqualTo(2);
    }

    @Test
    void an_attempt_whose_process_is_killed_has_not_come_to_its_end() throws InterruptedException {
        PoolClient<Worker> pool = world.start(spec -> spec);
        CountDownLatch begun = new CountDownLatch(1);
        Task<?> task = pool.asyncQueue(worker -> {
            begun.countDown();
            new CountDownLatch(1).await();
        });
        begun.await();
        task.exit(ExitReason.KILL);
        world.world.quiesce();
        assertThat(pool.status().tasks().failed()).isEqualTo(1);
        assertThat(pool.status().tasks().attempts().count()).isZero();
    }

    @Test
    void the_numbers_outlive_processes_and_places() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        for (int i = 0; i < 3; i++) {
            var done = pool.asyncQueue(worker -> {});
            world.world.quiesce();
            var failed = pool.asyncQueue(worker -> {
                throw new IllegalStateException("crash");
            });
            world.world.quiesce();
            assertThat(done.state()).isEqualTo(TaskState.DONE);
            assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        }
        world.pools.admin().resize("pool", 0, 1);
        world.world.quiesce();
        PoolStatus.Tasks tasks = pool.status().tasks();
        assertThat(pool.status().workers()).isZero();
        assertThat(tasks.done()).isEqualTo(3);
        assertThat(tasks.failed()).isEqualTo(3);
        assertThat(tasks.attempts().count()).isEqualTo(6);
    }
}
