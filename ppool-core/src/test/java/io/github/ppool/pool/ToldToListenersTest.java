package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.ChildResult;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pool's reports to its listener about waits, tasks and restarts, and about the worker that an operator deletes. */
class ToldToListenersTest {

    private final PoolWorld world = new PoolWorld();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final List<Duration> runs = new CopyOnWriteArrayList<>();
    private final List<SupervisorEvent> events = new CopyOnWriteArrayList<>();
    private final PoolClient<Worker> pool = world.start(spec -> spec.listener(new PoolListener() {
        @Override
        public void served(String name, Duration waited) {
            waits.add(waited);
        }

        @Override
        public void taskRan(String name, Task<?> task, Duration ran) {
            runs.add(ran);
        }

        @Override
        public void supervised(String name, SupervisorEvent event) {
            events.add(event);
        }
    }));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void who_finds_an_idle_worker_has_not_waited() {
        pool.checkoutAsync().toCompletableFuture().join().close();
        world.world.quiesce();
        Task<?> task = pool.asyncQueue(worker -> {});
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(waits).isEmpty();
    }

    @Test
    void a_stage_and_a_task_that_waited_are_told_when_they_are_served() {
        Lease<Worker> held = pool.checkoutAsync().toCompletableFuture().join();
        CompletableFuture<Lease<Worker>> stage = pool.checkoutAsync().toCompletableFuture();
        world.advance(Duration.ofSeconds(1));
        Task<?> task = pool.asyncQueue(worker -> {});
        world.advance(Duration.ofSeconds(2));
        held.close();
        stage.join().close();
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(waits).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(2));
    }

    @Test
    void a_stage_that_is_cancelled_while_it_waits_is_not_told() {
        Lease<Worker> held = pool.checkoutAsync().toCompletableFuture().join();
        pool.checkoutAsync().toCompletableFuture().cancel(false);
        held.close();
        world.world.quiesce();
        assertThat(waits).isEmpty();
    }

    @Test
    void each_attempt_of_a_task_is_told_whether_it_went_well_or_not() {
        var unused = pool.asyncQueue(worker -> {});
        world.world.quiesce();
        Task<?> fails = pool.asyncQueue(worker -> {
            throw new IllegalStateException("crash");
        });
        world.world.quiesce();
        assertThat(fails.state()).isEqualTo(TaskState.FAILED);
        assertThat(runs).containsExactly(Duration.ZERO, Duration.ZERO);
    }

    @Test
    void an_attempt_whose_process_was_killed_is_not_told() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Task<?> task = pool.asyncQueue(worker -> {
            begun.countDown();
            new CountDownLatch(1).await();
        });
        begun.await();
        task.exit(ExitReason.KILL);
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(runs).isEmpty();
    }

    @Test
    void what_happens_under_the_supervisor_is_told() {
        Pid first = world.perform(() -> supervisor().pid("pool/1").orElseThrow());
        world.kill(first);
        assertThat(events).anyMatch(
                event -> event instanceof SupervisorEvent.ChildStarted started && started.restarts() == 1);
    }

    @Test
    void a_worker_that_is_down_can_be_given_up_and_its_place_is_free() {
        assertThat(world.pools.admin().deleteWorker("pool", "pool/1")).isFalse();
        assertThat(world.perform(() -> supervisor().terminateChild("pool/1"))).isEqualTo(ChildResult.Done.INSTANCE);
        world.world.quiesce();
        assertThat(pool.status().workers()).isEqualTo(1);
        assertThat(world.pools.admin().deleteWorker("pool", "pool/1")).isTrue();
        assertThat(world.pools.admin().deleteWorker("pool", "pool/1")).isFalse();
        assertThat(world.pools.admin().deleteWorker("nobody", "pool/1")).isFalse();
        assertThat(pool.status().workers()).isZero();
        world.perform(() -> pool.checkout().worker().name);
        assertThat(world.perform(() -> supervisor().whichChildren()))
                .extracting(child -> child.id())
                .containsExactly("pool/2");
    }

    private Supervisor supervisor() {
        return Supervisor.of(world.pools.system(), world.pools.supervisor("pool").orElseThrow());
    }
}
