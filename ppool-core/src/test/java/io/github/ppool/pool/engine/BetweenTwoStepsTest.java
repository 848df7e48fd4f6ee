package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Operations in two steps, with another one between them. The thread of a killed borrower sees under the lock that its
 * lease is held back, and takes the lock again to give the worker back. If the next borrower has the worker by then,
 * the second step has no effect. A process is ended under the lock, and its end is told without it.
 */
class BetweenTwoStepsTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private void hasNoEffect(BiConsumer<OrphanTracker<Worker>, PoolLease<Worker>> secondStep) {
        PoolClient<Worker> pool = world.start(spec -> spec);
        PoolEngine<Worker> engine = engineOf(pool);
        Client<Lease<Worker>> killed = world.client(pool::checkout);
        PoolLease<Worker> old = (PoolLease<Worker>) killed.result();
        world.kill(killed.pid());
        Lease<Worker> next = world.client(pool::checkout).result();

        secondStep.accept(engine.orphans, old);
        world.world.quiesce();

        assertThat(next.isOpen()).isTrue();
        assertThat(next.pid()).isEqualTo(old.pid());
        assertThat(pool.status()).returns(1, PoolStatus::borrowed).returns(0, PoolStatus::available);
        assertThat(world.log).containsExactly("made w1");
        EngineInvariants.checkAtRest(pool);
    }

    @SuppressWarnings("unchecked") // the world has no other workers
    private static PoolEngine<Worker> engineOf(PoolClient<Worker> pool) {
        return (PoolEngine<Worker>) EngineInvariants.engineOf(pool);
    }

    @Test
    void a_worker_that_was_handed_on_is_not_given_back() {
        hasNoEffect(OrphanTracker::givenBack);
    }

    @Test
    void a_worker_that_was_handed_on_does_not_crash() {
        hasNoEffect((orphans, lease) -> orphans.givenBackBroken(lease, new IllegalStateException("broken")));
    }

    @Test
    void an_exit_between_the_two_steps_of_another_end_has_no_effect_and_says_so() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> task = pool.asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess()).receive());
        world.world.quiesce();
        Pid process = task.pid().orElseThrow();
        Runnable secondStep = Objects.requireNonNull(world.world.system().beginExit(process, ExitReason.KILL));
        assertThat(process.isAlive()).isFalse();

        assertThat(task.exit(ExitReason.KILL)).isFalse();

        secondStep.run();
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        EngineInvariants.checkAtRest(pool);
    }
}
