package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The code around handed-over tasks. */
class PoolTaskDecoratorTest {

    private final PoolWorld world = new PoolWorld();
    private final List<String> told = new CopyOnWriteArrayList<>();

    /** Tells of each task where it is handed over and around each attempt. */
    private final PoolTaskDecorator telling = new PoolTaskDecorator() {
        @Override
        public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
                String pool, WorkerFunction<W, R, ?> task) {
            told.add("handed to " + pool);
            return worker -> {
                told.add("begins");
                try {
                    return task.call(worker);
                } finally {
                    told.add("ends");
                }
            };
        }
    };

    private final PoolClient<Worker> pool = world.start(spec -> spec.size(1)
            .maxOverflow(0)
            .queueCapacity(0)
            .taskDecorator(telling)
            .taskRestart(RestartPolicy.of(RestartPlan.parse("[restart]"))));

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void every_way_to_hand_work_over_goes_through_it() {
        TaskQueue<Worker> urgent = pool.tasks(TaskOptions.DEFAULT.withPriority(1));
        for (TaskQueue<Worker> tasks : List.of(pool, urgent)) {
            run(() -> tasks.run(worker -> {}).orElseThrow());
            run(() -> tasks.runResult(worker -> 1).orElseThrow());
            run(() -> tasks.syncQueue(worker -> {}));
            run(() -> tasks.syncQueueResult(worker -> 1));
            run(() -> tasks.asyncQueue(worker -> {}));
            run(() -> tasks.asyncQueueResult(worker -> 1));
        }
    }

    private void run(Callable<Task<?>> hand) {
        told.clear();
        Task<?> task = world.perform(hand);
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(told).containsExactly("handed to pool", "begins", "ends");
    }

    @Test
    void it_is_around_each_attempt_but_called_once() {
        Task<Integer> task = pool.asyncQueueResult(worker -> {
            if (told.size() < 4) {
                throw new IllegalStateException("the first attempt fails");
            }
            return 7;
        });
        world.world.quiesce();
        assertThat(task.state()).isEqualTo(TaskState.DONE);
        assertThat(task.attempts()).isEqualTo(2);
        assertThat(told).containsExactly("handed to pool", "begins", "ends", "begins", "ends");
    }

    @Test
    void borrowers_are_not_concerned() {
        world.perform(() -> pool.transactionResult(worker -> worker.name));
        assertThat(told).isEmpty();
    }

    @Test
    void what_it_throws_goes_to_the_caller_and_nothing_is_handed_over() {
        world.pools.stopPool("pool", Duration.ZERO);
        PoolClient<Worker> refusing = world.start(spec -> spec.taskDecorator(new PoolTaskDecorator() {
            @Override
            public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
                    String name, WorkerFunction<W, R, ?> task) {
                throw new IllegalStateException("not from here");
            }
        }));
        assertThatIllegalStateException().isThrownBy(() -> refusing.asyncQueue(worker -> told.add("ran")));
        world.world.quiesce();
        assertThat(told).isEmpty();
        assertThat(refusing.status().queueDepth()).isZero();
        assertThat(refusing.status().available()).isEqualTo(1);
    }
}
