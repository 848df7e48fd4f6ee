package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.engine.OverrunsOf;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Borrowers and tasks that take too long are told after 1, 2, 4, 8 … times, on a clock that stands still. */
class OverrunsTest {

    private final PoolWorld world = new PoolWorld();
    private final List<Overrun> told = new CopyOnWriteArrayList<>();
    private final PoolListener listener = new PoolListener() {
        @Override
        public void overrun(String pool, Overrun overrun) {
            assertThat(pool).isEqualTo("pool");
            told.add(overrun);
        }
    };
    private CapturedLog log;

    @BeforeEach
    void capture() {
        log = CapturedLog.open();
    }

    @AfterEach
    void close() {
        log.close();
        world.close();
    }

    private PoolClient<Worker> start(PoolListener listens) {
        return world.start(spec -> spec.size(3).overrunAfter(Duration.ofSeconds(1)).listener(listens));
    }

    private static void stuckHere() throws InterruptedException {
        Object unused = Objects.requireNonNull(ProcessSystem.currentProcess()).receive();
    }

    private static List<String> methods(Overrun overrun) {
        return overrun.stack().stream().map(StackTraceElement::getMethodName).toList();
    }

    private List<Long> times() {
        return told.stream().map(Overrun::times).toList();
    }

    @Test
    void a_task_is_told_after_one_two_four_and_eight_times_with_its_stack_and_goes_on() {
        PoolClient<Worker> pool = start(listener);
        Task<?> task = pool.asyncQueue(worker -> stuckHere());
        world.advance(Duration.ofMillis(999));
        assertThat(told).isEmpty();
        world.advance(Duration.ofMillis(1));
        assertThat(told).singleElement().satisfies(overrun -> {
            assertThat(overrun.isTask()).isTrue();
            assertThat(overrun.taken()).isEqualTo(Duration.ofSeconds(1));
            assertThat(overrun.limit()).isEqualTo(Duration.ofSeconds(1));
            assertThat(overrun.holder()).isEqualTo("task #" + task.id());
            assertThat(overrun.worker()).isEqualTo(task.pid().orElseThrow());
            assertThat(methods(overrun)).contains("stuckHere");
            assertThat(overrun.where()).hasMessageContaining("task #" + task.id()).hasNoCause();
            assertThat(overrun.where().getStackTrace()).hasSameSizeAs(overrun.stack());
        });
        world.advance(Duration.ofMillis(999));
        assertThat(times()).containsExactly(1L);
        world.advance(Duration.ofMillis(1));
        assertThat(times()).containsExactly(1L, 2L);
        world.advance(Duration.ofSeconds(14));
        assertThat(times()).containsExactly(1L, 2L, 4L, 8L, 16L);
        assertThat(task.state()).isEqualTo(TaskState.RUNNING);
        assertThat(pool.status().overruns()).isEqualTo(5);
        assertThat(log.messages(Level.WARN)).last().asString()
                .contains("of pool 'pool' is held for PT16S, overrun-after is PT1S, by task #" + task.id());
        task.pid().orElseThrow().send("go on");
        world.advance(Duration.ofMinutes(5));
        assertThat(times()).hasSize(5);
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(world.world.clock().nanosToNextTimer()).as("timers").isEmpty();
    }

    @Test
    void a_borrower_is_told_with_the_stack_of_its_thread_and_the_next_one_begins_anew() {
        PoolClient<Worker> pool = start(listener);
        PoolWorld.Client<String> slow = world.client(() -> pool.transactionResult(worker -> {
            stuckHere();
            return "done";
        }));
        world.advance(Duration.ofSeconds(2));
        assertThat(times()).containsExactly(1L, 2L);
        assertThat(told.getFirst().isTask()).isFalse();
        assertThat(told.getFirst().holder()).contains(slow.pid().toString());
        assertThat(methods(told.getFirst())).contains("stuckHere", "transactionResult");
        slow.pid().send("go on");
        world.world.quiesce();
        assertThat(slow.result()).isEqualTo("done");
        Lease<Worker> next = world.client(pool::checkout).result();
        world.advance(Duration.ofMillis(999));
        assertThat(times()).hasSize(2);
        next.close();
        world.client(pool::checkout);
        world.advance(Duration.ofMillis(999));
        assertThat(times()).as("three leases of the same worker").hasSize(2);
        world.advance(Duration.ofMillis(1));
        assertThat(times()).containsExactly(1L, 2L, 1L);
    }

    @Test
    void a_stage_has_no_stack() {
        PoolClient<Worker> pool = start(listener);
        Lease<Worker> lease = pool.checkoutAsync().toCompletableFuture().join();
        world.advance(Duration.ofSeconds(1));
        assertThat(told).singleElement().satisfies(overrun -> assertThat(overrun.stack()).isEmpty());
        lease.close();
    }

    @Test
    void each_attempt_is_timed_by_itself_and_a_time_out_still_ends_it() {
        PoolClient<Worker> pool = world.start(spec -> spec.overrunAfter(Duration.ofSeconds(1)).listener(listener)
                .taskTimeout(Duration.ofMillis(1_500)).taskRestart(PoolWorld.policy("[restart, delete]")));
        Task<?> task = pool.asyncQueue(worker -> stuckHere());
        world.advance(Duration.ofMillis(2_400));
        assertThat(times()).containsExactly(1L);
        world.advance(Duration.ofSeconds(10));
        assertThat(times()).containsExactly(1L, 1L);
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(world.world.clock().nanosToNextTimer()).isEmpty();
    }

