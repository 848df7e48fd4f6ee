package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that fail, or that are lost with their pool, are in the log if they are nowhere else. */
@Timeout(60)
class NothingInSilenceTest {

    private static final Duration LATER = Duration.ofMinutes(1);

    private final CapturedLog log = CapturedLog.open();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private PoolClient<Object> start(UnaryOperator<PoolSpec.Builder<Object>> settings) {
        PoolSpec<Object> spec = settings.apply(PoolSpec.builder("pool", Object::new).size(1).maxOverflow(0)
                .restart(PoolWorld.policy("[restart]"))).build();
        PoolClient<Object> pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return pool;
    }

    private static ProcessContext self() {
        return Objects.requireNonNull(ProcessSystem.currentProcess());
    }

    private static void block() throws InterruptedException {
        self().receive(message -> false);
    }

    private Task<?> failing(PoolClient<Object> pool) {
        return world.perform(() -> pool.asyncQueue(worker -> {
            throw new IllegalStateException("not sent");
        }));
    }

    private List<String> warnings() {
        return log.messages(Level.WARN);
    }

    // ---- failures that no caller asks for

    @Test
    void a_failure_that_the_worker_survives_and_whose_result_is_not_asked_for_is_told_once() {
        PoolClient<Object> pool = start(spec -> spec.surviveOn(failure -> true));
        Task<?> task = failing(pool);
        world.advance(LATER);
        assertThat(warnings()).singleElement().asString().isEqualTo(
                task + " failed, and its result was not asked for: java.lang.IllegalStateException: not sent");
        assertThat(log.thrown("was not asked for")).hasMessage("not sent");
        assertThat(log.messages(Level.ERROR)).isEmpty();
    }

    @Test
    void a_failure_whose_result_is_asked_for_before_or_shortly_after_is_the_callers() {
        PoolClient<Object> pool = start(spec -> spec.surviveOn(failure -> true));
        Task<?> before = world.perform(() -> {
            Task<?> task = pool.asyncQueue(worker -> {
                self().sleep(Duration.ofSeconds(1));
                throw new IllegalStateException("not sent");
            });
            assertThat(task.result()).isNotNull();
            return task;
        });
        world.advance(Duration.ofSeconds(1));
        Task<?> after = failing(pool);
        world.advance(Duration.ofMillis(900));
        assertThat(after.state()).isEqualTo(TaskState.FAILED);
        assertThat(after.result()).isNotNull();
        world.advance(LATER);
        assertThat(before.state()).isEqualTo(TaskState.FAILED);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void a_failure_that_crashes_the_worker_is_told_as_that_crash_alone() {
        PoolClient<Object> pool = start(spec -> spec);
        Task<?> task = failing(pool);
        world.advance(LATER);
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(log.messages(Level.ERROR)).singleElement().asString().contains("has crashed", "not sent");
        assertThat(warnings()).isEmpty();
    }

    @Test
    void a_task_whose_worker_ends_in_good_order_is_told_because_that_end_is_not() {
        PoolClient<Object> pool = start(spec -> spec);
        world.perform(() -> pool.asyncQueue(worker -> {
            throw self().exit(ExitReason.NORMAL);
        }));
        world.advance(LATER);
        assertThat(log.messages(Level.ERROR)).isEmpty();
        assertThat(warnings()).singleElement().asString().contains("that ran the task ended: normal");
    }

    @Test
    void only_the_last_attempt_of_a_task_counts() {
        PoolClient<Object> pool = start(
                spec -> spec.surviveOn(failure -> true).taskRestart(PoolWorld.policy("[restart*3, delete]")));
        Task<?> task = failing(pool);
        world.advance(LATER);
        assertThat(task.attempts()).isEqualTo(4);
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void an_accepted_task_whose_deadline_passed_is_told_and_a_cancelled_one_is_not() {
        PoolClient<Object> pool = start(spec -> spec);
        Task<?> first = world.perform(() -> pool.asyncQueue(worker -> block()));
        world.quiesce();
        Task<?> late = world.perform(
                () -> pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(3))).asyncQueue(worker -> {}));
        Task<?> cancelled = world.perform(() -> pool.asyncQueue(worker -> {}));
        assertThat(cancelled.cancel()).isTrue();
        world.advance(LATER);
        assertThat(first.state()).isEqualTo(TaskState.RUNNING);
        assertThat(late.state()).isEqualTo(TaskState.REJECTED);
        assertThat(warnings()).singleElement().asString().contains(late.toString(),
                "was not begun within its deadline");
    }

