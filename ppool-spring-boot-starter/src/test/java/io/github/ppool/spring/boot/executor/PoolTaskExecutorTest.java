package io.github.ppool.spring.boot.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.Place;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.PoolTaskExecutor;
import io.github.ppool.time.MonotonicClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskRejectedException;

/** A pool as an executor, without a context. */
class PoolTaskExecutorTest {

    private final ProcessSystem system = new ProcessSystem(MonotonicClock.system());
    private final Pools pools;

    PoolTaskExecutorTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    private PoolClient<Place> pool(UnaryOperator<PoolSpec.Builder<Place>> settings) {
        return pools.startPool(
                settings.apply(PoolSpec.builder("reports", Place.factory()).size(1).maxOverflow(0)).build());
    }

    /** Takes the only place until the latch is open. */
    private static CountDownLatch occupy(PoolTaskExecutor executor) throws InterruptedException {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        executor.execute(() -> {
            begun.countDown();
            awaitOpen(open);
        });
        begun.await();
        return open;
    }

    private static void awaitOpen(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    @Test
    void work_runs_on_a_process_of_the_pool_and_is_counted_there() throws Exception {
        PoolClient<Place> pool = pool(spec -> spec);
        PoolTaskExecutor executor = new PoolTaskExecutor(pool);
        assertThat(executor.submit(() -> ProcessSystem.currentProcess() != null).get()).isTrue();
        assertThat(executor.submitCompletable(() -> {}).get()).isNull();
        assertThat(CompletableFuture.supplyAsync(() -> ProcessSystem.currentProcess() != null, executor).get())
                .isTrue();
        await().untilAsserted(() -> assertThat(pool.status().tasks().done()).isEqualTo(3));
        assertThat(executor.prefersShortLivedTasks()).isTrue();
        assertThat(executor).hasToString("executor of the pool 'reports'");
    }

    @Test
    void a_failure_is_that_of_the_future_and_of_the_pool_and_leaves_the_worker_alone() throws Exception {
        AtomicInteger made = new AtomicInteger();
        PoolClient<Integer> pool = pools.startPool(
                PoolSpec.builder("workers", made::incrementAndGet).size(1).maxOverflow(0).build());
        PoolTaskExecutor executor = new PoolTaskExecutor(pool);
        Future<Object> future = executor.submit(() -> {
            throw new IOException("disk full");
        });
        assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class)
                .cause().isInstanceOf(IOException.class).hasMessage("disk full");
        assertThat(pool.status().tasks().failed()).isEqualTo(1);
        assertThat(executor.submit(made::get).get()).isEqualTo(1);
    }

    @Test
    void a_task_that_the_pool_refuses_is_rejected_with_the_reason_of_the_pool() throws Exception {
        PoolTaskExecutor executor = new PoolTaskExecutor(pool(spec -> spec.queueCapacity(1)));
        CountDownLatch open = occupy(executor);
        executor.execute(() -> {});
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isInstanceOf(TaskRejectedException.class)
                .hasMessageContaining("the pool 'reports' did not accept the task: ")
                .hasMessageContaining("queue-capacity 1 is reached")
                .hasCauseInstanceOf(PoolRejectedException.class);
        assertThatThrownBy(() -> executor.submit(() -> 1)).isInstanceOf(TaskRejectedException.class);
        open.countDown();
    }

    @Test
    void a_stop_finishes_running_work_and_rejects_what_waits_and_what_comes_later() throws Exception {
        PoolTaskExecutor executor = new PoolTaskExecutor(pool(spec -> spec));
        CountDownLatch open = occupy(executor);
        Future<Integer> waits = executor.submit(() -> 1);
        pools.stopPool("reports", Duration.ZERO);
        assertThatThrownBy(waits::get).isInstanceOf(ExecutionException.class)
                .cause().isInstanceOf(TaskRejectedException.class).hasCauseInstanceOf(PoolStoppedException.class);
        assertThatThrownBy(() -> executor.submit(() -> 1)).isInstanceOf(TaskRejectedException.class)
                .hasCauseInstanceOf(PoolStoppedException.class);
        open.countDown();
    }

    @Test
    void cancel_takes_a_waiting_task_out_of_the_queue() throws Exception {
        PoolClient<Place> pool = pool(spec -> spec);
        PoolTaskExecutor executor = new PoolTaskExecutor(pool);
        CountDownLatch open = occupy(executor);
        AtomicInteger ran = new AtomicInteger();
        Future<Integer> future = executor.submit(ran::incrementAndGet);
        assertThat(pool.status().queueDepth()).isEqualTo(1);
        assertThat(future.cancel(false)).isTrue();
        assertThat(pool.status().queueDepth()).isZero();
        assertThat(future.isCancelled()).isTrue();
        assertThat(future.cancel(true)).as("as each CompletableFuture that is cancelled already").isTrue();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        open.countDown();
        executor.submit(() -> {}).get();
        assertThat(ran).hasValue(0);
    }

