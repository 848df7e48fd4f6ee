package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.HostileExceptions;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every place at which a pool calls code that it did not write, with each behaviour that such code may have. All along
 * and afterwards the pool keeps its promises. Every caller is served or refused in its time, and every task has one
 * outcome. Each worker is closed once and has one holder. The counts are right, no thread is orphaned, and the pool
 * beside it is not disturbed.
 */
class HostileCodeTest {

    /** The behaviours of foreign code. */
    private enum Behaviour {
        RETURNS,
        RUNTIME_EXCEPTION,
        CHECKED_EXCEPTION,
        ASSERTION_ERROR,
        EXCEPTION_THAT_THROWS,
        EXCEPTION_THAT_HANGS,
        EXCEPTION_WITHOUT_END,
        STACK_OVERFLOW,
        OUT_OF_MEMORY,
        INTERRUPT_LEFT,
        LOADER_LEFT,
        BLOCKS,
        PROCESS_EXIT
    }

    /** Where it is called. */
    enum Place {
        WORKER_READY,
        WORKER_NOT_MADE,
        WORKER_EXITED,
        SERVED,
        REFUSED,
        TASK_ENDED,
        TASK_RAN,
        SUPERVISED,
        WANTS_LEASES,
        LEASE_ENDED,
        PHASE_CHANGED,
        EXIT_LISTENER,
        DECORATE,
        DECORATED,
        CREATE,
        VALIDATE,
        KEEP_ALIVE,
        DESTROY,
        SURVIVES,
        SURVIVE_ON,
        CRASH_ON,
        RESTART_PLAN,
        CREATION_PLAN,
        TASK_PLAN,
        RESULT_DEPENDENT,
        LEASE_DEPENDENT,
        REFUSAL_DEPENDENT,
        BORROWER,
        TASK,
        TASK_SERVED,
        WANTS_TASK_TIMES,
        WANTS_TASK_ENDS,
        WANTS_USAGE,
        RESTART_DECIDED,
        LEASE_OVERDUE,
        OVERRUN,
        FORWARD,
        WEAR,
        KEY_HASH,
        KEY_EQUALS,
        KEY_TEXT,
        SCHEDULED_TASK,
        BROADCAST,
        BROADCAST_DEPENDENT,
        GROUP_TASK,
        GROUP_RESULT_DEPENDENT,
        GROUP_LEASE_DEPENDENT,
        GATE_OPENED,
        GATE_ACQUIRE,
        PERMIT_RELEASE,
        GATE_CLOSED,
        SHARE_TEXT,
        SHARE_OPENED,
        SHARE_WANTED,
        SHARE_CLOSED,
        LEASE_LEAKED;

        boolean isOf(String part) {
            return name().startsWith(part);
        }

        /** Whether a time decides if it is called, which a busy machine may miss. */
        boolean isTimed() {
            return this == OVERRUN || this == LEASE_OVERDUE || this == KEEP_ALIVE || this == SCHEDULED_TASK;
        }

        /** Whether it is called at the end of the pool. */
        boolean isOfTheEnd() {
            return this == GATE_CLOSED || this == SHARE_CLOSED;
        }

        /** Whether the caller of an operation runs the code itself, and gets its exceptions. */
        boolean isOfTheCaller() {
            return this == BORROWER || this == DECORATE || this == KEY_HASH || this == KEY_EQUALS;
        }
    }

