package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Callers that wait for the begin of their tasks, while the worker is killed again and again, at any moment.
 */
class SyncQueueUnderKillsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final int CALLERS = 4;
    private static final int KILLS = 3000;

    private final ProcessSystem system = new ProcessSystem();
    private final AtomicReference<Pid> worker = new AtomicReference<>();
    private Pools pools;
    private PoolClient<Object> pool;
    private volatile boolean goesOn = true;

    @BeforeEach
    void start() throws InterruptedException {
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY);
        pools = Pools.start(system);
        pool = pools.startPool(PoolSpec.builder("pool", this::make)
                .size(1)
                .maxOverflow(0)
                .restart(atOnce)
                .build());
    }

    @AfterEach
    void stop() throws InterruptedException {
        goesOn = false;
        pools.close();
        system.close();
        assertThat(system.awaitThreads(PATIENCE)).isTrue();
    }

    private Object make() {
        worker.set(ProcessSystem.currentProcess().self());
        return new Object();
    }

    private void call() {
        while (goesOn) {
            Task<String> task = pool.syncQueueResult(any -> "done");
            assertThat(task.attempts()).isEqualTo(1);
        }
    }

    /** A worker may be killed after it was given its next task and before it has looked at it. */
    @Test
    void every_caller_learns_that_its_task_has_begun_or_failed() throws InterruptedException {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofVirtual().name("caller " + i).start(this::call));
        }
        for (int i = 0; i < KILLS; i++) {
            Pid victim = worker.get();
            if (victim != null && victim.isAlive()) {
                system.exit(victim, ExitReason.KILL);
            }
            LockSupport.parkNanos(500_000);
        }
        goesOn = false;
        for (Thread caller : callers) {
            assertThat(caller.join(PATIENCE)).as("%s has returned", caller).isTrue();
        }
    }
}
