package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The statements of docs/how-to/migrate-from-poolboy.md about the ends of poolboy's and LYSE's processes, and about
 * workers that can't be started.
 */
@Timeout(60)
class ComingFromErlangTest {

    private final CapturedLog log = CapturedLog.silence();
    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private static void untilDone() throws InterruptedException {
        ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
        self.receive("be done"::equals);
    }

    private Lease<Worker> checkout(PoolClient<Worker> pool) {
        return world.client(() -> pool.checkout(Duration.ofSeconds(1))).result();
    }

    /** In poolboy: the workers end with it, the calls of those that wait fail, and the queue is lost. */
    @Test
    void where_the_pools_process_is_killed_workers_end_borrowers_live_on_and_the_queue_is_kept() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Client<Lease<Worker>> borrower = world.client(() -> pool.checkout(Duration.ofSeconds(1)));
        Task<?> running = world.perform(() -> pool.syncQueue(worker -> untilDone()));
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        Task<String> queued = pool.asyncQueueResult(worker -> worker.name);
        assertThat(pool.status()).returns(2, PoolStatus::checkedOut).returns(2, PoolStatus::queueDepth);

        world.kill(world.pools.supervisor("pool").orElseThrow());

        assertThat(borrower.pid().isAlive()).isTrue();
        assertThat(borrower.result().isOpen()).isFalse();
        assertThat(running.state()).isEqualTo(TaskState.FAILED);
        assertThat(waits.result().worker().name).isIn("w3", "w4");
        assertThat(queued.result().toCompletableFuture().join()).isIn("w3", "w4");
        borrower.result().close(); // without effect
        assertThat(pool.status()).returns(PoolPhase.RUNNING, PoolStatus::phase).returns(2, PoolStatus::workers);
    }

    /** In poolboy the start of the pool fails. */
    @Test
    void a_pool_starts_also_while_its_workers_cannot_and_its_callers_wait_for_the_next_attempt() {
        world.creationFailure = new IllegalStateException("no server");
        PoolClient<Worker> pool = world.start(spec -> spec.size(2).creationPlan(PoolWorld.policy("[1s]")));
        assertThat(pool.status()).returns(PoolPhase.RUNNING, PoolStatus::phase).returns(2, PoolStatus::starting);
        assertThat(pool.status().lastFailure()).hasMessage("no server");
        Client<Lease<Worker>> waits = world.client(() -> pool.checkout(Duration.ofHours(1)));
        assertThat(waits.done).isFalse();
        world.creationFailure = null;
        world.advance(Duration.ofSeconds(1));
        assertThat(waits.done).isTrue();
        assertThat(pool.status().workers()).isEqualTo(2);
    }

    /** In LYSE the supervisor above restarts the server and its workers, once an hour; the second time it gives up. */
    @Test
    void where_the_server_crashes_its_workers_are_restarted_with_it_and_the_queue_is_kept() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(2));
        for (int crash = 1; crash <= Pools.DEFAULT_INTENSITY.intensity(); crash++) {
            Task<?> first = world.perform(() -> pool.run(worker -> untilDone()).orElseThrow());
            Task<?> second = world.perform(() -> pool.run(worker -> untilDone()).orElseThrow());
            world.world.quiesce();
            assertThat(world.perform(() -> pool.run(worker -> {}))).isEmpty();
            Task<String> queued = pool.asyncQueueResult(worker -> worker.name);
            Pid before = world.pools.supervisor("pool").orElseThrow();
            world.kill(before);
            assertThat(first.state()).isEqualTo(TaskState.FAILED);
            assertThat(second.state()).isEqualTo(TaskState.FAILED);
            assertThat(queued.state()).isEqualTo(TaskState.DONE);
            assertThat(world.pools.supervisor("pool")).get().isNotEqualTo(before);
            assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
        }
    }

    /** In LYSE it crashes the server, and all other tasks with it. */
    @Test
    void a_worker_that_cannot_be_started_harms_no_other_and_its_task_waits_for_the_next_attempt() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0)
                .maxOverflow(3)
                .creationFailureLimit(3)
                .creationPlan(PoolWorld.policy("[1s]")));
        Task<?> healthy = world.perform(() -> pool.run(worker -> untilDone()).orElseThrow());
        Pid supervisor = world.pools.supervisor("pool").orElseThrow();
        world.creationFailure = new IllegalStateException("no server");
        Task<String> waits = pool.asyncQueueResult(worker -> worker.name);
        world.world.quiesce();
        assertThat(waits.state()).isEqualTo(TaskState.QUEUED);
        world.advance(Duration.ofSeconds(2));
        assertThatThrownBy(() -> pool.run(worker -> {}))
                .isInstanceOf(WorkerUnavailableException.class)
                .hasMessageContaining("the last 3 attempts to make a worker have failed")
                .hasRootCauseMessage("no server");
        assertThat(healthy.state()).isEqualTo(TaskState.RUNNING);
        assertThat(world.pools.supervisor("pool")).contains(supervisor);
        world.creationFailure = null;
        world.advance(Duration.ofSeconds(1));
        assertThat(waits.state()).isEqualTo(TaskState.DONE);
        assertThat(checkout(pool).isOpen()).isTrue();
    }
}