    /** How long a step may take beyond the time that the pool was given for it, on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(25);
    private static final Duration WAIT = Duration.ofMillis(150);

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final CapturedLog log = CapturedLog.silence();

    @AfterEach
    void close() {
        log.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_pool_keeps_its_promises_whatever_foreign_code_does(Place place) throws Exception {
        List<Future<?>> plays = new ArrayList<>();
        try (ExecutorService beside = Executors.newFixedThreadPool(3)) { // each play has its own pools
            for (Behaviour behaviour : Behaviour.values()) {
                if (behaviour == Behaviour.EXCEPTION_THAT_HANGS && place.name().endsWith("DEPENDENT")) {
                    continue; // CompletableFuture itself asks it for its text, on the thread that the dependent has
                }
                // a worker's own thread matters to code that runs there
                for (boolean platform : place.compareTo(Place.TASK_SERVED) < 0
                        ? new boolean[]{false, true}
                        : new boolean[]{behaviour.ordinal() % 2 == 0}) {
                    plays.add(beside.submit(() -> {
                        new Play(place, behaviour, platform).run();
                        return null;
                    }));
                }
            }
        }
        for (Future<?> play : plays) {
            play.get(); // with its failure, if it has one
        }
        assertThat(violations).isEmpty();
    }

    /** One place with one behaviour. */
    private final class Play {
        private final Place place;
        private final Behaviour behaviour;
        private final String what;
        private final boolean platform;
        private final AtomicBoolean hostile = new AtomicBoolean(true);
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicInteger made = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private final List<Task<?>> tasks = new ArrayList<>();
        private final List<CompletableFuture<?>> stages = new ArrayList<>();
        private final HostileParts.Gate gate = new HostileParts.Gate(this::at);
        private final HostileParts.RateOwner rate = new HostileParts.RateOwner(this::at);

        private Play(Place place, Behaviour behaviour, boolean platform) {
            this.place = place;
            this.behaviour = behaviour;
            this.platform = platform;
            this.what = place + " " + behaviour + (platform ? " on platform threads" : "");
        }

        private final class Worker implements AutoCloseable {
            private final AtomicBoolean isClosed = new AtomicBoolean();
            private final AtomicBoolean used = new AtomicBoolean();

            private Worker() {
                made.incrementAndGet();
            }

            private void use() {
                if (!used.compareAndSet(false, true)) {
                    violate("a worker has two holders");
                }
                used.set(false);
            }

            @Override
            public void close() {
                if (!isClosed.compareAndSet(false, true)) {
                    violate("a worker was closed twice");
                }
                closed.incrementAndGet();
            }
        }

        private void violate(String how) {
            violations.add(what + ": " + how);
        }

        /** Foreign code. Misbehaves at every second call, so that the pool gets some work done. */
        private void at(Place here) {
            if (here != place || !hostile.get()) {
                return;
            }
            int call = calls.incrementAndGet();
            boolean plan = here == Place.RESTART_PLAN || here == Place.TASK_PLAN || here == Place.CREATION_PLAN;
            // a plan that fails ends its supervisor, and of these the tree bears only some
            if (call % 2 == 0 || (plan && call > 3)) {
                return;
            }
            switch (behaviour) {
                case RETURNS -> {
                    // as it should
                }
                case RUNTIME_EXCEPTION -> throw new IllegalStateException("hostile");
                case CHECKED_EXCEPTION -> HostileExceptions.sneak(new java.io.IOException("hostile"));
                case ASSERTION_ERROR -> throw new AssertionError("hostile");
                case EXCEPTION_THAT_THROWS -> throw new HostileExceptions.ThrowingException();
                case EXCEPTION_THAT_HANGS -> throw new HostileExceptions.HangingException();
                case EXCEPTION_WITHOUT_END -> throw new HostileExceptions.EndlessException();
                case STACK_OVERFLOW -> HostileExceptions.overflow(0);
                case OUT_OF_MEMORY -> throw new OutOfMemoryError("hostile");
                case INTERRUPT_LEFT -> Thread.currentThread().interrupt();
                case LOADER_LEFT -> Thread.currentThread().setContextClassLoader(null);
                case BLOCKS -> block();
                case PROCESS_EXIT -> {
                    ProcessContext process = ProcessSystem.currentProcess();
                    if (process != null) {
                        throw process.exit(ExitReason.of("hostile"));
                    }
                }
            }
        }

