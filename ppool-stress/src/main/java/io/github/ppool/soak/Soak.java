package io.github.ppool.soak;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.LeaseClosedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Uses three pools, one of each strategy, for a given time, while their workers are killed without a pause, and reports: operations, kills
 * survived, tasks lost, longest wait, heap growth. Ends with 0 if nothing is lost, with 1 if a task has no outcome, a worker has
 * two holders, a wait lasts beyond its time-out, or the books are not balanced at the end.
 *
 * <p>{@code Soak 10m [seed]}; the time as {@code 30s}, {@code 10m} or {@code 8h}.
 */
public final class Soak {

    private static final int SIZE = 4;
    private static final int MAX_OVERFLOW = 4;
    private static final int BORROWERS = 12;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** What a wait may last beyond its time-out before it counts as stuck: a busy machine may be late, a lost wake-up never comes. */
    private static final Duration LATE = Duration.ofSeconds(20);
    /** So long that what has no outcome then will have none. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PRINT_EVERY = Duration.ofSeconds(10);
    /** A kill for so many operations at most, so that the pools do something else than make workers. */
    private static final long PAUSE_BETWEEN_KILLS_NANOS = 200_000;

    private final long seed;
    private final Duration time;
    private final AtomicBoolean goesOn = new AtomicBoolean(true);

    private final LongAdder borrowed = new LongAdder();
    private final LongAdder tasksDone = new LongAdder();
    private final LongAdder tasksFailed = new LongAdder();
    private final LongAdder tasksCancelled = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder kills = new LongAdder();
    private final AtomicInteger tasksLost = new AtomicInteger();
    private final AtomicInteger doubleHolders = new AtomicInteger();
    private final AtomicLong longestWaitNanos = new AtomicLong();
    private final AtomicReference<@Nullable String> violation = new AtomicReference<>();

    private Soak(Duration time, long seed) {
        this.time = time;
        this.seed = seed;
    }

    /** A worker that knows whether somebody has it. */
    private final class Worker {
        private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();

        void use(int spins) {
            Thread me = Thread.currentThread();
            if (!holder.compareAndSet(null, me)) {
                doubleHolders.incrementAndGet();
                violated("double hand-out: " + me + " has the worker of " + holder.get());
                return;
            }
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            holder.set(null);
        }
    }

