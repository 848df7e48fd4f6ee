package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.Eventually;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order in which callers and tasks are served, and which of them are shed. The clock stands still. */
@Timeout(60)
class QueueOrderTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final PoolWorld world = new PoolWorld();
    private final List<Object> served = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    private PoolClient<Worker> start(UnaryOperator<PoolSpec.Builder<Worker>> settings) {
        return world.start(settings);
    }

    private static CompletableFuture<Lease<Worker>> checkout(PoolClient<Worker> pool, Duration timeout) {
        return pool.checkoutAsync(timeout).toCompletableFuture();
    }

    private static CompletableFuture<Lease<Worker>> checkout(PoolClient<Worker> pool) {
        return checkout(pool, LONG);
    }

    private static int tryIndex(List<CompletableFuture<Lease<Worker>>> callers) {
        for (int i = 0; i < callers.size(); i++) {
            if (callers.get(i).isDone() && !callers.get(i).isCompletedExceptionally()) {
                return i;
            }
        }
        throw new AssertionError("none is served of " + callers);
    }

    /** Closes one lease after the other, and notes the callers in the order in which they are served. */
    private void serveAll(Lease<Worker> first, List<CompletableFuture<Lease<Worker>>> callers) {
        List<CompletableFuture<Lease<Worker>>> left = new ArrayList<>(callers);
        Lease<Worker> held = first;
        while (!left.isEmpty()) {
            held.close();
            int next = tryIndex(left);
            CompletableFuture<Lease<Worker>> caller = left.remove(next);
            served.add(callers.indexOf(caller));
            held = caller.join();
        }
        held.close();
    }

    private static PoolRejectedException refusal(CompletableFuture<?> caller) {
        Eventually.so(() -> caller, caller::isDone);
        try {
            throw new AssertionError("served with " + caller.join());
        } catch (CompletionException refused) {
            return (PoolRejectedException) refused.getCause();
        }
    }

    // ---- the order

    @Test
    void lifo_serves_the_newest_caller_first() {
        PoolClient<Worker> pool = start(spec -> spec.queue(QueueOrder.LIFO));
        Lease<Worker> held = checkout(pool).join();
        serveAll(held, List.of(checkout(pool), checkout(pool), checkout(pool)));
        assertThat(served).containsExactly(2, 1, 0);
    }

    @Test
    void a_higher_priority_goes_first_and_lifo_is_the_order_among_equals() {
        PoolClient<Worker> pool = start(spec -> spec.queue(QueueOrder.LIFO));
        Lease<Worker> held = checkout(pool).join();
        for (String name : List.of("low 1", "high 2", "low 3", "high 4", "usual 5")) {
            int priority = name.startsWith("low") ? -1 : name.startsWith("high") ? 1 : 0;
            pool.tasks(TaskOptions.DEFAULT.withPriority(priority)).asyncQueue(worker -> {
                served.add(name);
            });
        }
        held.close();
        world.world.quiesce();
        assertThat(served).containsExactly("high 4", "high 2", "usual 5", "low 3", "low 1");
    }

    @Test
    void adaptive_is_fifo_in_quiet_times_lifo_under_overload_and_fifo_again_when_the_queue_was_empty() {
        PoolClient<Worker> pool = start(
                spec -> spec.queue(QueueOrder.ADAPTIVE).maxWaitInterval(Duration.ofMillis(50)));
        Lease<Worker> held = checkout(pool).join();
        List<CompletableFuture<Lease<Worker>>> quiet = List.of(checkout(pool), checkout(pool), checkout(pool));
        world.advance(Duration.ofMillis(49));
        serveAll(held, quiet);
        assertThat(served).containsExactly(0, 1, 2);

        served.clear();
        Lease<Worker> again = checkout(pool).join();
        List<CompletableFuture<Lease<Worker>>> overload = List.of(checkout(pool), checkout(pool), checkout(pool));
        world.advance(Duration.ofMillis(50));
        assertThat(pool.status().queue().overloaded()).isTrue();
        assertThat(pool.status().explain()).contains("3 of 1000 waiting, the first for 50 ms, overloaded");
        serveAll(again, overload);
        assertThat(served).containsExactly(2, 1, 0);
        assertThat(pool.status().queue().overloaded()).isFalse();

        served.clear();
        serveAll(checkout(pool).join(), List.of(checkout(pool), checkout(pool)));
        assertThat(served).containsExactly(0, 1);
    }

    @Test
    void a_caller_that_gives_up_leaves_the_others_in_order() {
        PoolClient<Worker> pool = start(spec -> spec.queue(QueueOrder.LIFO));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> first = checkout(pool);
        CompletableFuture<Lease<Worker>> late = checkout(pool, Duration.ofMillis(5));
        CompletableFuture<Lease<Worker>> cancelled = checkout(pool);
        world.advance(Duration.ofMillis(5));
        Eventually.so(() -> late, late::isDone);
        assertThat(late).isCompletedExceptionally();
        cancelled.cancel(true);
        serveAll(held, List.of(first));
        assertThat(served).containsExactly(0);
    }

    @Test
    void an_inspection_shows_the_queue_in_the_order_of_service() {
        PoolClient<Worker> pool = start(spec -> spec.queue(QueueOrder.LIFO));
        Lease<Worker> held = checkout(pool).join();
        Task<?> older = pool.asyncQueue(worker -> {});
        Task<?> newer = pool.asyncQueue(worker -> {});
        assertThat(world.pools.admin().inspect("pool", 0, 10).orElseThrow().queue())
                .extracting(PoolInspection.Waiting::who)
                .containsExactly("task #" + newer.id(), "task #" + older.id());
        held.close();
        world.world.quiesce();
    }

    // ---- a full queue

    @Test
    void oldest_refuses_the_longest_wait_in_favour_of_the_newcomer() {
        PoolClient<Worker> pool = start(spec -> spec.shed(ShedRule.OLDEST).queueCapacity(2));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> oldest = checkout(pool);
        world.advance(Duration.ofMillis(7));
        CompletableFuture<Lease<Worker>> second = checkout(pool);
        CompletableFuture<Lease<Worker>> third = checkout(pool);
        PoolRejectedException refusal = refusal(oldest);
        assertThat(refusal).hasMessageStartingWith("the caller was shed after 7 ms in the queue: queue-capacity 2 is"
                + " reached, one more came, and by shed oldest the waiter goes that waited longest");
        assertThat(refusal.shedReason()).isEqualTo(ShedReason.OLDEST);
        assertThat(refusal.isQueueFull()).isTrue();
        assertThat(pool.status().queue().counts()).isEqualTo(new PoolStatus.Shed(0, 1, 0, 0));
        serveAll(held, List.of(second, third));
        assertThat(served).containsExactly(0, 1);
    }

    @Test
    void newest_refuses_the_newcomer_and_says_so() {
        PoolClient<Worker> pool = start(spec -> spec.queueCapacity(0));
        Lease<Worker> held = checkout(pool).join();
        PoolRejectedException refusal = refusal(checkout(pool));
        assertThat(refusal).hasMessageStartingWith("checkoutAsync was refused: queue-capacity 0 is reached");
        assertThat(refusal.shedReason()).isEqualTo(ShedReason.NEWEST);
        assertThat(pool.status().queue().counts()).isEqualTo(new PoolStatus.Shed(1, 0, 0, 0));
        held.close();
    }

    @Test
    void deadline_refuses_the_nearest_deadline_and_the_newcomer_if_that_is_its_own() {
        PoolClient<Worker> pool = start(spec -> spec.shed(ShedRule.DEADLINE).queueCapacity(2));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> near = checkout(pool, Duration.ofSeconds(3));
        CompletableFuture<Lease<Worker>> far = checkout(pool, Duration.ofSeconds(9));
        PoolRejectedException own = refusal(checkout(pool, Duration.ofSeconds(2)));
        assertThat(own).hasMessageStartingWith("checkoutAsync was refused: queue-capacity 2 is reached, and by shed"
                + " deadline the caller goes whose deadline is the nearest");
        assertThat(own.shedReason()).isEqualTo(ShedReason.DEADLINE);
        Task<?> without = pool.asyncQueue(worker -> {
            served.add("task");
        });
        assertThat(refusal(near)).hasMessageStartingWith("the caller was shed after 0 ms in the queue:"
                + " queue-capacity 2 is reached, one more came, and by shed deadline the waiter goes that had the"
                + " nearest deadline");
        assertThat(refusal(near).shedReason()).isEqualTo(ShedReason.DEADLINE);
        Task<?> deadline = pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(99)))
                .asyncQueue(worker -> {});
        assertThat(refusal(far).shedReason()).isEqualTo(ShedReason.DEADLINE);
        Task<?> last = pool.asyncQueue(worker -> {});
        assertThat(deadline.state()).as("a task without a deadline takes its place").isEqualTo(TaskState.REJECTED);
        held.close();
        world.world.quiesce();
        assertThat(List.of(without.state(), last.state())).containsOnly(TaskState.DONE);
        assertThat(pool.status().queue().counts()).isEqualTo(new PoolStatus.Shed(0, 0, 4, 0));
    }

    @Test
    void a_waiter_never_goes_for_a_newcomer_of_a_lower_priority() {
        PoolClient<Worker> pool = start(spec -> spec.shed(ShedRule.OLDEST).queueCapacity(2));
        Lease<Worker> held = checkout(pool).join();
        TaskQueue<Worker> high = pool.tasks(TaskOptions.DEFAULT.withPriority(1));
        Task<?> first = high.asyncQueue(worker -> {});
        Task<?> usual = pool.asyncQueue(worker -> {});
        Task<?> second = high.asyncQueue(worker -> {});
        assertThat(usual.state()).isEqualTo(TaskState.REJECTED);
        assertThatThrownBy(() -> pool.asyncQueue(worker -> {})).isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("asyncQueue was refused: queue-capacity 2 is reached");
        held.close();
        world.world.quiesce();
        assertThat(List.of(first.state(), second.state())).containsOnly(TaskState.DONE);
    }

    @Test
    void a_shed_task_passes_its_key_on() {
        PoolClient<Worker> pool = start(spec -> spec.shed(ShedRule.OLDEST).queueCapacity(2));
        Lease<Worker> held = checkout(pool).join();
        TaskQueue<Worker> keyed = pool.tasks(TaskOptions.key("k"));
        Task<?> first = keyed.asyncQueue(worker -> {});
        Task<?> second = keyed.asyncQueue(worker -> {
            served.add("second");
        });
        Task<?> other = pool.asyncQueue(worker -> {
            served.add("other");
        });
        assertThat(first.state()).isEqualTo(TaskState.REJECTED);
        assertThatThrownBy(() -> keyed.asyncQueue(worker -> {}))
                .as("a task that waits for its key takes no place of another")
                .isInstanceOf(PoolRejectedException.class);
        held.close();
        world.world.quiesce();
        assertThat(served).containsExactlyInAnyOrder("second", "other");
        assertThat(List.of(second.state(), other.state())).containsOnly(TaskState.DONE);
    }

    @Test
    void a_scheduled_task_that_comes_due_takes_the_place_of_the_oldest() {
        PoolClient<Worker> pool = start(spec -> spec.shed(ShedRule.OLDEST).queueCapacity(1));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> waits = checkout(pool);
        Task<?> later = pool.schedule(Duration.ofSeconds(1), worker -> {});
        world.advance(Duration.ofSeconds(1));
        assertThat(refusal(waits).shedReason()).isEqualTo(ShedReason.OLDEST);
        held.close();
        world.world.quiesce();
        assertThat(later.state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void a_thread_that_is_shed_gets_the_refusal() {
        PoolClient<Worker> pool = start(spec -> spec.shed(ShedRule.OLDEST).queueCapacity(1));
        Lease<Worker> held = checkout(pool).join();
        PoolWorld.Client<Lease<Worker>> thread = world.client(() -> pool.checkout(LONG));
        CompletableFuture<Lease<Worker>> newcomer = checkout(pool);
        world.world.quiesce();
        assertThat(thread.failure).isInstanceOf(PoolRejectedException.class)
                .hasMessageStartingWith("the caller was shed after 0 ms");
        serveAll(held, List.of(newcomer));
    }

    // ---- the wait

    private static UnaryOperator<PoolSpec.Builder<Worker>> target(int target, int interval) {
        return spec -> spec.maxWaitTarget(Duration.ofMillis(target)).maxWaitInterval(Duration.ofMillis(interval));
    }

    @Test
    void a_burst_that_ends_within_the_interval_sheds_no_waiter() {
        PoolClient<Worker> pool = start(target(10, 100));
        Lease<Worker> held = checkout(pool).join();
        List<CompletableFuture<Lease<Worker>>> burst = List.of(checkout(pool), checkout(pool));
        world.advance(Duration.ofMillis(109));
        assertThat(burst).noneMatch(CompletableFuture::isDone);
        serveAll(held, burst);
        assertThat(pool.status().queue().counts().maxWait()).isZero();
        assertThat(pool.status().queue().maxWaitTarget()).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void a_queue_that_stands_for_the_interval_sheds_each_waiter_that_has_waited_for_the_target() {
        PoolClient<Worker> pool = start(target(10, 100));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> first = checkout(pool);
        CompletableFuture<Lease<Worker>> second = checkout(pool);
        world.advance(Duration.ofMillis(105));
        CompletableFuture<Lease<Worker>> young = checkout(pool);
        world.advance(Duration.ofMillis(4));
        assertThat(pool.status().queueDepth()).isEqualTo(3);
        world.advance(Duration.ofMillis(1));
        assertThat(pool.status().queueDepth()).as("at 110 ms the queue has stood for 100 ms above the target")
                .isEqualTo(1);
        assertThat(List.of(refusal(first), refusal(second))).allSatisfy(refusal -> {
            assertThat(refusal).hasMessageStartingWith("the caller was shed after 110 ms in the queue: the pool is"
                    + " overloaded, and max-wait-target is PT0.01S");
            assertThat(refusal.shedReason()).isEqualTo(ShedReason.MAX_WAIT);
            assertThat(refusal.isQueueFull()).isFalse();
        });
        world.advance(Duration.ofMillis(4));
        assertThat(pool.status().queueDepth()).isEqualTo(1);
        world.advance(Duration.ofMillis(1));
        assertThat(refusal(young)).hasMessageStartingWith("the caller was shed after 10 ms");
        assertThat(pool.status().queue().counts()).isEqualTo(new PoolStatus.Shed(0, 0, 0, 3));
        assertThat(pool.status().queue().overloaded()).as("the queue is empty").isFalse();
        held.close();
    }

    @Test
    void a_wait_below_the_target_begins_the_interval_anew() {
        PoolClient<Worker> pool = start(target(10, 100));
        Lease<Worker> held = checkout(pool).join();
        CompletableFuture<Lease<Worker>> first = checkout(pool);
        world.advance(Duration.ofMillis(100));
        CompletableFuture<Lease<Worker>> second = checkout(pool);
        held.close(); // the oldest by now has not waited at all
        world.advance(Duration.ofMillis(109));
        assertThat(second).isNotDone();
        world.advance(Duration.ofMillis(1));
        assertThat(refusal(second).shedReason()).isEqualTo(ShedReason.MAX_WAIT);
        first.join().close();
    }

    @Test
    void accepted_tasks_of_a_pool_that_drains_are_not_shed() {
        PoolClient<Worker> pool = start(target(10, 20));
        Lease<Worker> held = checkout(pool).join();
        Task<?> task = pool.asyncQueue(worker -> {});
        var stop = world.world.begin(() -> world.pools.stopPool("pool", LONG));
        world.world.quiesce();
        world.advance(Duration.ofMillis(500));
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        held.close();
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(stop.isDone()).isTrue();
    }

    @Test
    void a_task_with_a_key_is_not_late_for_the_time_that_it_has_waited_for_its_key() {
        PoolClient<Worker> pool = start(spec -> target(10, 20).apply(spec).size(2));
        Lease<Worker> held = checkout(pool).join();
        Task<?> first = pool.tasks(TaskOptions.key("k")).asyncQueue(worker -> Objects
                .requireNonNull(ProcessSystem.currentProcess()).receive("go"::equals));
        world.world.quiesce();
        Task<?> second = pool.tasks(TaskOptions.key("k")).asyncQueue(worker -> {});
        world.advance(Duration.ofMillis(500));
        CompletableFuture<Lease<Worker>> shed = checkout(pool);
        world.advance(Duration.ofMillis(25));
        CompletableFuture<Lease<Worker>> next = checkout(pool);
        world.advance(Duration.ofMillis(5));
        assertThat(refusal(shed).shedReason()).isEqualTo(ShedReason.MAX_WAIT);
        assertThat(pool.status().queue().overloaded()).isTrue();
        first.pid().orElseThrow().send("go");
        world.world.quiesce();
        Eventually.so(pool::toString, next::isDone);
        world.advance(Duration.ofMillis(9));
        assertThat(second.state()).isEqualTo(TaskState.QUEUED);
        world.advance(Duration.ofMillis(1));
        assertThat(second.state()).isEqualTo(TaskState.REJECTED);
        held.close();
        next.join().close();
    }
}
