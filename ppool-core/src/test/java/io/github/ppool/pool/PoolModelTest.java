package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random operations from many threads and processes, while workers die, owners die, starts fail and are slow, callers are
 * interrupted and the pool is resized. Checked all along: no worker has two holders, never more workers than allowed; at the end:
 * every task has exactly one outcome, and the books are balanced.
 */
class PoolModelTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private final AtomicInteger ran = new AtomicInteger();

    private final class Worker implements AutoCloseable {
        private final AtomicReference<Thread> holder = new AtomicReference<>();
        private final AtomicBoolean closed = new AtomicBoolean();
        private int plain; // not atomic: the pool has to make its changes visible to the next holder

        void use(Random random) throws InterruptedException {
            Thread before = holder.compareAndExchange(null, Thread.currentThread());
            if (before != null) {
                violations.add(Thread.currentThread() + " has a worker that " + before + " has");
            }
            int seen = plain;
            try {
                if (random.nextInt(3) == 0) {
                    Thread.sleep(0, random.nextInt(200_000)); // the holder takes its time
                }
            } catch (InterruptedException e) {
                holder.set(null);
                throw e;
            }
            if (plain != seen) {
                violations.add("a worker changed under " + Thread.currentThread());
            }
            plain = seen + 1;
            holder.set(null);
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                violations.add("a worker was closed twice");
            }
            destroyed.incrementAndGet();
        }
    }

    @RepeatedTest(3)
    void random_operations_keep_all_promises(RepetitionInfo repetition) throws Exception {
        play(System.nanoTime() * 31 + repetition.getCurrentRepetition(), 6, 250,
                repetition.getCurrentRepetition() % 2 == 0);
    }

    @Test
    @Tag("slow")
    void random_operations_keep_all_promises_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            play(System.nanoTime(), 16, 3000, round % 2 == 0);
        }
    }

    private void play(long seed, int players, int operations, boolean resizing) throws Exception {
        Random dice = new Random(seed);
        String what = "seed " + seed + " players " + players + " resizing " + resizing;
        System.out.println("PoolModelTest " + what);
        int size = dice.nextInt(4);
        int maxOverflow = size == 0 ? 1 + dice.nextInt(3) : dice.nextInt(4);
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Worker> pool = pools.startPool(spec(size, maxOverflow, dice));
            ConcurrentLinkedQueue<Task<Integer>> tasks = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            AtomicInteger limit = new AtomicInteger(size + maxOverflow);
            for (int i = 0; i < players; i++) {
                Random own = new Random(dice.nextLong());
                Thread.Builder kind = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(kind.start(() -> {
                    for (int n = 0; n < operations; n++) {
                        operate(system, pool, tasks, own);
                    }
                }));
            }
            AtomicBoolean playing = new AtomicBoolean(true);
            Thread trouble = Thread.ofVirtual().start(() -> {
                Random own = new Random(seed + 1);
                while (playing.get()) {
                    makeTrouble(system, pools, pool, threads, own, resizing, limit);
                }
            });
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(120));
                assertThat(thread.isAlive())
                        .as("%s: %s hangs in %s; %s", what, thread, List.of(thread.getStackTrace()), pool).isFalse();
            }
            playing.set(false);
            trouble.join();
            pools.resize("pool", size, maxOverflow);
            for (Task<Integer> task : tasks) {
                try {
                    task.result().toCompletableFuture().get(30, TimeUnit.SECONDS);
                } catch (java.util.concurrent.ExecutionException | java.util.concurrent.CancellationException outcome) {
                    // an outcome too
                } catch (java.util.concurrent.TimeoutException e) {
                    violations.add("no outcome: " + task + " " + pool);
                }
                if (!task.state().isFinal()) {
                    violations.add("not final: " + task);
                }
            }
            awaitBalance(pool, size, what);
            assertThat(violations).as(what).isEmpty();
            pools.stop(SECOND);
            assertThat(system.awaitThreads(Duration.ofSeconds(20))).as("%s: threads are left", what).isTrue();
            assertThat(destroyed.get()).as("%s: each worker is closed once", what).isEqualTo(made.get());
        }
    }

    private PoolSpec<Worker> spec(int size, int maxOverflow, Random dice) {
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart, 1ms]")).withCount(RestartCount.INFINITY);
        Random own = new Random(dice.nextLong());
        PoolSpec.Builder<Worker> spec = PoolSpec.builder("pool", new WorkerFactory<Worker>() {
            @Override
            public Worker create() throws Exception {
                int fate;
                synchronized (own) {
                    fate = own.nextInt(20);
                }
                if (fate == 0) {
                    throw new IllegalStateException("no worker today");
                }
                if (fate < 4) {
                    Thread.sleep(1); // a slow start
                }
                made.incrementAndGet();
                return new Worker();
            }

            @Override
            public boolean survives(Throwable failure) {
                return failure instanceof UnsupportedOperationException;
            }
        })
                .size(size)
                .maxOverflow(maxOverflow)
                .strategy(PoolStrategy.values()[dice.nextInt(3)])
                .queueCapacity(5 + dice.nextInt(20))
                .creationPlan(atOnce)
                .restart(atOnce);
        if (dice.nextInt(3) == 0) {
            spec.maxUses(20);
        }
        if (dice.nextInt(3) == 0) {
            spec.validateOnCheckout(true);
        }
        if (dice.nextInt(3) == 0) {
            spec.overflowTtl(Duration.ofMillis(1));
        }
        if (dice.nextInt(3) == 0) {
            spec.maxLifetime(Duration.ofMillis(5)).keepAlive(Duration.ofMillis(1));
        }
        if (dice.nextInt(3) == 0) {
            spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, 1ms]")));
        }
        return spec.build();
    }

    private void operate(ProcessSystem system, PoolClient<Worker> pool, Queue<Task<Integer>> tasks, Random random) {
        try {
            switch (random.nextInt(13)) {
                case 0, 1 -> {
                    try (Lease<Worker> lease = pool.checkout(Duration.ofMillis(random.nextInt(20)))) {
                        use(lease, random);
                    }
                }
                case 2 -> pool.tryCheckout().ifPresent(lease -> {
                    use(lease, random);
                    lease.close();
                    lease.close();
                });
                case 3 -> {
                    var stage = pool.checkoutAsync(Duration.ofMillis(1 + random.nextInt(5))).toCompletableFuture();
                    if (random.nextBoolean()) {
                        if (!stage.cancel(true) && !stage.isCompletedExceptionally()) {
                            stage.join().close();
                        }
                    } else {
                        try (Lease<Worker> lease = stage.join()) {
                            use(lease, random);
                        } catch (java.util.concurrent.CompletionException e) {
                            throw (RuntimeException) e.getCause();
                        }
                    }
                }
                case 4 -> {
                    Lease<Worker> lease = pool.checkout();
                    use(lease, random);
                    lease.fail(new IllegalStateException("broken"));
                }
                case 5 -> Thread.ofVirtual().start(() -> forget(pool)).join();
                case 6 -> system.spawn(self -> forget(pool));
                case 7, 8 ->
                    keep(tasks, Optional.of(pool.asyncQueueResult(worker -> task(worker, random.nextInt(12)))));
                case 9 -> keep(tasks, pool.runResult(worker -> task(worker, random.nextInt(12))));
                case 10 -> keep(tasks, Optional.of(pool.syncQueueResult(worker -> task(worker, random.nextInt(12)))));
                case 11 -> {
                    Task<Integer> task = pool.tasks(TaskOptions.DEFAULT
                            .withPriority(random.nextInt(3) - 1)
                            .withDeadline(Duration.ofMillis(random.nextInt(3))))
                            .asyncQueueResult(worker -> task(worker, 0));
                    task.cancel();
                    keep(tasks, Optional.of(task));
                }
                case 12 -> {
                    Task<Integer> task = pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMillis(1)))
                            .asyncQueueResult(worker -> {
                                Thread.sleep(random.nextInt(3)); // now within its time-out, now beyond
                                return task(worker, 0);
                            });
                    task.exit(ExitReason.KILL);
                    keep(tasks, Optional.of(task));
                }
                default -> throw new AssertionError();
            }
        } catch (PoolException refused) {
            Thread.interrupted();
        } catch (InterruptedException e) {
            Thread.interrupted();
        }
    }

    private void keep(Queue<Task<Integer>> tasks, Optional<Task<Integer>> task) {
        task.ifPresent(tasks::add);
    }

    private void forget(PoolClient<Worker> pool) {
        try {
            pool.checkout(Duration.ofMillis(3));
        } catch (PoolException refused) {
            // also well
        }
    }

    private void use(Lease<Worker> lease, Random random) {
        try {
            lease.worker().use(random);
        } catch (LeaseClosedException died) {
            // the worker was killed in the meantime
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int task(Worker worker, int fate) throws Exception {
        ran.incrementAndGet();
        worker.use(new Random(fate));
        switch (fate) {
            case 1 -> throw new IllegalStateException("bad input");
            case 2 -> throw new UnsupportedOperationException("survivable");
            case 3 -> throw ProcessSystem.currentProcess().exit(ExitReason.NORMAL);
            case 4 -> throw ProcessSystem.currentProcess().exit(ExitReason.of("boom"));
            default -> {
                return fate;
            }
        }
    }

    private void makeTrouble(
            ProcessSystem system, Pools pools, PoolClient<Worker> pool, List<Thread> threads, Random random,
            boolean resizing,
            AtomicInteger limit) {
        try {
            Thread.sleep(random.nextInt(3)); // trouble comes now and then
            switch (random.nextInt(resizing ? 5 : 3)) {
                case 0 -> {
                    List<Pid> workers = system.processes().stream()
                            .filter(pid -> pid.label().startsWith("pool/"))
                            .toList();
                    if (!workers.isEmpty()) {
                        system.exit(workers.get(random.nextInt(workers.size())), ExitReason.KILL);
                    }
                }
                case 1 -> threads.get(random.nextInt(threads.size())).interrupt();
                case 2 -> {
                    PoolStatus status = pool.status();
                    if (!resizing && status.workers() > limit.get()) {
                        violations.add("too many: " + status.explain());
                    }
                }
                case 3 -> pools.resize("pool", random.nextInt(3), 1 + random.nextInt(3));
                case 4 -> {
                    pools.suspend("pool");
                    pools.resume("pool");
                }
                default -> throw new AssertionError();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The threads that forgot to give back are found when somebody needs a worker; so somebody does. */
    private void awaitBalance(PoolClient<Worker> pool, int size, String what) throws InterruptedException {
        long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            List<Lease<Worker>> all = new ArrayList<>();
            for (Optional<Lease<Worker>> lease = tryIt(pool); lease.isPresent(); lease = tryIt(pool)) {
                all.add(lease.get());
            }
            all.forEach(Lease::close);
            PoolStatus status = pool.status();
            if (status.available() == size && status.workers() == size && status.queueDepth() == 0) {
                return;
            }
            if (System.nanoTime() - patience > 0) {
                violations.add(what + ": not balanced: " + pool);
                return;
            }
            Thread.sleep(2); // between two looks at a state that is awaited
        }
    }

    private static Optional<Lease<Worker>> tryIt(PoolClient<Worker> pool) {
        try {
            return pool.tryCheckout();
        } catch (WorkerUnavailableException unlucky) {
            return Optional.empty();
        }
    }
}
