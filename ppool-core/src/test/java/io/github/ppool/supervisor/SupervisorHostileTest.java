package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.HostileExceptions;
import io.github.ppool.genserver.CallTimeoutException;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartLaterException;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every place at which supervision calls code that it did not write, with each behaviour that such code may have, under
 * a random supervisor that is asked random things. All along the supervisor and every server answer, or have ended and
 * say so; a healthy sibling is served; a supervisor that gives up had a reason to, and leaves no child; and after the
 * stop no process and no thread is left.
 */
class SupervisorHostileTest {

    /** The behaviour of foreign code. */
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
        PROCESS_EXIT,
        /** By a start it is a wish; anywhere else an exception like any other. */
        START_LATER;

        private boolean isHarmless() {
            return this == RETURNS || this == INTERRUPT_LEFT || this == LOADER_LEFT || this == BLOCKS;
        }
    }

    /** Where it is called. */
    private enum Place {
        LISTENER,
        EXIT_LISTENER,
        STAGE_DEPENDENT,
        PLAN,
        START,
        START_AFTER_SPAWN,
        START_FUNCTION,
        START_OF_DEFAULTS,
        START_PROCESS_INIT,
        START_PROCESS_BODY,
        START_BODY,
        START_NESTED,
        SERVER_SUPPLIER,
        SERVER_INIT,
        HANDLE_CALL,
        HANDLE_CAST,
        HANDLE_INFO,
        HANDLE_TIMEOUT,
        TERMINATE;

        /** Whether a child of this place is a server that others may call. */
        private boolean isServer() {
            return compareTo(PLAN) <= 0 || compareTo(SERVER_SUPPLIER) >= 0;
        }
    }

    /** How long a step may take on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(25);
    private static final long SEED = Long.getLong("supervision.seed", System.nanoTime());

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final ClassLoader loader = SupervisorHostileTest.class.getClassLoader();
    private final CapturedLog log = CapturedLog.silence();

    @AfterEach
    void close() {
        log.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_supervisor_keeps_its_promises_whatever_foreign_code_does(Place place) throws Exception {
        Thread.currentThread().setContextClassLoader(loader);
        for (Behaviour behaviour : Behaviour.values()) {
            if (place == Place.STAGE_DEPENDENT && behaviour == Behaviour.EXCEPTION_THAT_HANGS) {
                continue; // CompletableFuture itself asks it for its text, on the thread that the dependent has
            }
            for (int number = 0; number < 2; number++) {
                long seed = SEED + 1_000L * place.ordinal() + 10L * behaviour.ordinal() + number;
                new Play(place, behaviour, seed).run();
            }
        }
        assertThat(violations).as("-Dsupervision.seed=%d", SEED).isEmpty();
    }

    private interface Operation {
        void run() throws Throwable;
    }

    /** One place with one behaviour. */
    private final class Play {
        private final Place place;
        private final Behaviour behaviour;
        private final SplittableRandom random;
        private final Strategy strategy;
        private final boolean platform;
        private final boolean mayGiveUp;
        private final AtomicBoolean hostile;
        private final AtomicInteger calls;
        private final AtomicInteger misdeeds = new AtomicInteger();
        private final ProcessSystem system = new ProcessSystem();
        private final List<CompletableFuture<?>> answers = new ArrayList<>();
        private final String what;
        private ChildDefaults defaults = ChildDefaults.NONE;
        private int operations;

        private Play(Place place, Behaviour behaviour, long seed) {
            this.place = place;
            this.behaviour = behaviour;
            this.random = new SplittableRandom(seed);
            this.strategy = Strategy.values()[random.nextInt(Strategy.values().length)];
            this.platform = random.nextBoolean();
            this.mayGiveUp = random.nextInt(4) == 0;
            this.hostile = new AtomicBoolean(random.nextInt(3) == 0); // already at the start, or later
            this.calls = new AtomicInteger(random.nextInt(2));
            this.what = place + " " + behaviour + " " + strategy + (platform ? " on platform threads" : "")
                    + (mayGiveUp ? ", that may give up" : "");
        }

        private void violate(String how) {
            violations.add(what + ": " + how);
        }

        // ---- foreign code

        private void at(Place here) {
            if (here != place || !hostile.get() || calls.incrementAndGet() % 2 == 0 || misdeeds.incrementAndGet() > 6) {
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
                case START_LATER -> throw new StartLaterException(Duration.ofMillis(misdeeds.get() % 3 - 1));
            }
        }

        private void block() {
            try {
                Thread.sleep(10); // foreign code takes its time
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /**
         * Of code that is called on the supervisor's thread, or on a caller that runs for it: it finds that thread as
         * it should be.
         */
        private void checkThread(String where) {
            if (Thread.currentThread().getContextClassLoader() != loader) {
                violate("another context class loader in " + where);
                Thread.currentThread().setContextClassLoader(loader);
            }
            ProcessContext process = ProcessSystem.currentProcess();
            if (Thread.currentThread().isInterrupted() && (process == null || process.self().isAlive())) {
                violate("an interrupt in " + where);
            }
        }

        /** Answers, and does harm in one of its call-backs. */
        private final class Hostile implements GenServer<String, String, String> {
            @Override
            public Init init(ServerContext self) {
                at(Place.SERVER_INIT);
                return Init.READY;
            }

            @Override
            public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
                checkInterrupt(self);
                at(Place.HANDLE_CALL);
                self.idleTimeout(Duration.ofMillis(1));
                return request;
            }

            @Override
            public void handleCast(String message, ServerContext self) {
                checkInterrupt(self);
                at(Place.HANDLE_CAST);
                self.idleTimeout(Duration.ZERO);
            }

            @Override
            public void handleInfo(Object message, ServerContext self) {
                checkInterrupt(self);
                at(Place.HANDLE_INFO);
                self.idleTimeout(Duration.ZERO);
            }

            @Override
            public void handleTimeout(ServerContext self) {
                checkInterrupt(self);
                at(Place.HANDLE_TIMEOUT);
            }

            @Override
            public void terminate(ExitReason reason, ServerContext self) {
                at(Place.TERMINATE);
            }

            /** A process is dead before it is interrupted, so this can't be the interrupt of its end. */
            private void checkInterrupt(ServerContext self) {
                if (Thread.currentThread().isInterrupted() && self.self().isAlive()) {
                    violate("an interrupt in a call-back");
                }
            }
        }

        /** Answers. */
        private static final class Healthy implements GenServer<String, String, String> {
            @Override
            public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
                return request;
            }
        }

        private SpawnOptions options(String label) {
            SpawnOptions options = SpawnOptions.labelled(label);
            options = random.nextBoolean() ? options.trappingExits() : options;
            return platform ? options.onPlatformThread() : options;
        }

        private ChildStart start() {
            SpawnOptions options = options("hostile");
            ChildStart server = ChildStart.genServer(options, () -> {
                at(Place.SERVER_SUPPLIER);
                return new Hostile();
            });
            return switch (place) {
                case START -> (supervisor, argument) -> {
                    checkThread("a start");
                    at(Place.START);
                    return server.start(supervisor, argument);
                };
                case START_AFTER_SPAWN -> (supervisor, argument) -> {
                    checkThread("a start");
                    StartResult result = server.start(supervisor, argument);
                    at(Place.START_AFTER_SPAWN);
                    return result;
                };
                case START_PROCESS_INIT, START_PROCESS_BODY -> ChildStart.process("hostile", self -> {
                    at(Place.START_PROCESS_INIT);
                    return InitResult.ok(this::body);
                });
                case START_BODY -> ChildStart.body("hostile", this::body);
                case START_NESTED -> ChildStart.supervisor(SupervisorSpec.oneForOne("nested").children(
                        ChildSpec.of("in it", (supervisor, argument) -> {
                            at(Place.START_NESTED);
                            return server.start(supervisor, argument);
                        })));
                default -> server;
            };
        }

        private void body(ProcessContext self) throws InterruptedException {
            at(place == Place.START_BODY ? Place.START_BODY : Place.START_PROCESS_BODY);
            Thread.interrupted(); // a process's own interrupt is its own affair
            while (true) {
                self.receive();
            }
        }

        private ChildSpec child(String id, ChildStart start) {
            ChildSpec child = (switch (place) {
                case START_FUNCTION -> ChildSpec.of(id, function(start), List.of("own"));
                case START_OF_DEFAULTS -> ChildSpec.appending(id, "own").count(RestartCount.INFINITY);
                default -> ChildSpec.of(id, start);
            }).shutdown(switch (random.nextInt(3)) {
                case 0 -> Shutdown.brutalKill();
                case 1 -> Shutdown.after(Duration.ofSeconds(5));
                default -> Shutdown.infinity();
            });
            if (place == Place.PLAN || random.nextInt(3) == 0) {
                PlanElement plan = PlanElement.function("plan", (reason, count) -> {
                    checkThread("a plan function");
                    at(Place.PLAN);
                    return count % 2 == 0 ? PlanElement.RESTART : PlanElement.after(Duration.ofMillis(1));
                });
                return child.policy(RestartPolicy.of(RestartPlan.of(plan)).withCount(RestartCount.INFINITY));
            }
            return child.restart(RestartType.values()[random.nextInt(RestartType.values().length)]);
        }

        /** The same start, by a function with a last argument that may be that of a template's child. */
        private StartFunction function(ChildStart start) {
            return (supervisor, arguments) -> {
                checkThread("a start function");
                Object last = arguments.getLast();
                if (!last.equals("healthy")) {
                    at(place);
                }
                return start.start(supervisor, last.equals("own") ? null : last);
            };
        }

        private SupervisorSpec spec() {
            ChildStart healthy = ChildStart.genServer(SpawnOptions.labelled("healthy"), Healthy::new);
            SupervisorSpec spec;
            if (simple()) {
                ChildStart hostileStart = start();
                ChildStart start = (supervisor, argument) -> ("healthy".equals(argument) ? healthy : hostileStart)
                        .start(supervisor, argument);
                defaults = ChildDefaults.NONE.start(function(start), List.of("of the defaults"));
                spec = SupervisorSpec.simpleOneForOne("hostile", child("template", start));
            } else {
                ChildSpec sibling = ChildSpec.of("healthy", healthy).restart(RestartType.PERMANENT);
                spec = switch (strategy) {
                    case ONE_FOR_ALL -> SupervisorSpec.oneForAll("hostile");
                    case REST_FOR_ONE -> SupervisorSpec.restForOne("hostile");
                    default -> SupervisorSpec.oneForOne("hostile");
                };
                ChildStart start = start();
                defaults = ChildDefaults.NONE.start(function(start), List.of("of the defaults"));
                ChildSpec hostileChild = child("hostile", start);
                spec = random.nextBoolean()
                        ? spec.children(sibling, hostileChild)
                        : spec.children(hostileChild, sibling);
            }
            spec = mayGiveUp ? spec.intensity(1, Duration.ofSeconds(60)) : spec.intensity(1_000, Duration.ofSeconds(1));
            spec = platform ? spec.onPlatformThread() : spec;
            spec = place == Place.START_OF_DEFAULTS ? spec.defaultChildSpec(defaults) : spec;
            return spec.listener(event -> {
                checkThread("a listener");
                at(Place.LISTENER);
            });
        }

        // ---- the play

        private void run() throws Exception {
            Supervisor supervisor;
            try {
                supervisor = Supervisor.start(system, spec());
            } catch (SupervisorStartException refused) {
                if (behaviour.isHarmless() && behaviour != Behaviour.INTERRUPT_LEFT) {
                    violate("not started: " + refused);
                }
                end(null);
                return;
            }
            if (simple()) {
                supervisor.startChild((Object) "healthy");
            }
            hostile.set(true);
            Thread nagger = Thread.ofVirtual().unstarted(() -> nag(supervisor));
            nagger.setContextClassLoader(loader);
            nagger.start();
            for (int i = 0; i < 14; i++) {
                operation(supervisor);
            }
            if (!nagger.join(SLACK)) {
                violate("one that asks hangs: " + Arrays.toString(nagger.getStackTrace()));
            }
            hostile.set(false);
            for (CompletableFuture<?> answer : answers) {
                try {
                    answer.handle((value, thrown) -> value == null).get(SLACK.toMillis(), TimeUnit.MILLISECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    violate("never answered");
                }
            }
            if (supervisor.pid().isAlive()) {
                checkAlive(supervisor);
            }
            end(supervisor);
        }

        private void checkAlive(Supervisor supervisor) {
            within("an answer afterwards", false, () -> {
                try {
                    ChildCounts counts = supervisor.countChildren();
                    List<ChildInfo> children = supervisor.whichChildren();
                    if (counts.active() > counts.specs() && !simple()) {
                        violate("more children than there are: " + counts + " " + children);
                    }
                    await("the healthy sibling served", () -> isServed(supervisor));
                } catch (io.github.ppool.genserver.ServerExitedException ended) {
                    // gives up just now
                }
            });
        }

        /** Whether the healthy sibling answers; or the supervisor has ended, and with it the sibling. */
        private boolean isServed(Supervisor supervisor) throws Exception {
            try {
                if (simple()) {
                    Optional<Pid> sibling = supervisor.pids().stream()
                            .filter(pid -> pid.label().equals("healthy"))
                            .findFirst();
                    return sibling.isPresent() && server(sibling.get()).call("hello", SLACK).equals("hello");
                }
                ChildInfo sibling = supervisor.child("healthy").orElseThrow();
                if (!hostile.get() && sibling.state() == ChildInfo.State.UNDEFINED && isInGroup()) {
                    // as in OTP: it was to be started after another child, and a request has cancelled the next try of
                    // that one
                    supervisor.restartChild("healthy");
                }
                return sibling.pid() != null && server(sibling.pid()).call("hello", SLACK).equals("hello");
            } catch (io.github.ppool.genserver.ServerExitedException ended) {
                return !supervisor.pid().isAlive(); // else it is restarted with the others
            }
        }

        private boolean simple() {
            return strategy == Strategy.SIMPLE_ONE_FOR_ONE;
        }

        /** Whether the sibling is restarted with the hostile child. */
        private boolean isInGroup() {
            return strategy == Strategy.ONE_FOR_ALL || strategy == Strategy.REST_FOR_ONE;
        }

        private GenServerRef<String, String, String> server(Pid pid) {
            return new GenServerRef<>(system, pid);
        }

        private void nag(Supervisor supervisor) {
            for (int i = 0; i < 30; i++) {
                within("countChildren", true, supervisor::countChildren);
                within("whichChildren", true, supervisor::whichChildren);
                within("the healthy sibling", true, () -> isServed(supervisor));
            }
        }

        private void operation(Supervisor supervisor) throws Exception {
            boolean simple = simple();
            String id = random.nextInt(3) == 0 ? "added" : simple ? "template" : "hostile";
            List<Pid> pids = new ArrayList<>();
            within("pids", true, () -> supervisor.pids().stream()
                    .filter(pid -> !pid.label().equals("healthy")).forEach(pids::add));
            Pid pid = pids.isEmpty() ? null : pids.get(random.nextInt(pids.size()));
            if (pid != null && random.nextBoolean()) {
                within("onExit", true, () -> system.onExit(pid, (ended, reason) -> at(Place.EXIT_LISTENER)));
            }
            ChildSpec spec = child("added", start()); // the random choices on this thread, in this order
            boolean traced = random.nextBoolean();
            int number = ++operations;
            Operation operation = switch (place == Place.STAGE_DEPENDENT && random.nextInt(3) == 0
                    ? 1
                    : random.nextInt(14)) {
                case 0 -> () -> {
                    ChildResult unused = simple
                            ? supervisor.startChild((Object) ("number " + number))
                            : supervisor.startChild(spec);
                };
                case 1 -> () -> {
                    CompletionStage<ChildResult> stage = simple
                            ? supervisor.startChildAsync((Object) ("number " + number))
                            : supervisor.startChildAsync(spec);
                    stage.whenComplete((result, thrown) -> at(Place.STAGE_DEPENDENT));
                    synchronized (answers) {
                        answers.add(stage.toCompletableFuture());
                    }
                    if (place == Place.STAGE_DEPENDENT) {
                        Thread.interrupted(); // complete already, perhaps, and its dependent the caller's own doing
                        Thread.currentThread().setContextClassLoader(loader);
                    }
                };
                case 2 -> () -> supervisor.restartChild(id);
                case 3 -> () -> supervisor.terminateChild(id);
                case 4 -> () -> supervisor.deleteChild(id);
                case 5 -> () -> {
                    supervisor.pid().send("a stranger's message");
                    supervisor.trace(traced);
                };
                case 6 -> pid == null ? () -> {} : () -> supervisor.terminateChild(pid);
                case 7 -> pid == null ? () -> {} : () -> system.exit(pid, ExitReason.KILL);
                case 8 -> pid == null ? () -> {} : () -> system.exit(pid, ExitReason.of("wanted"));
                case 9 -> () -> {
                    String unused = supervisor.effectiveSpec(id) + " " + supervisor.defaultChildSpec();
                };
                case 10 -> place != Place.START_OF_DEFAULTS
                        ? () -> {}
                        : () -> supervisor.changeDefaultChildSpec(defaults);
                default -> pid == null || !place.isServer() ? () -> {} : () -> {
                    server(pid).cast("cast");
                    pid.send("info");
                    answers(pid);
                    if (place == Place.STAGE_DEPENDENT) {
                        CompletionStage<String> stage = server(pid).callAsync("async");
                        stage.whenComplete((answer, thrown) -> at(Place.STAGE_DEPENDENT));
                        synchronized (answers) {
                            answers.add(stage.toCompletableFuture());
                        }
                        Thread.interrupted();
                        Thread.currentThread().setContextClassLoader(loader);
                    }
                };
            };
            if (random.nextInt(3) == 0) {
                onProcess(operation);
            } else {
                within("operation " + number, true, operation);
            }
        }

        private void answers(Pid pid) throws Exception {
            try {
                server(pid).call("call", SLACK);
            } catch (CallTimeoutException e) {
                violate("a server does not answer");
            }
        }

        /** Another process asks. */
        private void onProcess(Operation operation) throws Exception {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            SpawnOptions options = SpawnOptions.labelled("asking");
            system.spawn(self -> {
                try {
                    within("an operation of a process", true, operation);
                } finally {
                    done.complete(true);
                }
            }, platform ? options.onPlatformThread() : options);
            try {
                done.get(SLACK.toMillis() * 2, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                violate("a process that asks hangs");
            }
        }

        private void end(@Nullable Supervisor supervisor) throws Exception {
            if (supervisor != null) {
                boolean stopped = supervisor.stop(SLACK);
                if (!stopped) {
                    violate("not stopped: " + Arrays.toString(system.stackTrace(supervisor.pid())));
                }
                ExitReason reason = system.exitReason(supervisor.pid()).orElse(ExitReason.NORMAL);
                checkReason(reason);
                if (!system.processes().isEmpty()) {
                    await("no process", () -> system.processes().isEmpty());
                }
            }
            await("no thread of a process; there are " + system.processes() + " and " + system.orphaned(),
                    () -> system.threadCount() == 0);
            system.close();
        }

        private void checkReason(ExitReason reason) {
            boolean expected = reason.equals(ExitReason.SHUTDOWN)
                    || (place == Place.PLAN && !behaviour.isHarmless() && reason instanceof ExitReason.Failure);
            if (!expected) {
                violate("ended with " + reason);
            }
        }

        /** Runs code that may fail, in limited time; the state of the thread afterwards is that of before. */
        private void within(String operation, boolean mayFail, Operation body) {
            long begin = System.nanoTime();
            try {
                body.run();
            } catch (Throwable thrown) {
                if (!mayFail || thrown instanceof Error) {
                    violate(operation + " was told of " + thrown.getClass());
                }
            }
            if (Thread.interrupted()) {
                violate(operation + " left an interrupt");
            }
            if (Thread.currentThread().getContextClassLoader() != loader) {
                violate(operation + " left another context class loader");
                Thread.currentThread().setContextClassLoader(loader);
            }
            if (System.nanoTime() - begin > SLACK.toNanos()) {
                violate(operation + " took " + Duration.ofNanos(System.nanoTime() - begin));
            }
        }

        private void await(String state, Callable<Boolean> reached) throws Exception {
            long patience = System.nanoTime() + SLACK.toNanos();
            while (!reached.call()) {
                if (System.nanoTime() - patience > 0) {
                    violate("not " + state);
                    return;
                }
                Thread.yield();
            }
        }
    }
}