    @Test
    void of_many_failures_each_is_one_line_and_few_have_a_stack_trace() {
        PoolClient<Object> pool = start(spec -> spec.surviveOn(failure -> true));
        for (int i = 0; i < 120; i++) {
            failing(pool);
        }
        world.advance(LATER);
        assertThat(warnings()).hasSize(120);
    }

    @Test
    void a_failure_that_is_still_to_be_told_when_the_pool_stops_is_told_then() {
        PoolClient<Object> pool = start(spec -> spec.surviveOn(failure -> true));
        failing(pool);
        world.perform(() -> pools.stopPool(pool, Duration.ZERO));
        assertThat(warnings()).singleElement().asString().contains("was not asked for");
        world.advance(LATER);
        assertThat(warnings()).hasSize(1);
    }

    // ---- the cost of the end of a pool

    @Test
    void what_a_stop_kills_and_does_not_begin_is_one_line_with_numbers_and_the_first_of_them() {
        PoolClient<Object> pool = start(spec -> spec.size(2));
        for (int i = 0; i < 2; i++) {
            world.perform(() -> pool.asyncQueue(worker -> block()));
        }
        world.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 17; i++) {
            world.perform(() -> pool.asyncQueue(worker -> {}));
        }
        world.perform(() -> pools.stopPool(pool, Duration.ofSeconds(20)));
        world.advance(LATER);
        assertThat(warnings()).singleElement().asString()
                .startsWith("Pool 'pool' was stopped after 20s: 2 running tasks were killed, 17 queued tasks were not"
                        + " begun; first: #")
                .contains(" had waited for 20s")
                .matches(".*first: (#\\d+ had (run|waited) for \\d+s(, )?){3}");
    }

    @Test
    void a_task_that_heeds_no_shutdown_is_killed_with_its_worker_and_told_with_the_stop() {
        PoolSpec<Object> spec = PoolSpec.builder("pool", () -> {
            self().trapExits(true);
            return new Object();
        }).size(1).shutdown(Duration.ofSeconds(4)).build();
        PoolClient<Object> pool = world.perform(() -> pools.startPool(spec));
        Task<?> task = world.perform(() -> pool.asyncQueue(worker -> block()));
        world.advance(Duration.ofSeconds(1));
        world.perform(() -> pools.stopPool(pool, Duration.ZERO));
        world.advance(LATER);
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(warnings()).singleElement().asString()
                .startsWith("Pool 'pool' was stopped after 0s: 1 running task was killed; first: #")
                .endsWith(" had run for 5s");
        assertThat(log.messages(Level.ERROR)).singleElement().asString()
                .isEqualTo("Worker pool/1 has crashed: killed; it is not restarted: the pool is stopped");
    }

    @Test
    void a_task_that_was_to_be_tried_again_counts_as_not_begun_and_one_is_told_as_one() {
        PoolClient<Object> pool = start(
                spec -> spec.surviveOn(failure -> true).taskRestart(PoolWorld.policy("[1h]")));
        Task<?> task = failing(pool);
        world.quiesce();
        world.perform(() -> pools.stopPool(pool, Duration.ZERO));
        world.advance(LATER);
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
        assertThat(warnings()).singleElement().asString()
                .contains("1 queued task was not begun; first: #", "had waited for another attempt for 0s");
    }

    @Test
    void a_stop_that_costs_nothing_says_nothing() {
        PoolClient<Object> pool = start(spec -> spec.size(2));
        Task<?> done = world.perform(() -> pool.asyncQueue(worker -> self().sleep(Duration.ofSeconds(3))));
        world.perform(() -> pool.checkout(Duration.ofSeconds(1))); // a lease is no accepted task
        world.perform(() -> pools.stopPool(pool, Duration.ofSeconds(20)));
        assertThat(done.state()).isEqualTo(TaskState.DONE);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void the_end_of_all_pools_and_a_tree_that_gives_up_tell_it_too() {
        PoolClient<Object> pool = start(spec -> spec);
        world.perform(() -> pool.asyncQueue(worker -> block()));
        world.quiesce();
        world.perform(() -> pool.asyncQueue(worker -> {}));
        world.perform(() -> {
            world.system().exit(pools.supervisor(), ExitReason.KILL);
            return true;
        });
        world.advance(LATER);
        assertThat(pool.status().phase()).isEqualTo(PoolPhase.GAVE_UP);
        assertThat(warnings()).filteredOn(line -> line.startsWith("Pool 'pool' has given up: ")).singleElement()
                .asString().contains("1 queued task was not begun; first: #");
    }
}
