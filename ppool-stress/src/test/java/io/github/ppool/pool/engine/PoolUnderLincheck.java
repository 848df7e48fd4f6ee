package io.github.ppool.pool.engine;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pool's side of the operations that Lincheck plays. Each has one moment at which it takes effect: the operation
 * awaits all its consequences that take time (a worker that dies, one that is made). Lincheck makes an instance for
 * each run and has no call for its end, so each instance ends the one before it. Runs follow each other, they don't
 * overlap.
 *
 * <p>A thread has at most one lease, one stage and one task at a time.
 */
class PoolUnderLincheck {

    static final int THREADS = 8;

    private static @Nullable PoolUnderLincheck last;

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;
    final PoolClient<Object> pool;
    private final PoolEngine<?> engine;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private final @Nullable Lease<Object>[] leases = new Lease[THREADS];

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private final @Nullable CompletableFuture<Lease<Object>>[] stages = new CompletableFuture[THREADS];

    private final @Nullable Running[] tasks = new Running[THREADS];

    private record Running(Task<?> task, Pid process, CountDownLatch end) {}

    PoolUnderLincheck(PoolStrategy strategy, int size, String plan) {
        PoolUnderLincheck before = last;
        if (before != null) {
            before.close();
        }
        last = this;
        try {
            pools = Pools.start(system);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        RestartPolicy policy = RestartPolicy.of(RestartPlan.parse(plan)).withCount(RestartCount.INFINITY);
        // One worker is made after the other, so that the longest idle one is the same in every run.
        pool = pools.startPool(PoolSpec.builder("pool", Object::new)
                .size(1).maxOverflow(0).strategy(strategy).restart(policy).creationFailureLimit(0).build());
        engine = (PoolEngine<?>) ((EnginePoolClient<Object>) pool).engine();
        await(() -> pool.status().available() == 1);
        for (int made = 2; made <= size; made++) {
            int now = made;
            pools.admin().resize("pool", now, 0);
            await(() -> pool.status().available() == now);
        }
    }

    /** Fails the run that follows if this one has left the engine with a broken invariant. */
    private void close() {
        EngineInvariants.check(pool);
        for (Running running : tasks) {
            if (running != null) {
                running.end.countDown();
            }
        }
        pools.close();
        system.close();
    }

    static void await(BooleanSupplier state) {
        if (!Arena.eventually(state)) {
            throw new AssertionError("not reached");
        }
    }

    /** Which worker: the id of the child, which is the same after a restart. */
    private static String name(Lease<?> lease) {
        return lease.pid().label();
    }

    /** {@code tryCheckout}. */
    String take(int thread) {
        if (leases[thread] != null) {
            return "has one";
        }
        Optional<Lease<Object>> lease = pool.tryCheckout();
        lease.ifPresent(mine -> leases[thread] = mine);
        return lease.map(PoolUnderLincheck::name).orElse("none");
    }

    /** {@code close}. */
    String giveBack(int thread) {
        Lease<Object> lease = leases[thread];
        leases[thread] = null;
        if (lease == null) {
            return "has none";
        }
        lease.close();
        return "given";
    }

    /** {@code fail}, until the worker's place is free. */
    String fail(int thread) {
        Lease<Object> lease = leases[thread];
        leases[thread] = null;
        if (lease == null) {
            return "has none";
        }
        lease.fail(new IllegalStateException("broken"));
        await(() -> !lease.pid().isAlive() && pool.status().stopping() == 0);
        return "failed";
    }

    /** {@code checkoutAsync}. */
    String stage(int thread) {
        if (stages[thread] != null) {
            return "has one";
        }
        stages[thread] = pool.checkoutAsync().toCompletableFuture();
        return "waits";
    }

    /** Whether the stage is there, and which worker it brought; that one is kept as a stage. */
    String poll(int thread) {
        CompletableFuture<Lease<Object>> stage = stages[thread];
        return stage == null ? "has none" : stage.isDone() ? name(stage.join()) : "waits";
    }

    /** Out of the queue, or given back if it came. */
    String cancel(int thread) {
        CompletableFuture<Lease<Object>> stage = stages[thread];
        stages[thread] = null;
        if (stage == null) {
            return "has none";
        }
        if (stage.cancel(true)) {
            return "cancelled";
        }
        stage.join().close();
        return "given";
    }

    /** {@code run} with a task that lasts until {@link #finish}. */
    String run(int thread) {
        if (tasks[thread] != null) {
            return "has one";
        }
        CountDownLatch end = new CountDownLatch(1);
        var task = pool.run(worker -> end.await());
        if (task.isEmpty()) {
            return "noalloc";
        }
        await(() -> task.get().state() == TaskState.RUNNING);
        Pid process = task.get().pid().orElseThrow();
        tasks[thread] = new Running(task.get(), process, end);
        return process.label();
    }

    /**
     * The task's end, which it tells when its worker is free; and until the worker's process has told it, and can begin
     * with the next one.
     */
    String finish(int thread) {
        Running running = tasks[thread];
        tasks[thread] = null;
        if (running == null) {
            return "has none";
        }
        running.end.countDown();
        running.task.result().toCompletableFuture().join();
        await(() -> !engine.snapshots.isNotifying(running.process));
        return "done";
    }

    /** {@code resize}, until all are made or gone that can be so now. */
    String resize(int size) {
        pools.admin().resize("pool", size, 0);
        await(() -> {
            PoolStatus status = pool.status();
            return status.starting() == 0 && status.stopping() == 0;
        });
        return "resized";
    }

    int available() {
        return pool.status().available();
    }
}
