package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStrategy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pool, one operation after the other: the model for {@link PoolUnderLincheck}. Equal models answer all further
 * operations in the same way, so that Lincheck keeps one of them.
 */
class SequentialPool {

    private final PoolStrategy strategy;
    private int size;
    /** How many workers there are, and the number of the last one that was made. */
    private int workers;
    private int made;
    /** The one first that has been idle longest. */
    private final Deque<String> idle = new ArrayDeque<>();
    /** The threads with a stage that waits. */
    private final List<Integer> queue = new ArrayList<>();
    private final @Nullable String[] leases = new String[PoolUnderLincheck.THREADS];
    private final @Nullable String[] stages = new String[PoolUnderLincheck.THREADS];
    private final @Nullable String[] tasks = new String[PoolUnderLincheck.THREADS];
    /** The last holder of each worker, as a borrower with a thread. */
    private final Map<String, Integer> lastHolder = new HashMap<>();

    SequentialPool(PoolStrategy strategy, int size) {
        this.strategy = strategy;
        this.size = size;
        while (workers < size) {
            make();
        }
    }

    private void make() {
        workers++;
        made++;
        free("pool/" + made);
    }

    /** A free worker goes to the first in the queue, or away if it is surplus, or is idle. */
    private void free(String worker) {
        if (workers > size) {
            workers--;
        } else if (queue.isEmpty()) {
            idle.addLast(worker);
        } else {
            stages[queue.removeFirst()] = worker;
        }
    }

    private @Nullable String pick(int thread) {
        return switch (strategy) {
            case LIFO -> idle.pollLast();
            case FIFO -> idle.pollFirst();
            case AFFINE -> pickOwn(thread);
        };
    }

    private @Nullable String pickOwn(int thread) {
        for (String worker : idle.reversed()) {
            if (Integer.valueOf(thread).equals(lastHolder.get(worker))) {
                idle.remove(worker);
                return worker;
            }
        }
        return idle.pollLast();
    }

    private @Nullable String pickOrMake(int thread) {
        String worker = pick(thread);
        if (worker == null && workers < size) {
            workers++;
            made++;
            return "pool/" + made;
        }
        return worker;
    }

    public String take(int thread) {
        if (leases[thread] != null) {
            return "has one";
        }
        String worker = pickOrMake(thread);
        leases[thread] = worker;
        if (worker == null) {
            return "none";
        }
        lastHolder.put(worker, thread);
        return worker;
    }

    public String giveBack(int thread) {
        String worker = leases[thread];
        leases[thread] = null;
        if (worker == null) {
            return "has none";
        }
        free(worker);
        return "given";
    }

    public String fail(int thread) {
        String worker = leases[thread];
        leases[thread] = null;
        if (worker == null) {
            return "has none";
        }
        workers--;
        return "failed";
    }

    public String stage(int thread) {
        if (stages[thread] != null || queue.contains(thread)) {
            return "has one";
        }
        stages[thread] = pickOrMake(-1);
        if (stages[thread] == null) {
            queue.add(thread);
        }
        return "waits";
    }

    public String poll(int thread) {
        String worker = stages[thread];
        return worker != null ? worker : queue.contains(thread) ? "waits" : "has none";
    }

    public String cancel(int thread) {
        String worker = stages[thread];
        stages[thread] = null;
        if (worker != null) {
            free(worker);
            return "given";
        }
        return queue.remove((Integer) thread) ? "cancelled" : "has none";
    }

    public String run(int thread) {
        if (tasks[thread] != null) {
            return "has one";
        }
        String worker = pickOrMake(-1);
        tasks[thread] = worker;
        return worker == null ? "noalloc" : worker;
    }

    public String finish(int thread) {
        String worker = tasks[thread];
        tasks[thread] = null;
        if (worker == null) {
            return "has none";
        }
        free(worker);
        return "done";
    }

    public String resize(int newSize) {
        size = newSize;
        while (workers > size && !idle.isEmpty()) {
            idle.removeFirst();
            workers--;
        }
        while (workers < size) {
            make();
        }
        return "resized";
    }

    public int available() {
        return idle.size();
    }

    /** All on which the answers to further operations depend. */
    private List<Object> state() {
        return List.of(size, workers, made, List.copyOf(idle), List.copyOf(queue), Arrays.asList(leases),
                Arrays.asList(stages), Arrays.asList(tasks),
                strategy == PoolStrategy.AFFINE ? Map.copyOf(lastHolder) : Map.of());
    }

    /** As {@link #state}, for operations with answers that don't name the worker. */
    List<Object> counts() {
        return List.of(size, workers, idle.size(), List.copyOf(queue), taken(leases), taken(stages), taken(tasks));
    }

    private static List<Boolean> taken(@Nullable String[] workers) {
        return Arrays.stream(workers).map(Objects::nonNull).toList();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SequentialPool that && strategy == that.strategy && state().equals(that.state());
    }

    @Override
    public int hashCode() {
        return state().hashCode();
    }

    @Override
    public String toString() {
        return "idle " + idle + " leases " + Arrays.toString(leases) + " stages " + Arrays.toString(stages) + " tasks "
                + Arrays.toString(tasks) + " queue " + queue;
    }
}