    /**
     * Runs, prints and ends the JVM with 0 or 1; with 2 if the arguments are wrong.
     *
     * @param args the time, and a seed if the same dice are wanted again
     * @throws Exception if the pools cannot be started
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: Soak TIME [SEED], TIME as 30s, 10m or 8h");
            System.exit(2);
        }
        Duration time = Duration.parse("PT" + args[0].toUpperCase(Locale.ROOT));
        long seed = args.length == 2 ? Long.parseLong(args[1]) : System.nanoTime();
        System.exit(new Soak(time, seed).run() ? 0 : 1);
    }

    private void violated(String what) {
        violation.compareAndSet(null, what);
    }

    private boolean run() throws Exception {
        System.out.println("soak for " + time + ", seed " + seed);
        Random dice = new Random(seed);
        List<Thread> threads = new ArrayList<>();
        long heapAtStart = 0;
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            List<PoolClient<Worker>> all = new ArrayList<>();
            for (PoolStrategy strategy : PoolStrategy.values()) {
                PoolClient<Worker> pool = pools.startPool(spec(strategy));
                all.add(pool);
                for (int i = 0; i < BORROWERS; i++) {
                    Random own = new Random(dice.nextLong());
                    Thread.Builder kind = i % 4 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                    threads.add(kind.name(strategy + " " + i).unstarted(() -> use(pool, own)));
                }
            }
            Random killers = new Random(dice.nextLong());
            threads.add(Thread.ofPlatform().name("killer").unstarted(() -> kill(system, killers)));
            threads.forEach(Thread::start);
            long begin = System.nanoTime();
            long printed = begin;
            while (System.nanoTime() - begin < time.toNanos() && violation.get() == null) {
                Thread.sleep(100); // what lasts is the soak itself
                if (System.nanoTime() - printed > PRINT_EVERY.toNanos()) {
                    printed = System.nanoTime();
                    print(begin);
                }
                if (heapAtStart == 0 && System.nanoTime() - begin > time.toNanos() / 10) {
                    heapAtStart = heap(); // when all is loaded and compiled
                }
            }
            goesOn.set(false);
            for (Thread thread : threads) {
                if (!thread.join(PATIENCE)) {
                    violated(thread + " hangs: " + List.of(thread.getStackTrace()));
                }
            }
            for (PoolClient<Worker> pool : all) {
                awaitBalance(pool);
            }
            print(begin);
        }
        long growth = heap() - heapAtStart;
        System.out.printf(Locale.ROOT,
                "operations %,d (borrowed %,d, tasks done %,d, failed with their worker %,d, cancelled %,d, refused %,d)%n",
                operations(), borrowed.sum(), tasksDone.sum(), tasksFailed.sum(), tasksCancelled.sum(), refused.sum());
        System.out.printf(Locale.ROOT, "kills survived %,d%n", kills.sum());
        System.out.println("tasks lost " + tasksLost + ", double hand-outs " + doubleHolders);
        System.out.printf(Locale.ROOT, "longest wait %.1f ms%n", longestWaitNanos.get() / 1e6);
        System.out.printf(Locale.ROOT, "heap growth %,d KiB, from a tenth of the time on%n", growth / 1024);
        String what = violation.get();
        System.out.println(what == null ? "all is well" : "FAILED, seed " + seed + ": " + what);
        return what == null;
    }

    private PoolSpec<Worker> spec(PoolStrategy strategy) {
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY);
        return PoolSpec.builder(strategy.name(), Worker::new)
                .size(SIZE)
                .maxOverflow(MAX_OVERFLOW)
                .strategy(strategy)
                .queueCapacity(1000)
                .checkoutTimeout(TIMEOUT)
                .restart(atOnce)
                .creationPlan(atOnce)
                .surviveOn(failure -> failure instanceof UnsupportedOperationException)
                .build();
    }

    private void use(PoolClient<Worker> pool, Random dice) {
        while (goesOn.get()) {
            try {
                operate(pool, dice);
            } catch (PoolRejectedException full) {
                refused.increment();
            } catch (PoolException late) {
                violated(late.toString());
            } catch (RuntimeException | InterruptedException e) {
                violated(Thread.currentThread() + " failed with " + e);
            }
        }
    }

    private void operate(PoolClient<Worker> pool, Random dice) throws InterruptedException {
        int spins = dice.nextInt(50);
        switch (dice.nextInt(8)) {
            case 0, 1, 2 -> {
                long since = System.nanoTime();
                try (Lease<Worker> lease = pool.checkout()) {
                    waited(since);
                    touch(lease, spins);
                    if (dice.nextInt(50) == 0) {
                        lease.fail(new IllegalStateException("broken"));
                        kills.increment();
                    }
                }
                borrowed.increment();
            }
            case 3 -> pool.tryCheckout().ifPresent(lease -> {
                touch(lease, spins);
                lease.close();
                borrowed.increment();
            });
            case 4 -> {
                var stage = pool.checkoutAsync().toCompletableFuture();
                if (dice.nextInt(4) != 0 || !stage.cancel(true)) {
                    try (Lease<Worker> lease = await(stage)) {
                        touch(lease, spins);
                    }
                    borrowed.increment();
                }
            }
            case 5 -> settle(pool.asyncQueueResult(worker -> work(worker, spins)), false);
            case 6 -> pool.runResult(worker -> work(worker, spins)).ifPresent(task -> settle(task, false));
            default -> settle(pool.asyncQueueResult(worker -> work(worker, spins)), dice.nextBoolean());
        }
    }

    private <T> T await(CompletableFuture<T> stage) throws InterruptedException {
        try {
            return stage.get(TIMEOUT.plus(LATE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PoolException refusal ? refusal : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("lost wake-up: a stage is not completed after its time-out", e);
        }
    }

    private static int work(Soak.Worker worker, int spins) {
        worker.use(spins);
        if (spins == 1) {
            throw new UnsupportedOperationException("survived");
        }
        return spins;
    }

    private void settle(Task<Integer> task, boolean cancel) {
        if (cancel && task.cancel()) {
            tasksCancelled.increment();
        }
        CountDownLatch told = new CountDownLatch(1);
        var unused = task.result().whenComplete((value, thrown) -> {
            if (thrown == null) {
                tasksDone.increment();
            } else if (!(thrown instanceof CancellationException)) {
                tasksFailed.increment();
            }
            told.countDown();
        });
        try {
            if (!told.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) || !task.state().isFinal()) {
                tasksLost.incrementAndGet();
                violated("lost task: " + task);
            }
        } catch (InterruptedException e) {
            violated("interrupted by nobody");
        }
    }

    /** A worker that was killed meanwhile may still run in its old holder: then it is nobody else's. */
    private static void touch(Lease<Worker> lease, int spins) {
        if (lease.isOpen()) {
            try {
                lease.worker().use(spins);
            } catch (LeaseClosedException killed) {
                // between the two
            }
        }
    }

    private void waited(long sinceNanos) {
        long waited = System.nanoTime() - sinceNanos;
        longestWaitNanos.accumulateAndGet(waited, Math::max);
        if (waited > TIMEOUT.plus(LATE).toNanos()) {
            violated("a wait lasted " + Duration.ofNanos(waited));
        }
    }

    private void kill(ProcessSystem system, Random dice) {
        while (goesOn.get()) {
            List<Pid> workers = system.processes().stream().filter(pid -> pid.label().contains("/")).toList();
            if (!workers.isEmpty()) {
                system.exit(workers.get(dice.nextInt(workers.size())), ExitReason.KILL);
                kills.increment();
            }
            LockSupport.parkNanos(PAUSE_BETWEEN_KILLS_NANOS);
        }
    }

    private void awaitBalance(PoolClient<Worker> pool) throws InterruptedException {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            PoolStatus status = pool.status();
            if (status.available() == SIZE && status.workers() == SIZE && status.queueDepth() == 0) {
                return;
            }
            if (System.nanoTime() - giveUp > 0) {
                violated("the books are not balanced: " + pool);
                return;
            }
            Thread.sleep(5); // between two looks at a state that is awaited
        }
    }

    private long operations() {
        return borrowed.sum() + tasksDone.sum() + tasksFailed.sum() + tasksCancelled.sum() + refused.sum();
    }

    private void print(long begin) {
        System.out.printf(Locale.ROOT,
                "%6.1f s: operations %,d, kills %,d, longest wait %.1f ms, heap in use %,d KiB%n",
                (System.nanoTime() - begin) / 1e9, operations(), kills.sum(), longestWaitNanos.get() / 1e6,
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1024);
    }

    /** What is reachable. */
    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
