package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The program that {@link StackOverflowTest} runs in another virtual machine. Prints "all is well" at the end, or the
 * faults.
 */
final class StackOverflowPlay {

    private static final Duration WAIT = Duration.ofMillis(200);
    private static final Duration SLACK = Duration.ofSeconds(25);
    private static final int SIZE = 2;
    /**
     * So far from the end of the stack the operations begin to be tried, in bytes about; more than any of them needs.
     */
    private static final int NEAR = 48_000;
    private static final long BUDGET_NANOS = Duration.ofSeconds(6).toNanos();
    /** Of one descent: while the compiler changes the frames, each of hundreds of depths may wait for a worker. */
    private static final long DESCENT_NANOS = Duration.ofSeconds(4).toNanos();

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> overflows = new TreeMap<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final LastOnes<Task<?>> tasks = new LastOnes<>();
    private final LastOnes<Lease<Worker>> lent = new LastOnes<>();
    private final LastOnes<CompletionStage<Lease<Worker>>> promised = new LastOnes<>();
    /** Of the last descent, in an array that is there already. */
    private final LastOnes<StackOverflowError> ends = new LastOnes<>();
    private final ProcessSystem system = new ProcessSystem();

    private StackOverflowPlay() {}

    /** Plays. */
    public static void main(String[] arguments) throws Exception {
        new StackOverflowPlay().play();
    }

    /** Keeps the last results of a caller near the end of its stack: an array that is there already takes no stack. */
    private static final class LastOnes<T> {
        private final @Nullable Object[] all = new Object[10_000];
        private int count;

        private void add(T one) {
            all[count++] = one;
        }

