package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that could not be made is counted and told of once for each attempt, however the attempt has ended. */
class NotMadeTest {

    private final ProcessSystem system = new ProcessSystem();
    private final AtomicInteger attempts = new AtomicInteger();
    private final CountDownLatch exited = new CountDownLatch(1);
    private final List<Integer> told = new CopyOnWriteArrayList<>();

    private final PoolListener listener = new PoolListener() {
        @Override
        public void workerNotMade(String pool, Throwable cause, int inARow) {
            told.add(inARow);
        }

        @Override
        public void workerExited(String pool, Pid worker, ExitReason reason) {
            exited.countDown();
        }
    };

    @AfterEach
    void close() {
        system.close();
    }

    private PoolSpec<Object> failing(String creationPlan, WorkerFactory<Object> factory) {
        return PoolSpec.builder("p", factory).size(1).maxOverflow(0)
                .creationPlan(RestartPolicy.of(RestartPlan.parse(creationPlan)))
                .restart(RestartPolicy.of(RestartPlan.parse("[1h]")))
                .listener(listener)
                .build();
    }

    private void awaitExit() throws Exception {
        assertThat(exited.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_attempt_after_which_the_creation_plan_ends_the_process_is_counted_once() throws Exception {
        try (Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(failing("[delete]", () -> {
                attempts.incrementAndGet();
                throw new IllegalStateException("no");
            }));
            awaitExit();
            assertThat(told).containsExactly(1);
            assertThat(attempts).hasValue(1);
            assertThat(pool.status().lastFailure()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void an_attempt_whose_process_ends_is_counted_once() throws Exception {
        try (Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(failing("[wait]", () -> {
                attempts.incrementAndGet();
                ProcessContext self = Objects.requireNonNull(ProcessSystem.currentProcess());
                throw self.exit(ExitReason.of("no"));
            }));
            awaitExit();
            assertThat(told).containsExactly(1);
            assertThat(attempts).hasValue(1);
            assertThat(pool.status().lastFailure()).isInstanceOf(WorkerExitException.class);
        }
    }

    @Test
    void a_process_that_is_killed_between_two_attempts_is_no_further_attempt() throws Exception {
        try (Pools pools = Pools.start(system)) {
            CompletableFuture<Pid> maker = new CompletableFuture<>();
            PoolClient<Object> pool = pools.startPool(failing("[wait]", () -> {
                attempts.incrementAndGet();
                maker.complete(Objects.requireNonNull(ProcessSystem.currentProcess()).self());
                throw new IllegalStateException("no");
            }));
            Pid pausing = maker.get(50, TimeUnit.SECONDS);
            while (system.info(pausing).status() != ProcessStatus.WAITING) {
                Thread.onSpinWait();
            }
            system.exit(pausing, ExitReason.KILL);
            awaitExit();
            assertThat(told).containsExactly(1);
            assertThat(attempts).hasValue(1);
            assertThat(pool.status().lastFailure()).isInstanceOf(WorkerExitException.class);
        }
    }
}