    @Test
    void a_listener_that_throws_and_one_that_is_slow_change_nothing() {
        List<String> seen = new CopyOnWriteArrayList<>();
        PoolClient<Worker> pool = start(new PoolListener() {
            @Override
            public void overrun(String name, Overrun overrun) {
                seen.add("overrun");
                throw new StackOverflowError("of the listener");
            }
        });
        pool.asyncQueue(worker -> stuckHere());
        world.advance(Duration.ofSeconds(4));
        assertThat(seen).hasSize(3);
        assertThat(pool.status().overruns()).isEqualTo(3);
        String served = world.perform(() -> pool.transactionResult(worker -> "served"));
        assertThat(served).isEqualTo("served");
        assertThat(log.messages(Level.ERROR).toString() + log.messages(Level.WARN)).contains("listener of pool 'pool'");
    }

    @Test
    void a_thread_of_a_foreign_class_that_hides_its_stack_changes_nothing() throws Exception {
        PoolClient<Worker> pool = start(listener);
        AtomicReference<Lease<Worker>> lease = new AtomicReference<>();
        Thread foreign = new Thread(null, () -> lease.set(pool.checkout()), "foreign", 0, false) {
            @Override
            public StackTraceElement[] getStackTrace() {
                return null;
            }
        };
        foreign.start();
        foreign.join();
        Thread hostile = new Thread(null, () -> {
            Lease<Worker> unused = pool.checkout();
            lease.get().close();
            while (told.isEmpty()) {
                Thread.onSpinWait(); // the thread is alive until the overrun is told
            }
        }, "hostile\nname" + "x".repeat(500), 0, false) {
            @Override
            public StackTraceElement[] getStackTrace() {
                throw new IllegalStateException("no stack for you");
            }
        };
        hostile.start();
        while (pool.status().borrowed() != 1 || lease.get().isOpen()) {
            Thread.onSpinWait(); // a state that comes at once
        }
        world.advance(Duration.ofSeconds(1));
        hostile.join(Duration.ofSeconds(20));
        assertThat(told).singleElement().satisfies(overrun -> {
            assertThat(overrun.stack()).isEmpty();
            assertThat(overrun.holder()).startsWith("hostile\\nname").hasSizeLessThan(120);
        });
    }

    @Test
    void only_some_of_very_many_are_told_with_their_stacks() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(60).creationParallelism(60)
                .overrunAfter(Duration.ofSeconds(1)).listener(listener));
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            tasks.add(pool.asyncQueue(worker -> stuckHere()));
        }
        world.advance(Duration.ofSeconds(1));
        assertThat(told).hasSize(60);
        assertThat(told.stream().filter(overrun -> !overrun.stack().isEmpty())).hasSize(20);
        assertThat(log.messages(Level.WARN)).hasSize(21)
                .contains("40 more workers of pool 'pool' are held for longer than overrun-after, which is PT1S");
        tasks.forEach(task -> task.pid().orElseThrow().send("go on"));
        world.world.quiesce();
    }

    @Test
    void a_stack_is_bounded() {
        PoolClient<Worker> pool = start(listener);
        Task<?> task = pool.asyncQueue(worker -> deep(1_000));
        world.advance(Duration.ofSeconds(1));
        assertThat(told).singleElement()
                .satisfies(overrun -> assertThat(overrun.stack()).hasSize(Overrun.MOST_FRAMES));
        task.pid().orElseThrow().send("go on");
        world.world.quiesce();
    }

    private static void deep(int frames) throws InterruptedException {
        if (frames == 0) {
            stuckHere();
        } else {
            deep(frames - 1);
        }
    }

    @Test
    void a_stopped_pool_tells_nothing_and_has_no_timer() {
        PoolClient<Worker> pool = start(listener);
        pool.asyncQueue(worker -> stuckHere());
        world.world.quiesce();
        world.perform(() -> world.pools.stopPool("pool", Duration.ZERO));
        world.advance(Duration.ofMinutes(1));
        assertThat(told).isEmpty();
        assertThat(world.world.clock().nanosToNextTimer()).isEmpty();
    }

    @Test
    void hand_outs_that_are_over_are_not_kept() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(0).maxOverflow(2).overrunAfter(Duration.ofDays(1))
                .listener(listener));
        for (int i = 0; i < 500; i++) {
            pool.asyncQueue(worker -> {});
            world.world.quiesce();
        }
        assertThat(world.made).hasValueGreaterThan(400);
        assertThat(OverrunsOf.watched(pool)).isLessThanOrEqualTo(130); // lazily: at most half of the heap has left
        assertThat(told).isEmpty();
    }

    @Test
    void zero_and_less_are_refused() {
        PoolSpec.Builder<Object> spec = PoolSpec.builder("pool", Object::new);
        assertThatIllegalArgumentException().isThrownBy(() -> spec.overrunAfter(Duration.ZERO))
                .withMessage("overrun-after must be positive, got: PT0S");
        assertThatIllegalArgumentException().isThrownBy(() -> spec.overrunAfter(Duration.ofNanos(-1)))
                .withMessage("overrun-after must be positive, got: PT-0.000000001S");
        assertThat(spec.overrunAfter(null).build().overrunAfter()).isNull();
    }

    @Test
    void a_very_long_time_does_not_overflow() {
        PoolClient<Worker> pool = world.start(spec -> spec.overrunAfter(Duration.ofDays(40_000)).listener(listener));
        Task<?> task = pool.asyncQueue(worker -> stuckHere());
        world.world.quiesce();
        world.advance(Duration.ofDays(1_000));
        assertThat(told).isEmpty();
        task.pid().orElseThrow().send("go on");
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
    }
}