        private void block() {
            try {
                Thread.sleep(20); // foreign code takes its time
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean asked(Place here, boolean answer) {
            at(here);
            return answer;
        }

        private PoolSpec<Worker> spec() {
            PlanElement restart = PlanElement.function("restart", (reason, count) -> {
                at(Place.RESTART_PLAN);
                return PlanElement.RESTART;
            });
            PlanElement create = PlanElement.function("create", (reason, count) -> {
                at(Place.CREATION_PLAN);
                return PlanElement.after(Duration.ofMillis(1));
            });
            PlanElement again = PlanElement.function("again", (reason, count) -> {
                at(Place.TASK_PLAN);
                return count < 2 ? PlanElement.RESTART : PlanElement.DELETE;
            });
            PoolStrategy[] strategies = PoolStrategy.values();
            WorkerFactory<Worker> factory = place == Place.WEAR ? new Wearing() : new Factory();
            return PoolSpec.builder("pool", factory)
                    .gate(place.isOf("GATE") || place.isOf("PERMIT") ? gate : null)
                    .sharedRate(place.isOf("SHARE") ? rate : null)
                    .overrunAfter(place == Place.OVERRUN ? Duration.ofMillis(1) : null)
                    .leakDetection(place == Place.LEASE_LEAKED)
                    .leakDetectionThreshold(place == Place.LEASE_OVERDUE ? Duration.ofMillis(1) : null)
                    .size(2)
                    .maxOverflow(1)
                    .queueCapacity(4)
                    .platformThreads(platform)
                    .strategy(strategies[(place.ordinal() + behaviour.ordinal()) % strategies.length])
                    .checkoutTimeout(WAIT)
                    .creationTimeout(Duration.ofSeconds(5))
                    .validateOnCheckout(place == Place.VALIDATE)
                    .keepAlive(place == Place.KEEP_ALIVE ? Duration.ofMillis(5) : null)
                    .restart(endlessly(restart))
                    .creationPlan(endlessly(create))
                    .taskRestart(place == Place.TASK_PLAN ? endlessly(again) : null)
                    .surviveOn(failure -> asked(Place.SURVIVE_ON, failure instanceof UnsupportedOperationException))
                    .crashOn((Predicate<Throwable>) failure -> asked(Place.CRASH_ON, false))
                    .listener(place == Place.FORWARD ? new Forwarding() : new Listener())
                    .taskDecorator(new Decorator())
                    .build();
        }

        private RestartPolicy endlessly(PlanElement element) {
            return RestartPolicy.of(RestartPlan.of(element)).withCount(RestartCount.INFINITY);
        }

        private class Factory implements WorkerFactory<Worker> {
            @Override
            public Worker create() {
                at(Place.CREATE);
                if (place == Place.WORKER_NOT_MADE || place == Place.CREATION_PLAN) {
                    if (hostile.get() && calls.get() < 20 && made.get() % 3 == 2) {
                        calls.incrementAndGet();
                        throw new IllegalStateException("not made");
                    }
                }
                return new Worker();
            }

            @Override
            public boolean validate(Worker worker) {
                return asked(Place.VALIDATE, true);
            }

            @Override
            public void keepAlive(Worker worker) {
                at(Place.KEEP_ALIVE);
            }

            @Override
            public void destroy(Worker worker, @Nullable Throwable cause) {
                worker.close();
                at(Place.DESTROY);
            }

            @Override
            public boolean survives(Throwable failure) {
                return asked(Place.SURVIVES, false);
            }
        }

        private final class Wearing extends Factory implements WearingFactory<Worker> {
            @Override
            public WorkerWear wear(Worker worker) {
                at(Place.WEAR);
                return new WorkerWear();
            }
        }

        private final class Decorator implements PoolTaskDecorator {
            @Override
            public <W, R extends @Nullable Object> WorkerFunction<W, R, ?> decorate(
                    String pool, WorkerFunction<W, R, ?> task) {
                at(Place.DECORATE);
                return worker -> {
                    at(Place.DECORATED);
                    return task.call(worker);
                };
            }
        }

        /** All rare events are one for it. */
        private final class Forwarding implements PoolListener {
            @Override
            public void forward(Consumer<PoolListener> event) {
                at(Place.FORWARD);
            }
        }

        private final class Listener implements PoolListener {
            @Override
            public void workerReady(String pool, Pid worker, Duration took) {
                at(Place.WORKER_READY);
            }

            @Override
            public void workerNotMade(String pool, Throwable cause, int inARow) {
                at(Place.WORKER_NOT_MADE);
            }

            @Override
            public void workerExited(String pool, Pid worker, ExitReason reason) {
                at(Place.WORKER_EXITED);
            }

            @Override
            public void served(String pool, Duration waited) {
                at(Place.SERVED);
            }

            @Override
            public void refused(String pool, PoolException refusal) {
                at(Place.REFUSED);
            }

            @Override
            public void taskEnded(String pool, Task<?> task) {
                at(Place.TASK_ENDED);
            }

            @Override
            public void taskRan(String pool, Task<?> task, Duration ran) {
                at(Place.TASK_RAN);
            }

            @Override
            public void supervised(String pool, SupervisorEvent event) {
                at(Place.SUPERVISED);
            }

            @Override
            public void taskServed(String pool, Task<?> task, Duration waited) {
                at(Place.TASK_SERVED);
            }

            @Override
            public void restartDecided(String pool, String child, String follows, @Nullable Duration in) {
                at(Place.RESTART_DECIDED);
            }

            @Override
            public void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
                at(Place.LEASE_OVERDUE);
            }

            @Override
            public void overrun(String pool, Overrun overrun) {
                at(Place.OVERRUN);
            }

            @Override
            public void leaseLeaked(String pool, Pid worker, Throwable taken) {
                if (place != Place.LEASE_LEAKED) {
                    violate("no lease leaks");
                }
                at(Place.LEASE_LEAKED);
            }

            @Override
            public boolean wantsTaskTimes() {
                return asked(Place.WANTS_TASK_TIMES, true);
            }

            @Override
            public boolean wantsTaskEnds() {
                return asked(Place.WANTS_TASK_ENDS, true);
            }

            @Override
            public boolean wantsUsage() {
                return asked(Place.WANTS_USAGE, true);
            }

            @Override
            public boolean wantsLeases() {
                return asked(Place.WANTS_LEASES, place == Place.LEASE_ENDED);
            }

            @Override
            public void leaseEnded(String pool, Duration held) {
                at(Place.LEASE_ENDED);
            }

            @Override
            public void phaseChanged(String pool, PoolPhase phase) {
                at(Place.PHASE_CHANGED);
            }
        }

        // ---- the play

        private void run() throws Exception {
            ProcessSystem system = new ProcessSystem();
            try (Pools pools = Pools.start(system)) {
                PoolClient<Object> beside = pools.startPool(
                        PoolSpec.builder("beside", Object::new).size(1).maxOverflow(0).build());
                PoolClient<Worker> pool = pools.startPool(spec());
                PoolGroup<Worker> group = pools.startGroup(PoolGroupSpec.of("group", "pool"));
                watchExits(system);
                Thread borrower = Thread.ofVirtual().start(() -> borrowAgainAndAgain(pool));
                long end = System.nanoTime() + SLACK.toNanos();
                // a busy machine may refuse all that a round asks for: more rounds then, until the place was reached
                for (int round = 0; round < 4 || (isUntouched() && System.nanoTime() < end); round++) {
                    borrow(pool, round);
                    handOver(pool, round);
                    waitByStage(pool, Place.LEASE_DEPENDENT);
                    refuseStage(pool);
                    if (round == 1 || place.compareTo(Place.TASK_SERVED) >= 0) {
                        handOverWithKeys(pool);
                        broadcast(pool);
                        useGroup(group);
                    }
                    beside.transaction(worker -> {});
                    watchExits(system);
                }
                if (place == Place.LEASE_LEAKED) {
                    for (int lost = 0; lost < 2; lost++) {
                        loseLease(pool);
                    }
                }
                if (!borrower.join(SLACK)) {
                    violate("a borrower hangs: " + List.of(borrower.getStackTrace()));
                }
                hostile.set(place.isOfTheEnd());
                pools.admin().suspend("pool");
                pools.admin().resume("pool");
                if (pool.status().phase() == PoolPhase.GAVE_UP) {
                    violate("the tree gave up: " + pool.status().explain());
                }
                tasks.forEach(this::checkOutcome);
                stages.forEach(stage -> completed(stage, "a broadcast"));
                await("balanced: " + pool, () -> {
                    PoolStatus status = pool.status();
                    return status.available() == 2 && status.workers() == 2 && status.queueDepth() == 0
                            && made.get() - closed.get() == 2;
                });
                for (int i = 0; i < 5; i++) {
                    within("a transaction afterwards", () -> pool.transaction(Worker::use));
                }
                beside.transaction(worker -> {});
                await("no orphan", () -> system.orphanCount() == 0);
            }
            if (place.isOf("GATE") || place.isOf("PERMIT")) {
                await("all permits given back: " + gate.out, () -> gate.out.get() == 0);
                await("the gate told once", () -> gate.closed.get() == 1);
            }
            if (place.isOf("SHARE")) {
                await("the owner of the rate told once", () -> rate.closed.get() == 1);
            }
            if (isUntouched() || (place.isOfTheEnd() && calls.get() == 0)) {
                violate("it was never called");
            }
            await("all workers closed: " + made + " made, " + closed + " closed", () -> made.get() == closed.get());
            system.close();
            if (!system.awaitThreads(SLACK)) {
                violate("threads are left: " + system.orphaned().stream()
                        .map(pid -> pid + " at " + List.of(system.stackTrace(pid))).toList());
            }
        }

        /** Whether the rounds should have reached the place, and have not. */
        private boolean isUntouched() {
            return calls.get() == 0 && !place.isTimed() && !place.isOfTheEnd() && place != Place.LEASE_LEAKED;
        }

        private void watchExits(ProcessSystem system) {
            if (place == Place.EXIT_LISTENER) {
                system.processes().stream()
                        .filter(pid -> pid.label().startsWith("pool"))
                        .forEach(pid -> system.onExit(pid, (ended, reason) -> at(Place.EXIT_LISTENER)));
            }
        }

        private void borrowAgainAndAgain(PoolClient<Worker> pool) {
            for (int i = 0; i < 20; i++) {
                within("a transaction of another thread", () -> pool.transaction(Worker::use));
            }
        }

        /** The garbage collector finds the lease that is dropped here, and no caller waits for its worker. */
        private void loseLease(PoolClient<Worker> pool) {
            int before = calls.get();
            await("a worker is free to be lost", () -> dropLease(pool));
            await("a lost lease is told", () -> {
                System.gc();
                return calls.get() > before;
            });
        }

        /** True if a lease was taken, to which no reference is left. */
        private boolean dropLease(PoolClient<Worker> pool) {
            boolean[] taken = new boolean[1];
            within("a lease that is lost", () -> {
                pool.checkout(WAIT).worker().use();
                taken[0] = true;
            });
            return taken[0];
        }

        private void borrow(PoolClient<Worker> pool, int round) {
            within("a transaction", () -> pool.transaction(worker -> {
                worker.use();
                at(Place.BORROWER);
                if (place == Place.OVERRUN || place == Place.LEASE_OVERDUE) {
                    Thread.sleep(2); // longer than the limit
                }
                if (round % 2 == 0) {
                    throw new IllegalArgumentException("of the borrower");
                }
            }));
            within("tryCheckout", () -> pool.tryCheckout().ifPresent(Lease::close));
            within("a broken lease", () -> {
                Lease<Worker> lease = pool.checkout();
                lease.fail(new IllegalStateException("broken"));
            });
            within("too many leases", () -> {
                List<Lease<Worker>> all = new ArrayList<>();
                try {
                    for (int i = 0; i < 4; i++) {
                        all.add(pool.checkout(Duration.ofMillis(10)));
                    }
                } finally {
                    all.forEach(Lease::close);
                }
            });
        }

        private void refuseStage(PoolClient<Worker> pool) {
            within("a stage that is refused", () -> {
                List<Lease<Worker>> all = new ArrayList<>();
                try {
                    for (int i = 0; i < 3; i++) {
                        all.add(pool.checkout(WAIT));
                    }
                    var unused = pool.checkoutAsync(Duration.ZERO).whenComplete((lease, thrown) -> {
                        if (lease != null) {
                            lease.close();
                        } else {
                            at(Place.REFUSAL_DEPENDENT);
                        }
                    });
                } finally {
                    all.forEach(Lease::close);
                }
            });
        }

        private void handOver(PoolClient<Worker> pool, int round) {
            within("asyncQueue", () -> keep(pool.asyncQueueResult(worker -> task(worker, 0))));
            within("a task that crashes", () -> keep(pool.asyncQueueResult(worker -> task(worker, 1))));
            within("a task that is survived", () -> keep(pool.asyncQueueResult(worker -> task(worker, 2))));
            within("syncQueue", () -> keep(pool.syncQueueResult(worker -> task(worker, 0))));
            within("run", () -> pool.runResult(worker -> task(worker, 0)).ifPresent(this::keep));
            if (round == 3) {
                within("a task that is killed", () -> {
                    AtomicBoolean first = new AtomicBoolean(true); // its plan may grant it another attempt
                    Task<Integer> killed = pool
                            .asyncQueueResult(worker -> task(worker, first.getAndSet(false) ? 3 : 0));
                    keep(killed);
                    await("begun", () -> killed.state() != TaskState.QUEUED);
                    killed.exit(ExitReason.KILL);
                });
            }
        }

        private void handOverWithKeys(PoolClient<Worker> pool) {
            for (int i = 0; i < 4; i++) {
                int fate = i == 2 ? 1 : 0;
                within("a task with a key", () -> keep(pool.tasks(TaskOptions.key(new HostileParts.Key(this::at)))
                        .asyncQueueResult(worker -> task(worker, fate))));
            }
            within("a scheduled task", () -> keep(pool.scheduleResult(Duration.ofMillis(2), worker -> {
                worker.use();
                at(Place.SCHEDULED_TASK);
                return 0;
            })));
            within("a look at keys that are waited for", () -> {
                List<Lease<Worker>> all = new ArrayList<>();
                try {
                    for (int i = 0; i < 3; i++) {
                        all.add(pool.checkout(WAIT));
                    }
                    for (int i = 0; i < 2; i++) {
                        keep(pool.tasks(TaskOptions.key(new HostileParts.Key(this::at)))
                                .asyncQueueResult(worker -> task(worker, 0)));
                    }
                    var unused = pool.backlog(10, 10);
                } finally {
                    all.forEach(Lease::close);
                }
            });
        }

        private void broadcast(PoolClient<Worker> pool) {
            within("a broadcast", () -> {
                CompletionStage<Broadcast<Integer>> stage = pool.broadcastResult(WAIT, worker -> {
                    worker.use();
                    at(Place.BROADCAST);
                    return 0;
                });
                stages.add(stage.toCompletableFuture());
                var unused = stage.whenComplete((all, thrown) -> at(Place.BROADCAST_DEPENDENT));
            });
        }

        private void useGroup(PoolGroup<Worker> group) {
            within("a task of a group", () -> {
                Task<Integer> task = group.asyncQueueResult(worker -> {
                    at(Place.GROUP_TASK);
                    return task(worker, 0);
                });
                tasks.add(task);
                var unused = task.result().whenComplete((value, thrown) -> at(Place.GROUP_RESULT_DEPENDENT));
            });
            for (int i = 0; i < 3; i++) {
                within("a task of a group with a key", () -> keep(group
                        .tasks(TaskOptions.key(new HostileParts.Key(this::at)))
                        .asyncQueueResult(worker -> task(worker, 0))));
            }
            within("a transaction of a group", () -> group.transaction(Worker::use));
            waitByStage(group, Place.GROUP_LEASE_DEPENDENT);
        }

        private int task(Worker worker, int fate) throws InterruptedException {
            worker.use();
            at(Place.TASK);
            if (place == Place.OVERRUN || place == Place.LEASE_OVERDUE) {
                Thread.sleep(2); // longer than the limit
            }
            switch (fate) {
                case 1 -> throw new IllegalStateException("bad input");
                case 2 -> throw new UnsupportedOperationException("survivable");
                case 3 -> Thread.sleep(60_000); // until it is killed
                default -> {
                    // well
                }
            }
            return fate;
        }

        private void keep(Task<Integer> task) {
            tasks.add(task);
            task.result().whenComplete((value, thrown) -> at(Place.RESULT_DEPENDENT));
        }

        private void waitByStage(PoolClient<Worker> pool, Place dependent) {
            within("checkoutAsync", () -> {
                List<CompletableFuture<Lease<Worker>>> stages = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    CompletionStage<Lease<Worker>> stage = pool.checkoutAsync(Duration.ofMillis(5 + 20 * i));
                    stage.whenComplete((lease, thrown) -> {
                        if (lease != null) {
                            try (lease) {
                                lease.worker().use();
                                at(dependent);
                            } catch (LeaseClosedException died) {
                                // its worker has crashed meanwhile
                            }
                        } else {
                            at(Place.REFUSAL_DEPENDENT);
                        }
                    });
                    Thread.interrupted(); // the stage was complete, perhaps, and its dependent the caller's own doing
                    stages.add(stage.toCompletableFuture());
                }
                for (CompletableFuture<Lease<Worker>> stage : stages) {
                    completed(stage, "a stage");
                }
            });
        }