        @SuppressWarnings("unchecked")
        private List<T> takeAll() {
            List<T> taken = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                if (all[i] != null) {
                    taken.add((T) all[i]);
                    all[i] = null;
                }
            }
            count = 0;
            return taken;
        }
    }

    private interface WorkerOperation {
        void run() throws Exception;
    }

    /** Each method records its event; foreign code, too, overflows where the stack ends within it. */
    private final class Listener implements PoolListener {
        private final AtomicInteger told = new AtomicInteger();

        @Override
        public void workerReady(String pool, Pid worker, Duration took) {
            told.incrementAndGet();
        }

        @Override
        public void workerExited(String pool, Pid worker, ExitReason reason) {
            told.incrementAndGet();
        }

        @Override
        public void served(String pool, Duration waited) {
            told.incrementAndGet();
        }

        @Override
        public void refused(String pool, PoolException refusal) {
            told.addAndGet(refusal.toString().length());
        }

        @Override
        public void taskEnded(String pool, Task<?> task) {
            told.addAndGet(task.toString().length());
        }

        @Override
        public boolean wantsLeases() {
            return true;
        }

        @Override
        public void leaseEnded(String pool, Duration held) {
            told.addAndGet(held.toString().length());
        }

        @Override
        public void phaseChanged(String pool, PoolPhase phase) {
            told.incrementAndGet();
        }
    }

    private final class Worker implements AutoCloseable {
        private final AtomicInteger holders = new AtomicInteger();

        private Worker() {
            made.incrementAndGet();
        }

        private void use() {
            if (holders.incrementAndGet() != 1) {
                violations.add("a worker has two holders");
            }
            holders.decrementAndGet();
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private final class Factory implements WorkerFactory<Worker> {
        @Override
        public Worker create() {
            return new Worker();
        }

        @Override
        public boolean validate(Worker worker) {
            worker.use();
            return true;
        }
    }

    private void play() throws Exception {
        try (Pools pools = Pools.start(system)) {
            PoolClient<Worker> plain = pools.startPool(spec("plain").build());
            PoolClient<Worker> told = pools.startPool(spec("told").listener(new Listener()).build());
            // once on a deep stack: so that classes are loaded, which is not the library's to guard
            for (PoolClient<Worker> pool : List.of(plain, told)) {
                for (Map.Entry<String, WorkerOperation> operation : operations(pools, pool).entrySet()) {
                    String what = "first " + operation.getKey();
                    for (int frame = 0; frame < 4; frame++) { // as soon as that: so that they wait for workers, too
                        onThread(what, frame, () -> {
                            try {
                                operation.getValue().run();
                            } catch (CheckoutTimeoutException late) {
                                // on a busy machine: the wait was there, and its classes are loaded
                            }
                        }, true);
                    }
                    settle(what, pools, pool);
                }
            }
            long begin = System.nanoTime();
            int rounds = 0;
            for (int frame = 0; frame < 8 && System.nanoTime() - begin < BUDGET_NANOS; frame++) {
                for (PoolClient<Worker> pool : List.of(plain, told)) {
                    for (Map.Entry<String, WorkerOperation> operation : operations(pools, pool).entrySet()) {
                        String what = pool.name() + " " + operation.getKey();
                        descend(what, frame, operation.getValue());
                        settle(what, pools, pool);
                    }
                }
                rounds++;
            }
            System.out.println(rounds + " rounds, overflows: " + overflows);
            if (rounds == 0 || overflows.values().stream().mapToInt(AtomicInteger::get).sum() == 0) {
                violations.add("nothing was played");
            }
            for (PoolClient<Worker> pool : List.of(plain, told)) {
                afterwards(pools, pool);
            }
        }
        await(() -> "all workers closed: " + made + " made, " + closed + " closed", () -> made.get() == closed.get());
        system.close();
        if (!system.awaitThreads(SLACK)) {
            violations.add("threads are left: " + system.processes());
        }
        System.out.println(violations.isEmpty() ? "all is well" : "not well: " + violations);
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    private PoolSpec.Builder<Worker> spec(String name) {
        return PoolSpec.builder(name, new Factory()).size(SIZE).maxOverflow(0).queueCapacity(50).checkoutTimeout(WAIT)
                .restart(PoolWorld.AT_ONCE);
    }

    private Map<String, WorkerOperation> operations(Pools pools, PoolClient<Worker> pool) {
        Map<String, WorkerOperation> all = new TreeMap<>();
        all.put("checkout", () -> {
            try (Lease<Worker> lease = pool.checkout()) {
                lease.worker().use();
            }
        });
        all.put("checkout, used", () -> {
            Lease<Worker> lease = pool.checkout();
            lent.add(lease); // the caller closes it later
            lease.worker().use();
        });
        all.put("tryCheckout", () -> {
            Optional<Lease<Worker>> lease = pool.tryCheckout();
            if (lease.isPresent()) {
                lent.add(lease.get()); // to ask for it takes stack, too
                lease.get().close();
            }
        });
        all.put("transaction", () -> pool.transaction(Worker::use));
        all.put("transaction that throws", () -> {
            try {
                pool.transaction(worker -> {
                    worker.use();
                    throw new UnsupportedOperationException();
                });
            } catch (UnsupportedOperationException thrownOn) {
                // the worker is validated
            }
        });
        all.put("transaction that breaks its worker", () -> {
            try {
                pool.transaction(worker -> {
                    worker.use();
                    throw new IOException();
                });
            } catch (IOException thrownOn) {
                // another worker is made
            }
        });
        all.put("checkoutAsync", () -> promised.add(pool.checkoutAsync()));
        all.put("asyncQueue", () -> tasks.add(pool.asyncQueue(Worker::use)));
        all.put("syncQueue", () -> tasks.add(pool.syncQueue(Worker::use)));
        all.put("run", () -> pool.run(Worker::use));
        all.put("cancel", () -> {
            Task<?> task = pool.asyncQueue(Worker::use);
            tasks.add(task);
            task.cancel();
        });
        all.put("exit", () -> {
            Task<?> task = pool.asyncQueue(worker -> Thread.sleep(5));
            tasks.add(task);
            task.exit(ExitReason.of("no longer wanted"));
        });
        all.put("status", pool::status);
        all.put("resize", () -> {
            pools.admin().resize(pool.name(), SIZE + 1, 0);
            pools.admin().resize(pool.name(), SIZE, 0);
        });
        all.put("suspend", () -> {
            pools.admin().suspend(pool.name());
            pools.admin().resume(pool.name());
        });
        return all;
    }

    // ---- to the end of the stack

    /** One descent: the depth of the stack, and the outcome of the operation at each depth near its end. */
    private final class Descent {
        private final int frame;
        private final WorkerOperation operation;
        private final long untilNanos = System.nanoTime() + DESCENT_NANOS;
        private int deepest;
        private int overflown;
        private int done;

        private Descent(int frame, WorkerOperation operation) {
            this.frame = frame;
            this.operation = operation;
        }

        private void measure(int depth) {
            deepest = depth;
            deeper(depth, true);
        }

        /** Runs the operation on the way up, at each depth: so the recursion's own overflow is over when it begins. */
        private void upFrom(int depth) {
            if (depth < deepest) {
                try {
                    deeper(depth, false);
                } catch (StackOverflowError end) {
                    // this is where the stack ends this time
                }
            }
            if (depth < deepest - NEAR / bytes() || done >= 10 || System.nanoTime() - untilNanos > 0) {
                return; // far enough from the end, and done several times in a row, or for long enough
            }
            try {
                operation.run();
                done++;
            } catch (StackOverflowError overflow) {
                ends.add(overflow);
                overflown++;
                done = 0;
            } catch (Exception | Error other) {
                done++; // refused, say
            }
        }

        private void deeper(int depth, boolean measuring) {
            switch (frame % 4) {
                case 0 -> next(depth, measuring);
                case 1 -> {
                    long a = wide(depth, measuring, 1, 2, 3, 4);
                    deepest += a == 0 ? 1 : 0;
                }
                case 2 -> {
                    long a = wider(depth, measuring, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
                    deepest += a == 0 ? 1 : 0;
                }
                default -> {
                    Runnable indirect = () -> next(depth, measuring);
                    indirect.run();
                }
            }
        }

        private void next(int depth, boolean measuring) {
            if (measuring) {
                measure(depth + 1);
            } else {
                upFrom(depth + 1);
            }
        }

        private long wide(int depth, boolean measuring, long a, long b, long c, long d) {
            next(depth, measuring);
            return a + b + c + d;
        }

        private long wider(int depth, boolean measuring, long a, long b, long c, long d, long e, long f, long g,
                long h, long i, long j, long k, long l) {
            next(depth, measuring);
            return a + b + c + d + e + f + g + h + i + j + k + l;
        }

        private int bytes() {
            return 100;
        }
    }

    private void descend(String what, int frame, WorkerOperation operation) throws Exception {
        Descent descent = new Descent(frame, operation);
        onThread(what, frame, () -> {
            try {
                descent.measure(0);
            } catch (StackOverflowError end) {
                // now it is known how deep the stack is
            }
            descent.upFrom(0);
        }, false);
        overflows.computeIfAbsent(what, key -> new AtomicInteger()).addAndGet(descent.overflown);
    }

    /** A fresh thread for each: of the caller's, virtual and platform in turn. Also shifts the stack by a few bytes. */
    private void onThread(String what, int frame, WorkerOperation body, boolean mustSucceed) throws Exception {
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        Thread thread = (frame % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
            try {
                body.run();
                end.complete(null);
            } catch (Throwable thrown) {
                if (mustSucceed) {
                    violations.add(what + " has failed: " + thrown);
                }
                end.complete(null);
            }
        });
        try {
            end.get(SLACK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            violations.add(what + " hangs: " + List.of(thread.getStackTrace()));
        }
    }

    // ---- afterwards

    /** Repeats each step that a full stack has cut off with an error to its caller: a resume, for example. */
    private void settle(String what, Pools pools, PoolClient<Worker> pool) throws Exception {
        Map<String, Integer> where = whereTheStackEnded();
        onThread("resume", 1, () -> {
            pools.admin().resize(pool.name(), SIZE, 0);
            pools.admin().resume(pool.name());
        }, true);
        lent.takeAll().forEach(Lease::close);
        promised.takeAll().forEach(stage -> stage.thenAccept(Lease::close));
        List<Task<?>> outcomes = tasks.takeAll();
        for (Task<?> task : outcomes) {
            try {
                task.result().toCompletableFuture().handle((value, thrown) -> "over")
                        .get(SLACK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                violations.add("no outcome: " + task);
            }
        }
        await(() -> "balanced after " + what + ": " + pool + "; the stack ended in " + where, () -> {
            PoolStatus status = pool.status();
            return status.available() == SIZE && status.workers() == SIZE && status.queueDepth() == 0
                    && status.borrowed() == 0 && status.working() == 0;
        });
    }

    /** The places after the reserves, with their frames: a place there is where a step was cut off. */
    private Map<String, Integer> whereTheStackEnded() {
        Map<String, Integer> places = new TreeMap<>();
        for (StackOverflowError end : ends.takeAll()) {
            StackTraceElement[] frames = end.getStackTrace();
            if (frames.length > 0 && !frames[0].getClassName().endsWith("StackReserve")) {
                places.merge(Arrays.stream(frames).limit(40).map(StackTraceElement::toString)
                        .takeWhile(frame -> !frame.contains("StackOverflowPlay$Descent"))
                        .collect(Collectors.joining(" < ")), 1, Integer::sum);
            }
        }
        return places;
    }

    private void afterwards(Pools pools, PoolClient<Worker> pool) throws Exception {
        for (int frame = 0; frame < 2; frame++) {
            for (Map.Entry<String, WorkerOperation> operation : operations(pools, pool).entrySet()) {
                String what = operation.getKey() + " afterwards";
                long begin = System.nanoTime();
                onThread(what, frame, operation.getValue(), true);
                if (System.nanoTime() - begin > SLACK.toNanos()) {
                    violations.add(operation.getKey() + " took " + Duration.ofNanos(System.nanoTime() - begin));
                }
                settle(what, pools, pool);
            }
        }
        PoolStatus status = pool.status();
        if (status.orphaned() != 0 || status.phase() != PoolPhase.RUNNING) {
            violations.add("afterwards: " + status);
        }
    }

    /** Events after a violation are of no use: the play reports it and ends. */
    private void await(Supplier<String> state, BooleanSupplier reached) {
        long patience = System.nanoTime() + SLACK.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - patience > 0) {
                violations.add("not " + state.get());
                break;
            }
            Thread.yield();
        }
        if (!violations.isEmpty()) {
            System.out.println("not well: " + violations);
            Runtime.getRuntime().halt(1);
        }
    }
}
