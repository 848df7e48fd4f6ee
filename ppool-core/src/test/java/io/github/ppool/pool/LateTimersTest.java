package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A time-out that has gone off before the attempt ended, and comes to the lock only after that: too late to be
 * cancelled. It ends neither the next attempt of the same task nor the next task on the same worker.
 */
@Timeout(60)
class LateTimersTest {

    /** The time-out of the tasks here only. */
    private static final Duration TIME_OUT = Duration.ofHours(7);

    private final LateClock clock = new LateClock();
    private final ProcessSystem system = new ProcessSystem(clock);
    private final Pools pools = start(system);

    private static Pools start(ProcessSystem system) {
        try {
            return Pools.start(system);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
    }

    /** The system's clock; the time-outs of tasks can't be cancelled, and go off when the test says so. */
    private static final class LateClock implements MonotonicClock {
        private final MonotonicClock real = MonotonicClock.system();
        private final List<Runnable> late = new CopyOnWriteArrayList<>();

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            if (!delay.equals(TIME_OUT)) {
                return real.schedule(delay, task);
            }
            late.add(task);
            return () -> false;
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            real.parkUntil(blocker, deadlineNanos);
        }
    }

    private static PoolSpec.Builder<Object> spec() {
        return PoolSpec.builder("pool", Object::new)
                .size(1)
                .maxOverflow(0)
                .restart(PoolWorld.AT_ONCE)
                .surviveOn(UnsupportedOperationException.class::isInstance);
    }

    private PoolClient<Object> pool() {
        return pools.startPool(spec().taskRestart(PoolWorld.AT_ONCE).build());
    }

    private static void await(Task<?> task) throws Exception {
        task.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
    }

    @Test
    void the_time_out_of_an_attempt_does_not_end_the_next_attempt_of_the_same_task() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        Task<?> task = pool().tasks(TaskOptions.DEFAULT.withTimeout(TIME_OUT)).asyncQueue(worker -> {
            if (attempts.incrementAndGet() == 1) {
                throw new UnsupportedOperationException("the worker survives it");
            }
            goOn.await();
        });
        Eventually.so(() -> task, () -> attempts.get() == 2);
        Pid process = task.pid().orElseThrow();
        assertThat(clock.late).hasSize(2);
        clock.late.getFirst().run();
        assertThat(process.isAlive()).isTrue();
        goOn.countDown();
        await(task);
        assertThat(task.attempts()).isEqualTo(2);
        assertThat(task.pid()).contains(process);
    }

    @Test
    void the_time_out_of_a_task_does_not_end_the_next_task_on_the_same_worker() throws Exception {
        TaskQueue<Object> tasks = pool().tasks(TaskOptions.DEFAULT.withTimeout(TIME_OUT));
        Task<?> first = tasks.syncQueue(worker -> {});
        await(first);
        CountDownLatch goOn = new CountDownLatch(1);
        Task<?> next = tasks.syncQueue(worker -> goOn.await());
        assertThat(next.pid()).isEqualTo(first.pid());
        clock.late.getFirst().run();
        assertThat(next.pid().orElseThrow().isAlive()).isTrue();
        goOn.countDown();
        await(next);
    }

    @Test
    void the_time_out_of_the_attempt_that_runs_ends_it() throws Exception {
        TaskQueue<Object> tasks = pool().tasks(TaskOptions.DEFAULT.withTimeout(TIME_OUT));
        AtomicInteger attempts = new AtomicInteger();
        Task<?> task = tasks.syncQueue(worker -> {
            if (attempts.incrementAndGet() == 1) {
                new CountDownLatch(1).await();
            }
        });
        Pid process = task.pid().orElseThrow();
        Eventually.so(() -> task, () -> attempts.get() == 1);
        clock.late.getFirst().run();
        await(task);
        assertThat(process.isAlive()).isFalse();
        assertThat(task.attempts()).isEqualTo(2);
    }

    @Test
    void the_time_out_of_a_task_that_was_ended_is_not_its_failure() {
        AtomicInteger attempts = new AtomicInteger();
        Task<?> task = pools.startPool(spec().build()).tasks(TaskOptions.DEFAULT.withTimeout(TIME_OUT))
                .syncQueue(worker -> {
                    attempts.incrementAndGet();
                    new CountDownLatch(1).await();
                });
        Eventually.so(() -> task, () -> attempts.get() == 1);
        Runnable secondStep = Objects.requireNonNull(
                system.beginExit(task.pid().orElseThrow(), ExitReason.KILL)); // it is dead, and its end is not told yet
        clock.late.getFirst().run();
        secondStep.run();
        assertThat(task.result().toCompletableFuture()).failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(WorkerExitException.class);
    }
}
