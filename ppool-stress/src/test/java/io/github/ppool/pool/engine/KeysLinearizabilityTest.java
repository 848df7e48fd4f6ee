package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lincheck on tasks with keys: threads hand tasks over, look at them and end them, with a worker for each thread. In
 * the sequential model a key is a list of tasks, and the first one runs. The numbers are {@code -Dlincheck.scenarios}
 * and {@code -Dlincheck.runs}.
 */
class KeysLinearizabilityTest {

    /** More than there are threads, so that no task waits for a worker. */
    private static final int WORKERS = 4;

    /** The operations on the pool. A thread has at most one task at a time. */
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    public static class Real {

        private final PoolUnderLincheck pool = new PoolUnderLincheck(PoolStrategy.LIFO, WORKERS, "[restart]");
        private final @Nullable Held[] tasks = new Held[PoolUnderLincheck.THREADS];

        private record Held(Task<?> task, CountDownLatch end) {}

        /** {@code asyncQueue}, until the task runs or waits for its key. */
        @Operation
        public String hand(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "key") int key) {
            return accept(thread, key, false);
        }

        /** {@code schedule} with a delay that is over soon, until the task runs or waits for its key. */
        @Operation
        public String schedule(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "key") int key) {
            return accept(thread, key, true);
        }

        private String accept(int thread, int key, boolean later) {
            if (tasks[thread] != null) {
                return "has one";
            }
            CountDownLatch end = new CountDownLatch(1);
            var queue = pool.pool.tasks(TaskOptions.key(key));
            Task<?> task = later
                    ? queue.schedule(Duration.ofNanos(1), worker -> end.await())
                    : queue.asyncQueue(worker -> end.await());
            tasks[thread] = new Held(task, end);
            PoolUnderLincheck.await(() -> task.state() == TaskState.RUNNING || waitsForKey(task));
            return "handed";
        }

        private boolean waitsForKey(Task<?> task) {
            PoolEngine<?> engine = EngineInvariants.engineOf(pool.pool);
            return engine.core.underLock(() -> ((PoolTask<?, ?>) task).isKeyed()
                    && ((PoolTask<?, ?>) task).keyPlace().where == PoolTask.KeyPlace.Where.WAITS);
        }

        /** The state of the thread's task. */
        @Operation
        public String look(@Param(gen = ThreadIdGen.class) int thread) {
            Held held = tasks[thread];
            return held == null ? "has none" : held.task.state() == TaskState.RUNNING ? "runs" : "waits";
        }

        /** {@code cancel}, or the end of the task, until the next task of its key runs. */
        @Operation
        public String end(@Param(gen = ThreadIdGen.class) int thread) {
            Held held = tasks[thread];
            tasks[thread] = null;
            if (held == null) {
                return "has none";
            }
            if (held.task.cancel()) {
                return "cancelled";
            }
            held.end.countDown();
            held.task.result().toCompletableFuture().join();
            PoolUnderLincheck.await(this::eachKeyIsTaken);
            return "done";
        }

        private boolean eachKeyIsTaken() {
            PoolEngine<?> engine = EngineInvariants.engineOf(pool.pool);
            return engine.core.underLock(() -> {
                boolean[] taken = {true};
                engine.core.keys.forEachChain(chain -> taken[0] &= !chain.hasNext()
                        && (chain.holder == null || chain.holder.state() == TaskState.RUNNING));
                return taken[0];
            });
        }
    }

    /** The model. Equal models answer all further operations in the same way, so that Lincheck keeps one of them. */
    public static class Model {

        private final Map<Integer, List<Integer>> waiting = new HashMap<>();
        private final @Nullable Integer[] keys = new Integer[PoolUnderLincheck.THREADS];

        public String hand(int thread, int key) {
            if (keys[thread] != null) {
                return "has one";
            }
            keys[thread] = key;
            waiting.computeIfAbsent(key, of -> new ArrayList<>()).add(thread);
            return "handed";
        }

        public String schedule(int thread, int key) {
            return hand(thread, key);
        }

        public String look(int thread) {
            Integer key = keys[thread];
            return key == null ? "has none" : isFirst(thread, key) ? "runs" : "waits";
        }

        public String end(int thread) {
            Integer key = keys[thread];
            keys[thread] = null;
            if (key == null) {
                return "has none";
            }
            boolean ran = isFirst(thread, key);
            waiting.computeIfPresent(key, (of, line) -> line.remove((Integer) thread) && line.isEmpty() ? null : line);
            return ran ? "done" : "cancelled";
        }

        private boolean isFirst(int thread, int key) {
            List<Integer> line = waiting.getOrDefault(key, List.of());
            return !line.isEmpty() && line.getFirst() == thread;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            // the keys of the threads follow from it
            return other instanceof Model that && waiting.equals(that.waiting);
        }

        @Override
        public int hashCode() {
            return waiting.hashCode();
        }

        @Override
        public String toString() {
            return waiting.toString();
        }
    }

    @Test
    void tasks_of_a_key_run_one_after_the_other() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(5)
                .actorsBefore(0)
                .actorsAfter(0)
                .iterations(Integer.getInteger("lincheck.scenarios", 20))
                .invocationsPerIteration(Integer.getInteger("lincheck.runs", 300) / 3) // its operations take longer
                .sequentialSpecification(Model.class)
                .check(Real.class);
    }
}
