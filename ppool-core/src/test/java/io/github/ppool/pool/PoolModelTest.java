package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.pool.engine.EngineInvariants;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random operations from many threads and processes, platform and virtual ones. Meanwhile workers die, owners die,
 * starts fail and are slow, callers are interrupted, and the pool is suspended, resumed and resized. Checked all along:
 * no worker has two holders, never more workers than allowed, first come first served among equals. Checked at the end:
 * every task has exactly one outcome, all workers are idle, and the counts add up.
 *
 * <p>The hostile runs add foreign code. Listeners, decorators and predicates throw exceptions and leave interrupts;
 * creations and checks hang beyond their limits. Borrowers are killed, and their threads use the worker on. The
 * promises are the same.
 *
 * <p>The dice are printed; {@code -Dmodel.seed=N} throws them again, though not the turns of the threads.
 */
class PoolModelTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private boolean tasksMayRunAgain;
    private int minIdle;
    private @Nullable Mischief mischief;
    private @Nullable HostileGate gate;
    private final Queue<Thread> lateUsers = new ConcurrentLinkedQueue<>();

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

        /** As {@link #use}, for a time; a borrower that is killed meanwhile goes on. */
        void useWithoutHeed(long nanos) {
            Thread before = holder.compareAndExchange(null, Thread.currentThread());
            if (before != null) {
                violations.add(Thread.currentThread() + " has a worker that " + before + " has");
            }
            int seen = plain;
            Mischief.workWithoutHeed(nanos);
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
            if (gate != null) {
                gate.unmade();
            }
            destroyed.incrementAndGet();
        }
    }

    /** The runs of a task, to compare with its own report. */
    private record Booked(Task<Integer> task, AtomicInteger runs, boolean mayRunAgain) {}

    private static long seed() {
        return Long.getLong("model.seed", System.nanoTime());
    }

    @RepeatedTest(3)
    void random_operations_keep_all_promises(RepetitionInfo repetition) throws Exception {
        play(seed() + repetition.getCurrentRepetition(), 6, 250, repetition.getCurrentRepetition() % 2 == 0);
    }

    @Test
    @Tag("slow")
    void random_operations_keep_all_promises_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            play(first + round, 16, 3000, round % 2 == 0);
        }
    }

    @RepeatedTest(4)
    void hostile_code_and_killed_borrowers_break_no_promise(RepetitionInfo repetition) throws Exception {
        playWithMischief(seed() + repetition.getCurrentRepetition(), 6, 150,
                repetition.getCurrentRepetition() % 2 == 0);
    }

    @Test
    @Tag("slow")
    void hostile_code_and_killed_borrowers_break_no_promise_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            playWithMischief(first + round, 12, 1000, round % 2 == 0);
        }
    }

    private void playWithMischief(long seed, int players, int operations, boolean resizing) throws Exception {
        CapturedLog silence = CapturedLog.silence(); // most events here are logged
        try {
            mischief = new Mischief(seed - 1);
            play(seed, players, operations, resizing);
        } finally {
            mischief = null;
            silence.close();
        }
    }

    @RepeatedTest(4)
    void a_hostile_gate_breaks_no_promise_and_loses_no_permit(RepetitionInfo repetition) throws Exception {
        playWithGate(seed() + repetition.getCurrentRepetition(), 6, 150, repetition.getCurrentRepetition() % 2 == 0);
    }

    @Test
    @Tag("slow")
    void a_hostile_gate_breaks_no_promise_and_loses_no_permit_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            playWithGate(first + round, 12, 1000, round % 2 == 0);
        }
    }

    private void playWithGate(long seed, int players, int operations, boolean resizing) throws Exception {
        HostileGate hostile = new HostileGate(seed - 2, violations);
        gate = hostile;
        try {
            playWithMischief(seed, players, operations, resizing);
        } finally {
            gate = null;
        }
        Eventually.so(() -> hostile.out + " permits are out", () -> hostile.out.get() == 0);
        assertThat(hostile.closed).hasValue(1);
        assertThat(violations).as("seed %s", seed).isEmpty();
    }

    @RepeatedTest(3)
    void first_come_first_served_whoever_gives_up_in_between(RepetitionInfo repetition) throws Exception {
        playInOrder(seed() + repetition.getCurrentRepetition(), 6, 500);
    }

    @Test
    @Tag("slow")
    void first_come_first_served_whoever_gives_up_in_between_for_minutes() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        long first = seed();
        for (int round = 0; System.nanoTime() - end < 0; round++) {
            playInOrder(first + round, 16, 5000);
        }
    }

    /**
     * One worker, so that one borrower is served after the other; a borrower takes a number when it joins the queue. No
     * signal kills the worker from outside: the next borrower would be served before the holder of the dead one has
     * recorded its turn.
     */
    private void playInOrder(long seed, int players, int operations) throws Exception {
        Random dice = new Random(seed);
        PoolStrategy strategy = PoolStrategy.values()[dice.nextInt(3)];
        String what = "seed " + seed + " in order, " + strategy;
        System.out.println("PoolModelTest " + what);
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart]")).withCount(RestartCount.INFINITY);
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new)
                    .size(1).maxOverflow(0).strategy(strategy).restart(atOnce).queueCapacity(20).build());
            ReentrantLock counter = new ReentrantLock();
            AtomicLong numbers = new AtomicLong();
            Map<Integer, AtomicLong> served = Map.of(0, new AtomicLong(-1), 1, new AtomicLong(-1));
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < players; i++) {
                Random own = new Random(dice.nextLong());
                Thread.Builder kind = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(kind.start(() -> {
                    for (int n = 0; n < operations; n++) {
                        try {
                            comeInOrder(pool, counter, numbers, served, own);
                        } catch (PoolRejectedException full) {
                            pool.transaction(worker -> {}); // and so wait a while
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                assertThat(thread.join(Duration.ofSeconds(120))).as("%s: %s hangs; %s", what, thread, pool).isTrue();
            }
            EngineInvariants.awaitRest(pool);
            pools.stopPool("pool", Duration.ofSeconds(30));
            assertThat(violations).as(what).isEmpty();
        }
    }

    private void comeInOrder(
            PoolClient<Object> pool, ReentrantLock counter, AtomicLong numbers, Map<Integer, AtomicLong> served,
            Random random) {
        int priority = random.nextInt(4) == 0 ? 1 : 0;
        int way = priority == 0 ? random.nextInt(4) : 3;
        Optional<Task<?>> task = Optional.empty();
        CompletableFuture<Lease<Object>> stage = null;
        counter.lock();
        long number = numbers.incrementAndGet();
        try {
            TaskOptions options = TaskOptions.DEFAULT.withPriority(priority);
            switch (way) {
                case 0, 1 -> {
                    stage = pool.checkoutAsync(Duration.ofMillis(random.nextInt(4) == 0 ? 1 : 10_000))
                            .toCompletableFuture();
                }
                case 2 -> task = Optional.of(pool.tasks(options.withDeadline(Duration.ofMillis(1)))
                        .asyncQueue(worker -> isExhausted(served, 0, number)));
                default -> task = Optional.of(pool.tasks(options).asyncQueue(worker -> {
                    isExhausted(served, priority, number);
                    if (number % 20 == 0) {
                        throw new IllegalStateException("the worker dies of it");
                    }
                }));
            }
        } finally {
            counter.unlock();
        }
        if (random.nextInt(4) == 0) {
            task.ifPresent(Task::cancel);
            if (stage != null && stage.cancel(true)) {
                return;
            }
        }
        if (stage != null) {
            try (Lease<Object> lease = stage.join()) {
                isExhausted(served, 0, number);
                if (random.nextInt(20) == 0) {
                    if (random.nextBoolean()) {
                        lease.suspect();
                    } else {
                        lease.fail(new IllegalStateException("broken"));
                    }
                }
            } catch (CompletionException late) {
                // its time was over
            }
        }
    }

    private void isExhausted(Map<Integer, AtomicLong> served, int priority, long number) {
        long before = served.get(priority).getAndSet(number);
        if (before > number) {
            violations.add("number " + number + " of priority " + priority + " was served after " + before);
        }
    }

    private void play(long seed, int players, int operations, boolean resizing) throws Exception {
        Random dice = new Random(seed);
        String what = "seed " + seed + " players " + players + " resizing " + resizing
                + (mischief == null ? "" : " with mischief");
        System.out.println("PoolModelTest " + what);
        int size = dice.nextInt(4);
        int maxOverflow = size == 0 ? 1 + dice.nextInt(3) : dice.nextInt(4);
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Worker> pool = pools.startPool(spec(size, maxOverflow, dice));
            ConcurrentLinkedQueue<Booked> tasks = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            // During a resize the larger limit counts.
            int limit = resizing ? Math.max(size + maxOverflow, 5) : size + maxOverflow;
            for (int i = 0; i < players; i++) {
                Random own = new Random(dice.nextLong());
                Thread.Builder kind = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform();
                threads.add(kind.start(() -> {
                    for (int n = 0; n < operations; n++) {
                        operate(system, pool, tasks, own);
                        checkLimit(pool, limit);
                        if (n % 16 == 0) {
                            checkInvariants(pool);
                        }
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
            if (mischief != null) {
                mischief.end();
            }
            if (gate != null) {
                gate.end();
            }
            for (Thread user : lateUsers) {
                user.join();
            }
            pools.admin().resize("pool", size, maxOverflow);
            pools.admin().resume("pool");
            for (Booked booked : tasks) {
                checkOutcome(booked, pool);
            }
            awaitBalance(pool, size, what);
            EngineInvariants.awaitRest(pool);
            assertThat(pool.status().orphaned()).as("%s: places in the hands of the dead; %s", what, pool).isZero();
            assertThat(violations).as(what).isEmpty();
            pools.stop(SECOND);
            EngineInvariants.check(pool);
            assertThat(system.awaitThreads(Duration.ofSeconds(50))).as("%s: threads are left", what).isTrue();
            if (mischief != null) {
                awaitClosed(); // those of killed processes by other threads
            }
            assertThat(destroyed.get()).as("%s: each worker is closed once", what).isEqualTo(made.get());
        }
    }

    private void checkInvariants(PoolClient<Worker> pool) {
        try {
            EngineInvariants.check(pool);
        } catch (AssertionError broken) {
            violations.add(broken.getMessage());
        }
    }

    private void checkLimit(PoolClient<Worker> pool, int limit) {
        PoolStatus status = pool.status();
        if (status.workers() > limit) {
            violations.add("more than " + limit + ": " + status.explain());
        }
    }

    /** One outcome: the state, the result and the runs agree about it. */
    private void checkOutcome(Booked booked, PoolClient<Worker> pool) throws InterruptedException {
        Task<Integer> task = booked.task;
        Throwable thrown = null;
        try {
            task.result().toCompletableFuture().get(50, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            thrown = e.getCause();
        } catch (CancellationException e) {
            thrown = e;
        } catch (TimeoutException e) {
            violations.add("no outcome: " + task + " " + pool);
            return;
        }
        int runs = booked.runs.get();
        boolean neverRun = runs == 0 || booked.mayRunAgain;
        boolean agree = switch (task.state()) {
            case DONE -> thrown == null && runs >= 1;
            case FAILED -> thrown != null && !(thrown instanceof CancellationException);
            case CANCELLED -> thrown instanceof CancellationException && neverRun;
            case REJECTED -> thrown instanceof PoolException && neverRun;
            default -> false;
        };
        if (!agree || runs > task.attempts() || (runs > 1 && !booked.mayRunAgain)) {
            violations
                    .add(task + " has run " + runs + " times in " + task.attempts() + " attempts, and told " + thrown);
        }
    }

    private PoolSpec<Worker> spec(int size, int maxOverflow, Random dice) {
        RestartPolicy atOnce = RestartPolicy.of(RestartPlan.parse("[restart, 1ms]")).withCount(RestartCount.INFINITY);
        Random own = new Random(dice.nextLong());
        PoolSpec.Builder<Worker> spec = PoolSpec.builder("pool", new WorkerFactory<Worker>() {
            @Override
            public Worker create() throws Exception {
                if (gate == null) {
                    return make();
                }
                gate.made();
                boolean made = false;
                try {
                    Worker worker = make();
                    made = true;
                    return worker;
                } finally {
                    if (!made) {
                        gate.unmade();
                    }
                }
            }

            private Worker make() throws Exception {
                if (mischief != null) {
                    mischief.hang(20);
                    mischief.now(20);
                }
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
            public boolean validate(Worker worker) throws Exception {
                if (mischief != null) {
                    mischief.hang(40);
                    mischief.now(40);
                }
                return true;
            }

            @Override
            public boolean survives(Throwable failure) {
                if (mischief != null) {
                    mischief.now(5);
                }
                return failure instanceof UnsupportedOperationException;
            }
        })
                .size(size)
                .maxOverflow(maxOverflow)
                .strategy(PoolStrategy.values()[dice.nextInt(3)])
                .queueCapacity(5 + dice.nextInt(20))
                .creationPlan(atOnce)
                .restart(atOnce);
        if (dice.nextBoolean()) {
            spec.queue(QueueOrder.values()[dice.nextInt(3)]).shed(ShedRule.values()[dice.nextInt(3)])
                    .maxWaitInterval(Duration.ofMillis(1));
        }
        if (dice.nextInt(4) == 0) {
            spec.maxWaitTarget(Duration.ofNanos(1 + dice.nextInt(2_000_000)));
        }
        minIdle = dice.nextInt(3) == 0 ? 1 : 0;
        spec.minIdle(minIdle);
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
        if (dice.nextInt(4) == 0) {
            spec.platformThreads(true);
        }
        tasksMayRunAgain = dice.nextInt(3) == 0;
        if (tasksMayRunAgain) {
            spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, 1ms]")));
        }
        if (mischief != null) {
            addMischief(spec, mischief, dice);
        }
        spec.gate(gate);
        return spec.build();
    }

    /** All foreign code that there is, and limits that hanging calls exceed. */
    private static void addMischief(PoolSpec.Builder<Worker> spec, Mischief mischief, Random dice) {
        spec.listener(mischief)
                .taskDecorator(mischief)
                .crashOn(mischief)
                .surviveOn(mischief)
                .creationTimeout(Duration.ofMillis(10 + dice.nextInt(20)))
                .validationTimeout(Duration.ofMillis(5 + dice.nextInt(20)))
                .orphanGrace(Duration.ofMillis(new int[]{0, 1, 2, 20, 5000}[dice.nextInt(5)]));
        if (dice.nextBoolean()) {
            spec.validateOnCheckout(true);
        }
    }

    private void operate(ProcessSystem system, PoolClient<Worker> pool, Queue<Booked> tasks, Random random) {
        try {
            switch (random.nextInt(mischief == null ? 16 : 20)) {
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
                        } catch (CompletionException e) {
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
                case 7, 8 -> {
                    int fate = random.nextInt(12);
                    AtomicInteger runs = new AtomicInteger();
                    keep(tasks, Optional.of(pool.asyncQueueResult(worker -> task(worker, fate, runs))), runs);
                }
                case 9 -> {
                    int fate = random.nextInt(12);
                    AtomicInteger runs = new AtomicInteger();
                    keep(tasks, pool.runResult(worker -> task(worker, fate, runs)), runs);
                }
                case 10 -> {
                    int fate = random.nextInt(12);
                    AtomicInteger runs = new AtomicInteger();
                    TaskOptions options = TaskOptions.DEFAULT.withPriority(random.nextInt(3) - 1);
                    keep(tasks, Optional.of(pool.tasks(options).syncQueueResult(worker -> task(worker, fate, runs))),
                            runs);
                }
                case 11 -> {
                    AtomicInteger runs = new AtomicInteger();
                    Task<Integer> task = pool.tasks(TaskOptions.DEFAULT
                            .withPriority(random.nextInt(3) - 1)
                            .withDeadline(Duration.ofMillis(random.nextInt(3))))
                            .asyncQueueResult(worker -> task(worker, 0, runs));
                    if (random.nextBoolean()) {
                        task.cancel();
                    }
                    keep(tasks, Optional.of(task), runs);
                }
                case 12 -> {
                    AtomicInteger runs = new AtomicInteger();
                    int sleep = random.nextInt(3);
                    Task<Integer> task = pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMillis(1)))
                            .asyncQueueResult(worker -> {
                                Thread.sleep(sleep); // now within its time-out, now beyond
                                return task(worker, 0, runs);
                            });
                    if (random.nextBoolean()) {
                        task.exit(ExitReason.KILL);
                    }
                    keep(tasks, Optional.of(task), runs);
                }
                case 13 -> pool.transaction(worker -> worker.use(random));
                case 14 -> {
                    // dies while it waits, or while it has a worker
                    Pid owner = system.spawn(self -> {
                        forget(pool);
                        self.receive();
                    });
                    try {
                        Thread.sleep(0, random.nextInt(100_000)); // so that it is now here, now there
                    } finally {
                        system.exit(owner, random.nextBoolean() ? ExitReason.KILL : ExitReason.of("enough"));
                    }
                }
                case 15 -> {
                    // the same for one that waits by a stage, which must learn of it
                    CompletableFuture<CompletableFuture<Lease<Worker>>> asked = new CompletableFuture<>();
                    Pid owner = system.spawn(self -> {
                        try {
                            asked.complete(pool.checkoutAsync(Duration.ofSeconds(50)).toCompletableFuture());
                        } catch (PoolException refused) {
                            asked.completeExceptionally(refused);
                        }
                        self.receive();
                    });
                    try {
                        Thread.sleep(0, random.nextInt(100_000)); // so that it is now here, now there
                    } finally {
                        system.exit(owner, ExitReason.KILL);
                    }
                    awaitOrphan(asked, pool);
                }
                case 16 -> {
                    // is killed while it has a worker, or two, and uses it on for a moment
                    long nanos = random.nextInt(2_000_000);
                    int end = random.nextInt(5);
                    Pid owner = system.spawn(self -> useOn(pool, nanos, end));
                    try {
                        Thread.sleep(0, random.nextInt(900_000)); // so that it is now here, now there
                    } finally {
                        system.exit(owner, random.nextInt(4) > 0 ? ExitReason.KILL : ExitReason.of("enough"));
                    }
                }
                case 17 -> {
                    // ends with a worker in its hands that another thread uses on
                    long nanos = random.nextInt(2_000_000);
                    Thread.ofVirtual().start(() -> leaveToAnother(pool, nanos)).join();
                }
                case 18 -> {
                    // runs beyond its time-out, or is ended, and heeds no interrupt
                    AtomicInteger runs = new AtomicInteger();
                    long nanos = random.nextInt(3_000_000);
                    Task<Integer> task = pool.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMillis(1)))
                            .asyncQueueResult(worker -> {
                                runs.incrementAndGet();
                                worker.useWithoutHeed(nanos);
                                return 0;
                            });
                    keep(tasks, Optional.of(task), runs);
                    if (random.nextBoolean()) {
                        task.exit(random.nextBoolean() ? ExitReason.KILL : ExitReason.of("enough"));
                    }
                }
                case 19 -> pool.transaction(worker -> {
                    worker.use(random);
                    throw Mischief.anException(); // judged by crash-on
                });
                default -> throw new AssertionError();
            }
        } catch (PoolException | LeaseClosedException refused) {
            Thread.interrupted();
        } catch (InterruptedException e) {
            Thread.interrupted();
        } catch (Throwable thrown) {
            if (mischief == null || !Mischief.isOwn(thrown)) {
                violations.add("a caller was told " + thrown + " at " + List.of(thrown.getStackTrace()));
            }
            Thread.interrupted();
        }
    }

    /** A process uses its worker, also after its own end, and then gives it back, or reports it as broken. */
    private void useOn(PoolClient<Worker> pool, long nanos, int end) {
        try {
            Lease<Worker> lease = pool.checkout(Duration.ofMillis(10));
            if (end == 0) {
                var unused = pool.tryCheckout();
            }
            lease.worker().useWithoutHeed(nanos);
            if (end == 1) {
                lease.close();
            } else if (end == 2) {
                lease.fail(new IllegalStateException("broken"));
            }
        } catch (PoolException | LeaseClosedException refused) {
            // also well
        }
    }

    private void leaveToAnother(PoolClient<Worker> pool, long nanos) {
        try {
            Worker worker = pool.checkout(Duration.ofMillis(3)).worker();
            lateUsers.add(Thread.ofVirtual().start(() -> worker.useWithoutHeed(nanos)));
        } catch (PoolException | LeaseClosedException refused) {
            // also well
        }
    }

    private void keep(Queue<Booked> tasks, Optional<Task<Integer>> task, AtomicInteger runs) {
        task.ifPresent(accepted -> tasks.add(new Booked(accepted, runs, tasksMayRunAgain)));
    }

    /** If the process came so far as to ask, its stage is completed in one way or the other. */
    private void awaitOrphan(CompletableFuture<CompletableFuture<Lease<Worker>>> asked, PoolClient<Worker> pool)
            throws InterruptedException {
        CompletableFuture<Lease<Worker>> stage = asked.isCompletedExceptionally() ? null : asked.getNow(null);
        if (stage == null) {
            return;
        }
        try {
            stage.get(50, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            // told
        } catch (TimeoutException e) {
            violations.add("the stage of a dead process is not completed: " + pool);
        }
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

    private int task(Worker worker, int fate, AtomicInteger runs) throws Exception {
        runs.incrementAndGet();
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
            boolean resizing, int limit) {
        try {
            Thread.sleep(random.nextInt(3)); // trouble comes now and then
            if (gate != null) {
                gate.trouble(random);
            }
            switch (random.nextInt(resizing ? 5 : 4)) {
                case 0 -> {
                    List<Pid> workers = system.processes().stream()
                            .filter(pid -> pid.label().startsWith("pool/"))
                            .toList();
                    if (!workers.isEmpty()) {
                        ExitReason reason = random.nextBoolean() ? ExitReason.KILL : ExitReason.of("enough");
                        system.exit(workers.get(random.nextInt(workers.size())), reason);
                    }
                }
                case 1 -> threads.get(random.nextInt(threads.size())).interrupt();
                case 2 -> checkLimit(pool, limit);
                case 3 -> {
                    pools.admin().suspend("pool");
                    if (random.nextBoolean()) {
                        Thread.sleep(1); // a caller comes to wait meanwhile
                    }
                    pools.admin().resume("pool");
                }
                case 4 -> pools.admin().resize("pool", random.nextInt(3), 1 + random.nextInt(3));
                default -> throw new AssertionError();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The pool finds the threads that forgot to give back when a caller needs a worker; so a caller comes. */
    private void awaitBalance(PoolClient<Worker> pool, int size, String what) throws InterruptedException {
        long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            List<Lease<Worker>> all = new ArrayList<>();
            for (Optional<Lease<Worker>> lease = tryIt(pool); lease.isPresent(); lease = tryIt(pool)) {
                all.add(lease.get());
            }
            all.forEach(Lease::close);
            int idle = Math.max(size, minIdle);
            for (int look = 0; look < 50; look++) { // surplus workers go, and with min-idle a borrower makes one more
                PoolStatus status = pool.status();
                if (status.available() == idle && status.workers() == idle && status.queueDepth() == 0) {
                    return;
                }
                Thread.sleep(2); // between two looks at a state that is awaited
            }
            if (System.nanoTime() - patience > 0) {
                violations.add(what + ": not balanced: " + pool);
                return;
            }
        }
    }

    private void awaitClosed() throws InterruptedException {
        long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (destroyed.get() < made.get() && System.nanoTime() - patience < 0) {
            Thread.sleep(1); // between two looks at a state that is awaited
        }
    }

    private static Optional<Lease<Worker>> tryIt(PoolClient<Worker> pool) {
        try {
            return pool.tryCheckout();
        } catch (WorkerUnavailableException unlucky) {
            return Optional.empty();
        } catch (PoolRejectedException shed) {
            if (shed.shedReason() != ShedReason.MAX_WAIT) {
                throw shed;
            }
            return Optional.empty(); // it waited for a worker in the making, longer than max-wait-target allows
        }
    }
}