        private void checkOutcome(Task<?> task) {
            completed(task.result().toCompletableFuture(), task.toString());
            if (!task.state().isFinal()) {
                violate("an outcome without a final state: " + task);
            }
        }

        private void completed(CompletableFuture<?> future, String of) {
            try {
                future.handle((value, thrown) -> of) // get() itself would ask the exception for its text
                        .get(SLACK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException impossible) {
                throw new AssertionError(impossible);
            } catch (TimeoutException e) {
                violate("never completed: " + of);
            } catch (InterruptedException e) {
                violate("interrupted: " + of);
            }
        }

        /**
         * Runs an operation that may fail in any way. It runs on a thread of its own, within its time, so that its
         * interrupt flag concerns no later step.
         */
        private void within(String operation, WorkerOperation body) {
            long begin = System.nanoTime();
            try {
                body.run();
            } catch (Throwable thrown) {
                // the caller gets an exception
                if (thrown instanceof StackOverflowError && !place.isOfTheCaller()) {
                    violate(operation + " was told of another one's stack overflow");
                }
            } finally {
                Thread.interrupted();
                Thread.currentThread().setContextClassLoader(HostileCodeTest.class.getClassLoader());
            }
            if (System.nanoTime() - begin > WAIT.plus(SLACK).toNanos()) {
                violate(operation + " took " + Duration.ofNanos(System.nanoTime() - begin));
            }
        }

        private void await(String state, BooleanSupplier reached) {
            long patience = System.nanoTime() + SLACK.toNanos();
            while (!reached.getAsBoolean()) {
                if (System.nanoTime() - patience > 0) {
                    violate("not " + state);
                    return;
                }
                Thread.onSpinWait();
                Thread.yield();
            }
        }
    }

    private interface WorkerOperation {
        void run() throws Throwable;
    }
}
