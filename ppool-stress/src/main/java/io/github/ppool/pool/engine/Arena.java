package io.github.ppool.pool.engine;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.time.ManualClock;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running pool in its first state: all workers are made and idle, and the queue is empty. Making one takes far longer
 * than a race. So a race takes one, and gives it back at the end when the pool is in its first state again. If it is
 * not, that is the verdict.
 *
 * <p>The strategies take turns from arena to arena: the same outcomes are forbidden for all of them.
 */
final class Arena {

    static final String DOUBLE_HAND_OUT = "double hand-out";
    static final String LOST_WORKER = "lost worker";
    static final String LOST_WAKE_UP = "lost wake-up";
    static final String LOST_TASK = "lost task";

    /** So long that an event that has not come by then will not come: the figure is no part of any verdict. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final RestartPolicy AT_ONCE = RestartPolicy.of(RestartPlan.parse("[restart]"))
            .withCount(RestartCount.INFINITY);
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final Map<Shape, Queue<Arena>> FREE = new EnumMap<>(Shape.class);

    static {
        for (Shape shape : Shape.values()) {
            FREE.put(shape, new ConcurrentLinkedQueue<>());
        }
    }

    /** The kinds of pools. */
    enum Shape {
        ONE(1, 0, false, spec -> {}),
        TWO(2, 0, false, spec -> {}),
        ONE_AND_OVERFLOW(1, 1, false, spec -> {}),
        /** On a clock that stands still until an actor moves it. */
        ONE_BY_HAND(1, 0, true, spec -> {}),
        /** Its worker is replaced when it has been idle for a millisecond. */
        AGING_BY_HAND(1, 0, true, spec -> spec.maxIdle(Duration.ofMillis(1))),
        /** Its worker survives an {@link UnsupportedOperationException} of a task. */
        SURVIVING(1, 0, false, spec -> spec.surviveOn(UnsupportedOperationException.class::isInstance)),
        /** As {@link #SURVIVING}, by hand; a task that has failed is tried again at once. */
        RETRYING_BY_HAND(1, 0, true,
                spec -> spec.surviveOn(UnsupportedOperationException.class::isInstance).taskRestart(AT_ONCE)),
        /** By hand; one hand-out begins in a millisecond. */
        RATED_BY_HAND(1, 0, true, spec -> spec.rate(Rate.parse("1/1ms"))),
        /** By hand; one task of each key begins in a millisecond. */
        KEY_RATED_BY_HAND(1, 0, true, spec -> spec.keyRate(Rate.parse("1/1ms"))),
        /** Its gate has one permit. */
        GATED(1, 0, false, spec -> spec.gate(new GateStress.Gate()));

        final int size;
        final int maxOverflow;
        final boolean byHand;
        final Consumer<PoolSpec.Builder<Worker>> settings;

        Shape(int size, int maxOverflow, boolean byHand, Consumer<PoolSpec.Builder<Worker>> settings) {
            this.size = size;
            this.maxOverflow = maxOverflow;
            this.byHand = byHand;
            this.settings = settings;
        }
    }

    /** A worker with a memory that only the pool makes visible to the next holder. */
    static final class Worker {
        int plain;
        /** How many threads use it at the moment; those that heed no kill too. */
        final AtomicInteger users = new AtomicInteger();
    }

    final Shape shape;
    final MonotonicClock clock;
    final ProcessSystem system;
    final Pools pools;
    private final PoolStrategy strategy;
    PoolClient<Worker> pool;

