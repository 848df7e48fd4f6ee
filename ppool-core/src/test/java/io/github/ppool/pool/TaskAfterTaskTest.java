package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A worker that goes from one task to the next while others wait, which it does without asking all that there is to
 * ask.
 */
class TaskAfterTaskTest {

    private final PoolWorld world = new PoolWorld();
    private final List<String> served = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    /** A worker has this task until it gets a message. */
    private static Task<?> blocker(PoolClient<Worker> pool) {
        return pool.asyncQueue(worker -> Objects.requireNonNull(ProcessSystem.currentProcess()).receive());
    }

    private void release(Task<?> blocker) {
        blocker.pid().orElseThrow().send("go on");
        world.world.quiesce();
    }

    private Task<?> note(TaskQueue<Worker> pool, String what) {
        return pool.asyncQueue(worker -> served.add(what));
    }

    @Test
    void the_order_is_that_of_the_queue_whoever_stands_in_it() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        world.world.quiesce();
        note(pool, "1");
        note(pool, "2");
        world.client(() -> {
            pool.transaction(worker -> served.add("borrower 3"));
            return 1;
        });
        note(pool.tasks(TaskOptions.DEFAULT.withDeadline(Duration.ofSeconds(1))), "with a deadline 4");
        note(pool, "5").cancel();
        note(pool, "6");
        note(pool.tasks(TaskOptions.DEFAULT.withPriority(1)), "urgent");
        note(pool.tasks(TaskOptions.DEFAULT.withPriority(-1)), "not urgent");
        note(pool, "7");
        assertThat(pool.status()).returns(8, PoolStatus::queueDepth).returns(1, PoolStatus::working);
        release(blocker);
        assertThat(served).containsExactly(
                "urgent", "1", "2", "borrower 3", "with a deadline 4", "6", "7", "not urgent");
        assertThat(pool.status()).returns(0, PoolStatus::queueDepth).returns(1, PoolStatus::available)
                .returns(9L, PoolStatus::checkouts);
        world.advance(Duration.ofSeconds(2)); // the deadline that was met is forgotten
        assertThat(served).hasSize(8);
    }

    @Test
    void the_pool_counts_the_workers_right_in_the_middle() {
        PoolClient<Worker> pool = world.start(spec -> spec.size(2));
        Task<?> blocker = blocker(pool);
        Task<?> other = blocker(pool);
        world.world.quiesce();
        for (int i = 0; i < 5; i++) {
            note(pool, "task " + i);
        }
        Task<?> middle = blocker(pool);
        Task<?> last = note(pool, "last");
        release(blocker);
        assertThat(middle.state()).isEqualTo(TaskState.RUNNING);
        assertThat(middle.pid()).isEqualTo(blocker.pid());
        assertThat(last.state()).isEqualTo(TaskState.QUEUED);
        assertThat(pool.status()).returns(1, PoolStatus::queueDepth).returns(2, PoolStatus::working)
                .returns(0, PoolStatus::available);
        release(other);
        assertThat(last.state()).isEqualTo(TaskState.DONE);
        assertThat(pool.status()).returns(1, PoolStatus::working).returns(1, PoolStatus::available);
        release(middle);
        assertThat(pool.status()).returns(0, PoolStatus::working).returns(2, PoolStatus::available);
    }

    @Test
    void a_worker_that_is_killed_takes_one_task_with_it() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        world.world.quiesce();
        note(pool, "before");
        Task<?> killed = blocker(pool);
        Task<?> next = note(pool, "after");
        release(blocker);
        Pid pid = killed.pid().orElseThrow();
        world.kill(pid);
        assertThat(killed.state()).isEqualTo(TaskState.FAILED);
        assertThat(killed.result().toCompletableFuture()).isCompletedExceptionally();
        assertThat(next.state()).isEqualTo(TaskState.DONE);
        assertThat(next.pid().orElseThrow()).isNotEqualTo(pid);
        assertThat(served).containsExactly("before", "after");
    }

    @Test
    void a_pool_that_stops_finishes_what_was_accepted() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        Task<?> blocker = blocker(pool);
        world.world.quiesce();
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(note(pool, "task " + i));
        }
        var stopping = world.client(() -> world.pools.stopPool("pool", Duration.ofSeconds(10)));
        assertThat(stopping.done).isFalse();
        release(blocker);
        assertThat(stopping.done).isTrue();
        assertThat(tasks).allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskState.DONE));
    }
}