    @Test
    void cancel_with_an_interrupt_interrupts_the_task_and_nothing_after_it() throws Exception {
        PoolClient<Place> pool = pool(spec -> spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, 1h]"))));
        PoolTaskExecutor executor = new PoolTaskExecutor(pool)
                .withOptions(TaskOptions.DEFAULT.withIndependent(true));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        Future<Object> future = executor.submit(() -> {
            attempts.incrementAndGet();
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
            return "never";
        });
        Future<Boolean> next = executor.submit(() -> Thread.currentThread().isInterrupted());
        begun.await();
        assertThat(future.cancel(true)).isTrue();
        interrupted.await();
        assertThat(next.get()).isFalse();
        assertThat(attempts).as("a cancelled task is not tried again").hasValue(1);
        assertThat(pool.status().tasks().failed()).isZero();
        assertThat(pools.stopPool("reports", Duration.ofHours(1))).as("the stop has nothing to wait for").isTrue();
    }

    @Test
    void cancel_without_an_interrupt_lets_a_running_task_go_on() throws Exception {
        PoolTaskExecutor executor = new PoolTaskExecutor(pool(spec -> spec));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Future<?> future = executor.submit(() -> {
            begun.countDown();
            awaitOpen(open);
            finished.incrementAndGet();
        });
        begun.await();
        assertThat(future.cancel(false)).isTrue();
        open.countDown();
        executor.submit(() -> {}).get();
        assertThat(finished).hasValue(1);
    }

    @Test
    void a_decorator_is_put_around_each_task_on_the_thread_that_hands_it_over() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        TaskDecorator decorator = task -> {
            String caller = Thread.currentThread().getName();
            return () -> {
                log.add("before, from " + caller);
                task.run();
                log.add("after");
            };
        };
        PoolTaskExecutor executor = new PoolTaskExecutor(pool(spec -> spec), PoolTaskExecutor.ONCE, decorator);
        String here = Thread.currentThread().getName();
        assertThat(executor.submit(() -> "result").get()).isEqualTo("result");
        executor.execute(() -> log.add("executed"));
        executor.submit(() -> {}).get();
        assertThat(log).containsExactly(
                "before, from " + here, "after",
                "before, from " + here, "executed", "after",
                "before, from " + here, "after");
    }

    @Test
    void a_failure_comes_through_a_decorator_and_each_attempt_has_the_decorator() throws Exception {
        AtomicInteger decorated = new AtomicInteger();
        AtomicInteger around = new AtomicInteger();
        TaskDecorator decorator = task -> {
            decorated.incrementAndGet();
            return () -> {
                around.incrementAndGet();
                task.run();
            };
        };
        PoolTaskExecutor executor = new PoolTaskExecutor(pool(spec -> spec), PoolTaskExecutor.ONCE, decorator)
                .withOptions(PoolTaskExecutor.ONCE.withRestart(RestartPolicy.of(RestartPlan.parse("[restart*2]"))));
        Future<Object> future = executor.submit(() -> {
            throw new IOException("attempt " + around.get());
        });
        assertThatThrownBy(future::get).cause().isInstanceOf(IOException.class).hasMessage("attempt 3");
        assertThat(decorated).hasValue(1);
    }

    @Test
    void work_of_an_executor_runs_once_also_if_the_pool_has_a_plan() {
        AtomicInteger attempts = new AtomicInteger();
        PoolTaskExecutor executor = new PoolTaskExecutor(
                pool(spec -> spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart]")))));
        Future<Object> future = executor.submit(() -> {
            attempts.incrementAndGet();
            throw new IllegalStateException("failed");
        });
        assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    @SuppressWarnings("NullAway") // the nulls are the subject of the test
    void nulls_are_refused() {
        PoolTaskExecutor executor = new PoolTaskExecutor(pool(spec -> spec));
        assertThatThrownBy(() -> executor.execute(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("task must not be null");
        assertThatThrownBy(() -> executor.submit((Runnable) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.submit((Callable<Integer>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.withOptions(null)).hasMessage("options must not be null");
        assertThatThrownBy(() -> new PoolTaskExecutor(null)).hasMessage("pool must not be null");
        PoolTaskExecutor odd = new PoolTaskExecutor(pools.startPool(
                PoolSpec.builder("odd", Place.factory()).build()), PoolTaskExecutor.ONCE, task -> null);
        assertThatThrownBy(() -> odd.submit(() -> 1)).hasMessage("TaskDecorator must not return null");
    }
}
