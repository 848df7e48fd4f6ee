package io.github.ppool.test;

import static io.github.ppool.test.PpoolAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.time.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PpoolTesterTest {

    private static final Duration SOON = Duration.ofSeconds(50);

    private final ProcessSystem system = new ProcessSystem();
    private PpoolTester tester;

    @BeforeEach
    void start() throws InterruptedException {
        tester = PpoolTester.of(Pools.start(system));
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private PoolClient<Object> pool(int size, String plan) {
        return tester.pools().startPool(PoolSpec.builder("p", Object::new)
                .size(size)
                .maxOverflow(1)
                .restart(RestartPolicy.of(RestartPlan.parse(plan)))
                .build());
    }

    @Test
    void a_crashed_worker_is_dead_and_its_cause_is_told() {
        PoolClient<Object> pool = pool(2, "[wait]");
        tester.awaitReady("p");
        Pid crashed = tester.crash("p", new IOException("cut"));
        assertThat(crashed.isAlive()).isFalse();
        assertThat(pool).within(SOON).hasIdle(1).hasLastFailure(IOException.class);
        assertThat(tester.supervisor("p")).child("p/1").isDown().hasLastExit(IOException.class);
        Pid next = tester.crash("p");
        assertThat(next).isNotEqualTo(crashed);
        assertThat(tester.supervisor("p")).child("p/2").hasLastExit(InjectedCrash.class);
    }

    @Test
    void a_worker_that_is_busy_is_crashed_too() {
        PoolClient<Object> pool = pool(1, "[restart]");
        CountDownLatch never = new CountDownLatch(1);
        var task = pool.syncQueue(worker -> never.await());
        tester.crash("p");
        assertThat(task.result()).failsWithin(SOON);
        tester.awaitReady("p");
        assertThat(pool).hasIdle(1);
    }

    @Test
    void a_killed_worker_was_killed() {
        PoolClient<Object> pool = pool(1, "[1h]");
        tester.awaitReady("p");
        tester.kill("p");
        assertThat(pool).within(SOON).hasWaitingToRestart(1);
        assertThat(tester.supervisor("p")).child("p/1").isRestarting().hasLastExit(ExitReason.KILLED);
    }

    @Test
    void a_pool_whose_supervisor_is_killed_recovers() {
        PoolClient<Object> pool = pool(1, "[restart]");
        tester.awaitReady("p");
        Pid killed = tester.killSupervisor("p");
        assertThat(pool).within(SOON).isRunning().hasIdle(1);
        assertThat(tester.supervisor("p").pid()).isNotEqualTo(killed);
    }

    @Test
    void what_is_not_there_can_not_be_crashed() {
        pool(0, "[restart]");
        assertThatIllegalArgumentException().isThrownBy(() -> tester.crash("nobody"))
                .withMessage("there is no pool 'nobody', but these: [p]");
        assertThatIllegalStateException().isThrownBy(() -> tester.crash("p"))
                .withMessageStartingWith("no worker runs that could be crashed; pool 'p' is running: size 0");
    }

    @Test
    void the_time_of_a_real_clock_can_not_be_moved() {
        assertThatIllegalStateException().isThrownBy(() -> tester.advance(Duration.ZERO))
                .withMessageContaining("the pools must live in a new ProcessSystem(new ManualClock())");
    }

    @Test
    void a_negative_time_is_refused() throws InterruptedException {
        try (ProcessSystem still = new ProcessSystem(new ManualClock())) {
            PpoolTester other = PpoolTester.of(Pools.start(still));
            assertThatIllegalArgumentException().isThrownBy(() -> other.advance(Duration.ofNanos(-1)));
        }
    }

    @Test
    void an_assertion_that_fails_says_how_the_pool_was() {
        PoolClient<Object> pool = pool(1, "[restart]");
        tester.awaitReady("p");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(pool).as("after the start").hasIdle(7))
                .withMessageContaining("[after the start]")
                .withMessageContaining("Expecting pool 'p' to have 7 idle workers, but pool 'p' is running: size 1")
                .withMessageContaining("1 idle");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(pool).within(Duration.ofMillis(5)).isSuspended())
                .withMessageContaining("to be suspended within PT0.005S");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(pool).hasGivenUp())
                .withMessageContaining("Expecting pool 'p' to have given up, but pool 'p' is running");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(tester.supervisor("p")).child("p/9"))
                .withMessageContaining("to have a child 'p/9', but its children are [ChildInfo[id=p/1");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(tester.pools()).hasPools("q"))
                .withMessageContaining("Expecting the pools to be [q], but they are [p]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(tester.pools()).pool("q"))
                .withMessageContaining("Expecting a pool 'q', but there are these: [p]");
    }

    @Test
    void all_that_can_be_said_of_a_pool_in_good_health_holds() {
        PoolClient<Object> pool = pool(1, "[restart]");
        tester.awaitReady("p");
        assertThat(pool).isRunning().hasNeverFailed().hasWorkers(1).hasBorrowed(0).hasWorking(0).hasOverflow(0)
                .hasWaiting(0);
        assertThat(tester.pools()).supervisor("p").isAlive().hasChildren("p/1").hasRunning(1).child("p/1").isRunning()
                .and().isAlive();
        tester.pools().admin().suspend("p");
        assertThat(pool).isSuspended();
    }

    @Test
    void a_pool_whose_tree_has_given_up_is_seen_to_have() throws InterruptedException {
        PoolClient<Object> pool = pool(1, "[stop]");
        var supervisor = tester.supervisor("p");
        tester.awaitReady("p");
        for (int crash = 0; crash < 6; crash++) {
            assertThat(pool).within(SOON).isRunning().hasIdle(1);
            tester.crash("p");
        }
        assertThat(pool).within(SOON).hasGivenUp();
        assertThat(supervisor).within(SOON).hasEnded();
    }
}
