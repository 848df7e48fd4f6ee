package io.github.ppool.soak;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.LeaseClosedException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Uses a pool without a pause until the load is over: a thread, or a process that may be killed at any moment. Its
 * actions are drawn by lot. All methods run on its own thread, unless said otherwise.
 */
final class Borrower {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    /**
     * The time that a wait may last beyond its time-out before it counts as stuck: a busy machine may be late, a lost
     * wake-up never comes.
     */
    private static final Duration LATE = Duration.ofSeconds(20);
    private static final int MOST_SPINS = 50;
    private static final long MOST_PARKED_NANOS = 400_000;

    private static final Queue<Object> KEPT = new ConcurrentLinkedQueue<>();

    private final PoolClient<Worker> pool;
    private final Ledger ledger;
    private final Gate gate;
    private final Duration patience;
    private final Random dice;
    private volatile boolean hasLease;

    Borrower(PoolClient<Worker> pool, Ledger ledger, Gate gate, Duration patience, Random dice) {
        this.pool = pool;
        this.ledger = ledger;
        this.gate = gate;
        this.patience = patience;
        this.dice = dice;
    }

    /** For any thread: at a glance. */
    boolean hasLease() {
        return hasLease;
    }

    /** Until the load is over, or the calling process has been killed. */
    void live() {
        try {
            while (!isKilled() && gate.enter()) {
                try {
                    operate();
                } catch (PoolRejectedException full) {
                    ledger.refused.increment();
                } finally {
                    gate.leave();
                }
            }
        } catch (RuntimeException | InterruptedException e) {
            if (!isKilled()) {
                ledger.failed(Thread.currentThread() + " failed with " + e);
            }
        }
    }

    private static boolean isKilled() {
        ProcessContext process = ProcessSystem.currentProcess();
        return process != null && !process.self().isAlive();
    }

    private void operate() throws InterruptedException {
        if (ledger.strikes(Fault.FAIL)) {
            throw new IllegalStateException("the fault");
        }
        switch (dice.nextInt(9)) {
            case 0, 1, 2 -> borrow();
            case 3 -> tryToBorrow();
            case 4 -> borrowByStage();
            case 5 -> handOver(pool::asyncQueueResult, false);
            case 6 -> tryToRun();
            case 7 -> handOver(pool::syncQueueResult, false);
            default -> handOver(pool::asyncQueueResult, dice.nextBoolean());
        }
    }

    // ---- leases

    private void borrow() {
        long since = System.nanoTime();
        Lease<Worker> lease = pool.checkout();
        ledger.waited(Duration.ofNanos(System.nanoTime() - since), TIMEOUT.plus(LATE));
        if (ProcessSystem.currentProcess() == null && ledger.strikes(Fault.KEEP_LEASE)) {
            KEPT.add(lease);
            return;
        }
        useAndClose(lease);
    }

    private void tryToBorrow() {
        Lease<Worker> lease;
        try {
            lease = pool.tryCheckout().orElse(null);
        } catch (WorkerUnavailableException killed) {
            ledger.unavailable.increment();
            return;
        }
        if (lease != null) {
            useAndClose(lease);
        }
    }

    private void borrowByStage() throws InterruptedException {
        var stage = pool.checkoutAsync().toCompletableFuture();
        if (dice.nextInt(4) != 0 || !stage.cancel(true)) {
            useAndClose(await(stage));
        }
    }

    private static <T> T await(CompletableFuture<T> stage) throws InterruptedException {
        try {
            return stage.get(TIMEOUT.plus(LATE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PoolException refusal ? refusal : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("lost wake-up: a stage is not completed after its time-out", e);
        }
    }

    /** A worker that was killed meanwhile may still be in use by its old holder: then no other has it. */
    private void useAndClose(Lease<Worker> lease) {
        try (lease) {
            hasLease = true;
            if (lease.isOpen()) {
                lease.worker().use(use(false));
            }
            if (dice.nextInt(100) == 0) {
                lease.fail(new IllegalStateException("broken"));
                ledger.crashed.increment();
            }
        } catch (LeaseClosedException killed) {
            // between the two
        } finally {
            hasLease = false;
        }
        ledger.borrowed.increment();
    }

    private Worker.Use use(boolean task) {
        long park = dice.nextInt(4) == 0 ? 1 + (long) (dice.nextDouble() * MOST_PARKED_NANOS) : 0;
        return new Worker.Use(task, dice.nextInt(MOST_SPINS), park);
    }

    // ---- tasks

    private WorkerFunction<Worker, Integer, RuntimeException> work(Ledger.Entry entry) {
        Worker.Use use = use(true);
        return worker -> {
            ledger.begins(entry);
            if (ledger.strikes(Fault.RUN_TWICE)) {
                ledger.begins(entry);
            }
            worker.use(use);
            if (use.spins() == 1) {
                throw new UnsupportedOperationException("survived");
            }
            return use.spins();
        };
    }

    private void handOver(Function<WorkerFunction<Worker, Integer, RuntimeException>, Task<Integer>> way,
            boolean cancel)
            throws InterruptedException {
        Ledger.Entry entry = new Ledger.Entry(false);
        Task<Integer> task;
        try {
            task = way.apply(work(entry));
        } catch (ProcessExit | PoolException e) {
            unsureIfKilled();
            throw e;
        }
        settle(entry, task, cancel);
    }

    private void tryToRun() throws InterruptedException {
        Ledger.Entry entry = new Ledger.Entry(true);
        Task<Integer> task;
        try {
            task = pool.<Integer>runResult(work(entry)).orElse(null);
        } catch (ProcessExit | PoolException e) {
            unsureIfKilled();
            throw e;
        }
        if (task != null) {
            settle(entry, task, false);
        }
    }

    private void unsureIfKilled() {
        if (isKilled()) {
            ledger.unsure.increment();
        }
    }

    private void settle(Ledger.Entry entry, Task<Integer> task, boolean cancel) throws InterruptedException {
        ledger.accepted(entry, task);
        CountDownLatch told = new CountDownLatch(1);
        var unused = task.result().whenComplete((value, thrown) -> {
            if (!ledger.strikes(Fault.LOSE_TASK)) {
                ledger.ended(entry, thrown);
                told.countDown();
            }
        });
        if (cancel) {
            task.cancel();
        }
        if (!told.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            gate.end(); // a task without an outcome is on the ledger
        }
    }
}