    private Arena(Shape shape) {
        this.shape = shape;
        this.clock = shape.byHand ? new ManualClock() : MonotonicClock.system();
        this.system = new ProcessSystem(clock);
        PoolStrategy[] strategies = PoolStrategy.values();
        this.strategy = strategies[Math.floorMod(MADE.getAndIncrement(), strategies.length)];
        try {
            this.pools = Pools.start(system);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        this.pool = start();
    }

    private PoolClient<Worker> start() {
        PoolClient<Worker> started = startPool();
        if (!isComplete(started)) {
            throw new AssertionError("the workers are not made: " + started);
        }
        return started;
    }

    /** Another pool of the same name and the same shape; its workers may not be made yet. */
    PoolClient<Worker> startPool() {
        PoolSpec.Builder<Worker> spec = PoolSpec.builder("pool", Worker::new)
                .size(shape.size)
                .maxOverflow(shape.maxOverflow)
                .strategy(strategy)
                .restart(AT_ONCE)
                .creationPlan(AT_ONCE);
        shape.settings.accept(spec);
        return pools.startPool(spec.build());
    }

    /** Whether a pool comes to have all its workers, idle. */
    boolean isComplete(PoolClient<Worker> started) {
        return eventually(() -> started.status().available() == shape.size);
    }

    static Arena take(Shape shape) {
        Arena free = FREE.get(shape).poll();
        return free == null ? new Arena(shape) : free;
    }

    Lease<Worker> borrow() {
        return pool.tryCheckout().orElseThrow();
    }

    CompletableFuture<Lease<Worker>> waiter() {
        return pool.checkoutAsync(PATIENCE.multipliedBy(2)).toCompletableFuture();
    }

    void kill(Pid pid) {
        system.exit(pid, ExitReason.KILL);
    }

    void advance(Duration time) {
        ((ManualClock) clock).advance(time);
    }

    /** A process that does some work, and then lives on with its leases. */
    Pid client(Runnable work) {
        return system.spawn(self -> {
            work.run();
            linger(self);
        });
    }

    private static void linger(ProcessContext self) throws InterruptedException {
        self.receive();
    }

    // ---- verdicts

    /** Waits for a stage and returns its outcome; the lease is given back. */
    static String outcome(CompletableFuture<Lease<Worker>> stage) {
        if (!eventually(stage::isDone)) {
            return LOST_WAKE_UP;
        }
        try {
            stage.join().close();
            return "served";
        } catch (CompletionException e) {
            return name(e.getCause());
        } catch (CancellationException e) {
            return "cancelled";
        }
    }

    /** Waits for a task that adds one to {@code ran}, and returns its outcome. */
    static String outcome(Task<?> task, AtomicInteger ran) {
        if (!eventually(() -> task.state().isFinal() && task.result().toCompletableFuture().isDone())) {
            return LOST_TASK;
        }
        boolean well = task.result().toCompletableFuture()
                .isCompletedExceptionally() == (task.state() != TaskState.DONE);
        int runs = ran.get();
        return well && switch (task.state()) {
            case DONE -> runs == 1;
            case FAILED -> runs <= 1;
            default -> runs == 0;
        } ? task.state().name() : "two outcomes: " + task + " ran " + runs;
    }

    static String name(@Nullable Throwable refusal) {
        return switch (refusal) {
            case CheckoutTimeoutException late -> "timed out";
            case PoolInterruptedException interrupted -> "interrupted";
            case PoolStoppedException stopped -> "stopped";
            case null -> "served";
            default -> refusal.toString();
        };
    }

    /** Ends a race: the verdict, with the faults of the pool if there are any. All leases are given back before. */
    String end(String verdict) {
        String wrong = booksAndWorkers();
        if (wrong.isEmpty()) {
            FREE.get(shape).add(this);
            return verdict;
        }
        return verdict + "; " + wrong;
    }

    /** The end of a race in which the pool was stopped and is gone. A new one starts. */
    String endStopped(String verdict) {
        if (!eventually(() -> workers() == 0)) {
            return verdict + "; a worker is left";
        }
        pool = start();
        return end(verdict);
    }

    private long workers() {
        return system.processes().stream().filter(pid -> pid.label().startsWith("pool/")).count();
    }

    private String booksAndWorkers() {
        if (!eventually(this::isBalanced)) {
            return LOST_WORKER + ": " + pool;
        }
        try {
            EngineInvariants.awaitRest(pool);
        } catch (AssertionError broken) {
            return broken.getMessage() + ": " + pool;
        }
        List<Lease<Worker>> all = new ArrayList<>();
        for (int i = 0; i < shape.size; i++) {
            Optional<Lease<Worker>> next = pool.tryCheckout();
            if (next.isEmpty()) {
                all.forEach(Lease::close);
                return LOST_WORKER + ": " + pool;
            }
            all.add(next.get());
        }
        boolean twice = all.stream().map(Lease::pid).distinct().count() < shape.size
                || (shape.maxOverflow == 0 && pool.tryCheckout().isPresent());
        all.forEach(Lease::close);
        return twice ? DOUBLE_HAND_OUT + ": " + pool : "";
    }

    private boolean isBalanced() {
        PoolStatus status = pool.status();
        return status.available() == shape.size && status.workers() == shape.size && status.queueDepth() == 0;
    }

    /** Waits for a state that has no event. */
    static boolean eventually(BooleanSupplier state) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() - giveUp > 0) {
                return state.getAsBoolean();
            }
            LockSupport.parkNanos(1_000);
        }
        return true;
    }
}
