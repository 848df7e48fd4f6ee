package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Timers, restarts and time-outs of a pool come in time, even while other threads compute or wait. */
@Timeout(90)
class HeldUpByNobodyTest {

    private final CapturedLog log = CapturedLog.silence();
    private final ProcessSystem system = new ProcessSystem();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();
    private Pools pools;

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        release.countDown();
        pools.close();
        system.close();
        log.close();
    }

    private static PoolSpec.Builder<Object> single(String name) {
        return PoolSpec.<Object>builder(name, Object::new).size(1).maxOverflow(0)
                .checkoutTimeout(Duration.ofSeconds(20))
                .restart(PoolWorld.policy("[5ms]"));
    }

    private void block() {
        blocked.incrementAndGet();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void assertRestartsWorkersAndTimesOut(PoolClient<Object> other) throws Exception {
        Object first = other.transactionResult(worker -> worker);
        other.checkout().fail(new IllegalStateException("crash")); // the next worker takes a timer
        Object next = other.transactionResult(worker -> worker);
        assertThat(next).isNotSameAs(first);
        try (Lease<Object> held = other.checkout()) {
            CompletableFuture<Boolean> refused = other.checkoutAsync(Duration.ofMillis(1)).toCompletableFuture()
                    .handle((lease, thrown) -> thrown instanceof CheckoutTimeoutException);
            assertThat(refused.get(50, TimeUnit.SECONDS)).isTrue();
            assertThat(held.isOpen()).isTrue();
        }
    }

    // ---- dependents of stages

    @Test
    void dependents_of_stages_that_timed_out_hold_up_no_timer_however_long_they_take() throws Exception {
        PoolClient<Object> pool = pools.startPool(single("pool").build());
        PoolClient<Object> other = pools.startPool(single("other").build());
        try (Lease<Object> held = pool.checkout()) {
            List<CompletionStage<?>> told = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                told.add(pool.checkoutAsync(Duration.ofMillis(100)).whenComplete((lease, thrown) -> block()));
            }
            Eventually.so(() -> blocked, () -> blocked.get() == 20);
            assertRestartsWorkersAndTimesOut(other);
            assertThat(held.isOpen()).isTrue();
            assertThat(told).hasSize(20);
        }
        assertRestartsWorkersAndTimesOut(pool);
        assertThat(release.getCount()).isOne();
    }

    @Test
    void dependents_of_a_task_that_was_killed_at_its_time_out_hold_up_no_timer() throws Exception {
        PoolClient<Object> pool = pools.startPool(single("pool").build());
        PoolClient<Object> other = pools.startPool(single("other").build());
        Task<?> late = pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMillis(50)))
                .asyncQueue(worker -> Thread.sleep(60_000)); // until it is killed
        CompletionStage<?> dependent = late.result().whenComplete((value, thrown) -> block());
        Eventually.so(() -> blocked, () -> blocked.get() == 1);
        assertRestartsWorkersAndTimesOut(other);
        assertRestartsWorkersAndTimesOut(pool);
        assertThat(dependent.toCompletableFuture()).isNotDone();
    }

    @Test
    void a_listener_that_blocks_on_a_time_out_holds_up_no_other_pool() throws Exception {
        PoolClient<Object> pool = pools.startPool(single("pool").listener(new PoolListener() {
            @Override
            public void refused(String name, PoolException refusal) {
                block();
            }
        }).build());
        PoolClient<Object> other = pools.startPool(single("other").build());
        try (Lease<Object> held = pool.checkout()) {
            CompletionStage<Lease<Object>> stage = pool.checkoutAsync(Duration.ofMillis(1));
            Eventually.so(() -> blocked, () -> blocked.get() == 1);
            assertRestartsWorkersAndTimesOut(other);
            assertThat(held.isOpen()).isTrue();
            assertThat(stage).isNotNull();
        }
    }

    // ---- virtual threads that compute and never yield

    @Test
    void pools_on_platform_threads_go_on_while_computing_virtual_threads_leave_no_carrier(@TempDir Path dir)
            throws Exception {
        Path output = dir.resolve("output.txt");
        Process jvm = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Starved.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(jvm.waitFor(80, TimeUnit.SECONDS)).as(() -> read(output)).isTrue();
            assertThat(jvm.exitValue()).as(() -> read(output)).isZero();
            assertThat(read(output)).contains("all was done without a carrier");
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The program of a JVM that has one carrier, which a virtual thread takes for good. */
    static final class Starved {

        private static volatile long sink;

        private Starved() {}

        @SuppressWarnings("SystemExitOutsideMain") // the virtual thread would go on
        public static void main(String[] args) throws Exception {
            ProcessSystem system = new ProcessSystem();
            Pools pools = Pools.start(system);
            PoolClient<Object> before = pools.startPool(single("before").platformThreads(true).build());
            before.transaction(worker -> {});
            CountDownLatch computes = new CountDownLatch(1);
            Thread.ofVirtual().start(() -> {
                computes.countDown();
                while (true) {
                    sink++;
                }
            });
            computes.await();
            Thread starved = Thread.ofVirtual().start(() -> {});

            restart(before);
            restart(pools.startPool(single("meanwhile").platformThreads(true).build()));
            timeOuts(before);
            system.exit(pools.supervisor("before").orElseThrow(), ExitReason.KILL);
            before.transaction(worker -> {});
            check(pools.stopPool(before, Duration.ofSeconds(20)), "stopped");
            check(starved.getState() == Thread.State.RUNNABLE || starved.getState() == Thread.State.NEW,
                    "there is a carrier: " + starved.getState());
            pools.stop(Duration.ZERO);
            System.out.println("all was done without a carrier");
            System.exit(0);
        }

        private static void restart(PoolClient<Object> pool) throws Exception {
            for (int i = 0; i < 3; i++) {
                pool.checkout().fail(new IllegalStateException("crash"));
                pool.transaction(worker -> {});
                check(pool.asyncQueueResult(worker -> 42).result().toCompletableFuture().get(20,
                        TimeUnit.SECONDS) == 42,
                        "a task");
            }
        }

        private static void timeOuts(PoolClient<Object> pool) throws Exception {
            try (Lease<Object> held = pool.checkout()) {
                CompletableFuture<Boolean> refused = pool.checkoutAsync(Duration.ofMillis(20)).toCompletableFuture()
                        .handle((lease, thrown) -> thrown instanceof CheckoutTimeoutException);
                check(refused.get(50, TimeUnit.SECONDS), "a stage that timed out");
                check(held.isOpen(), "a lease");
            }
            Task<?> late = pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMillis(20)))
                    .asyncQueue(worker -> Thread.sleep(60_000)); // until it is killed
            CompletableFuture<Boolean> failed = late.result().toCompletableFuture()
                    .handle((value, thrown) -> thrown != null);
            check(failed.get(50, TimeUnit.SECONDS), "a task that timed out");
            pool.transaction(worker -> {});
        }

        private static void check(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }
    }
}
