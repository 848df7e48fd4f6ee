package io.github.ppool.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.conformance.World;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessExit;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.process.CallerRuns;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Call-backs that a caller runs by itself and those of the server's thread, with the same results. */
@Timeout(60)
class CallerRunsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        assertThat(Thread.interrupted()).as("an interrupt is left behind").isFalse();
        assertThat(ProcessSystem.currentProcess()).isNull();
        world.close();
    }

    /** An action for a server. */
    interface Deed {
        Object apply(ReplyTo<Object> from, ServerContext self) throws Exception;
    }

    /** Runs the actions of the test, on the caller's thread if that is allowed. */
    private class Obedient implements GenServer<Deed, Object, Deed> {
        private final boolean callerRuns;
        private volatile Thread own;
        private int handled; // plain

        Obedient(boolean callerRuns) {
            this.callerRuns = callerRuns;
        }

        @Override
        public Init init(ServerContext self) {
            own = Thread.currentThread();
            return Init.READY;
        }

        @Override
        public boolean callerRuns() {
            return callerRuns;
        }

        @Override
        public Object handleCall(Deed deed, ReplyTo<Object> from, ServerContext self) throws Exception {
            handled++;
            return deed.apply(from, self);
        }

        @Override
        public void handleCast(Deed deed, ServerContext self) throws Exception {
            handled++;
            deed.apply(null, self);
        }

        @Override
        public void handleInfo(Object message, ServerContext self) {
            handled++;
            log.add("info " + message);
        }

        @Override
        public void handleTimeout(ServerContext self) {
            log.add("timeout");
        }

        @Override
        public void terminate(ExitReason reason, ServerContext self) {
            log.add("terminate " + reason + (Thread.currentThread().equals(own) ? "" : " on another thread"));
        }
    }

    private final Obedient server = new Obedient(true);

    private GenServerRef<Deed, Object, Deed> start(Obedient made, SpawnOptions options) throws InterruptedException {
        GenServerRef<Deed, Object, Deed> ref = GenServerRef.start(system, () -> made, options);
        world.quiesce();
        return ref;
    }

    private GenServerRef<Deed, Object, Deed> start() throws InterruptedException {
        return start(server, SpawnOptions.labelled("server"));
    }

    private GenServerRef<Deed, Object, Deed> another() throws InterruptedException {
        return start(new Obedient(true), SpawnOptions.labelled("another"));
    }

    private ExitReason reason(GenServerRef<?, ?, ?> ref) {
        world.quiesce();
        return system.exitReason(ref.pid()).orElse(null);
    }

    private static Deed thread() {
        return (from, self) -> Thread.currentThread();
    }

    /** A process with a body that may fail the test. */
    private final class Caller {
        private final AtomicReference<Throwable> failed = new AtomicReference<>();
        private final CompletableFuture<Object> result = new CompletableFuture<>();
        private final Pid pid;

        private Caller(Callable<?> body) {
            pid = system.spawn(self -> {
                try {
                    result.complete(body.call());
                } catch (Throwable thrown) {
                    result.completeExceptionally(thrown);
                }
            }, SpawnOptions.labelled("caller"));
        }
    }

    // ---- on which thread

    @Test
    void an_idle_server_sleeps_on_while_its_callers_run() throws InterruptedException {
        var ref = start();
        long slept = system.info(ref.pid()).wakeUps();
        for (int i = 1; i <= 100; i++) {
            assertThat(ref.call(thread())).isSameAs(Thread.currentThread());
            assertThat(ref.call((from, self) -> server.handled, SECOND)).isEqualTo(3 * i - 1);
            assertThat(ref.callForever((from, self) -> "answer")).isEqualTo("answer");
        }
        world.quiesce();
        assertThat(system.info(ref.pid()).wakeUps()).isEqualTo(slept);
    }

    @Test
    void a_server_that_does_not_say_so_answers_by_itself() throws InterruptedException {
        Obedient ordinary = new Obedient(false);
        var ref = start(ordinary, SpawnOptions.DEFAULT);
        assertThat(world.perform(() -> ref.call(thread()))).isSameAs(ordinary.own);
        GenServer<String, String, String> unless = (request, from, self) -> request;
        assertThat(unless.callerRuns()).isFalse();
    }

    @Test
    void what_needs_no_answer_at_once_and_what_has_no_time_is_left_to_the_server() throws Exception {
        var ref = start();
        assertThat(ref.callAsync(thread()).toCompletableFuture().get(50, TimeUnit.SECONDS)).isSameAs(server.own);
        world.quiesce();
        assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(() -> ref.call((from, self) -> {
            log.add("asked " + Thread.currentThread().equals(server.own));
            return from.later();
        }, Duration.ZERO));
        world.quiesce();
        assertThat(log).containsExactly("asked true");
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> ref.call((from, self) -> {
            log.add("asked " + Thread.currentThread().equals(server.own));
            return from.later();
        }));
        world.quiesce();
        assertThat(log).containsExactly("asked true", "asked true");
    }

    @Test
    void a_busy_server_answers_by_itself_when_it_comes_to_it() throws InterruptedException {
        var ref = start();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ref.cast((from, self) -> {
            busy.countDown();
            goOn.await();
            return "";
        });
        busy.await(); // from here on the only message is that of the call
        World.Errand<Object> call = world.begin(() -> ref.call(thread()));
        while (system.info(ref.pid()).messageQueueLength() == 0) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        world.quiesce();
        assertThat(call.result()).isSameAs(server.own);
    }

    @Test
    void while_one_caller_runs_another_ones_call_waits_for_the_server() throws Exception {
        var ref = start();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Caller first = new Caller(() -> ref.call((from, self) -> {
            inside.countDown();
            goOn.await();
            return server.handled;
        }));
        inside.await();
        Caller second = new Caller(
                () -> ref.call((from, self) -> server.handled + " " + Thread.currentThread().equals(server.own)));
        while (system.info(ref.pid()).messageQueueLength() == 0) {
            Thread.onSpinWait();
        }
        assertThat(second.result).isNotDone();
        goOn.countDown();
        assertThat(first.result.get(50, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(second.result.get(50, TimeUnit.SECONDS)).isEqualTo("2 true");
    }

    @Test
    void no_call_overtakes_what_the_same_thread_has_sent_before() throws InterruptedException {
        var ref = start();
        int runs = 0;
        for (int sent = 1; sent <= 20_000; sent++) {
            ref.cast((from, self) -> "");
            Object[] seen = (Object[]) ref.call((from, self) -> new Object[]{server.handled, Thread.currentThread()});
            assertThat(seen[0]).isEqualTo(2 * sent);
            runs += seen[1].equals(Thread.currentThread()) ? 1 : 0;
        }
        assertThat(runs).isLessThan(20_000);
        assertThat(ref.call((from, self) -> server.handled)).isEqualTo(40_001);
    }

    /** Counts for each caller by itself; plain fields, so two at once would lose counts. */
    private static final class Counts implements GenServer<Integer, Integer, Integer> {
        private final int[] casts = new int[4];
        private int all;

        @Override
        public boolean callerRuns() {
            return true;
        }

        @Override
        public Integer handleCall(Integer caller, ReplyTo<Integer> from, ServerContext self) {
            all++;
            return caller < 0 ? all : casts[caller];
        }

        @Override
        public void handleCast(Integer caller, ServerContext self) {
            all++;
            casts[caller]++;
        }
    }

    @Test
    void nothing_is_lost_among_many_callers_and_each_finds_its_own_casts_done() throws Exception {
        int rounds = 5_000;
        GenServerRef<Integer, Integer, Integer> counts = GenServerRef.start(system, Counts::new, SpawnOptions.DEFAULT);
        List<CompletableFuture<Integer>> callers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            CompletableFuture<Integer> done = new CompletableFuture<>();
            callers.add(done);
            Runnable caller = () -> {
                try {
                    for (int round = 1; round <= rounds; round++) {
                        if (round % 3 == 0) {
                            counts.cast(number);
                        }
                        assertThat(counts.callForever(number)).isEqualTo(round / 3);
                    }
                    done.complete(rounds + rounds / 3);
                } catch (Throwable thrown) {
                    done.completeExceptionally(thrown);
                }
            };
            switch (number) {
                case 0 -> Thread.ofPlatform().daemon().start(caller);
                case 1 -> Thread.ofVirtual().start(caller);
                default -> system.spawn(self -> caller.run(), SpawnOptions.labelled("caller"));
            }
        }
        int expected = 0;
        for (CompletableFuture<Integer> caller : callers) {
            expected += caller.get(25, TimeUnit.SECONDS);
        }
        assertThat(counts.callForever(-1)).isEqualTo(expected + 1);
    }

    // ---- the identity of the thread

    @Test
    void the_caller_is_the_server_for_that_time() throws Exception {
        var ref = start();
        Pid peer = system.spawn(self -> {
            self.trapExits(true);
            log.add("told by " + ((Exit) self.receive()).from());
        });
        world.quiesce();
        Caller caller = new Caller(() -> {
            ProcessContext own = ProcessSystem.currentProcess();
            Pid spawned = (Pid) ref.call((from, self) -> {
                assertThat(ProcessSystem.currentProcess()).isSameAs(self.process());
                assertThat(ProcessSystem.isImpersonating()).isTrue();
                assertThat(system.actsFor(ref.pid())).isTrue();
                assertThat(system.actsFor(own.self())).isTrue();
                assertThatIllegalStateException().isThrownBy(() -> own.trapExits(true))
                        .withMessageContaining("a process context is for the process's own thread: ");
                assertThat(system.processes()).containsOnlyOnce(ref.pid(), own.self());
                assertThat(system.stackTrace(ref.pid())).isNotEmpty();
                assertThat(system.info(ref.pid()).status()).isEqualTo(ProcessStatus.RUNNING);
                system.exit(peer, BOOM);
                self.process().monitor(own.self());
                self.process().trapExits(true);
                return self.process().spawnLink(ProcessContext::receive, SpawnOptions.labelled("child"));
            });
            assertThat(ProcessSystem.currentProcess()).isSameAs(own);
            assertThat(ProcessSystem.isImpersonating()).isFalse();
            assertThat(own.trapExits(false)).isFalse();
            return spawned;
        });
        Pid child = (Pid) caller.result.get(50, TimeUnit.SECONDS);
        world.quiesce();
        assertThat(system.info(ref.pid()).links()).containsExactly(child);
        assertThat(log).hasSize(2).contains("told by " + ref.pid()).anyMatch(line -> line.startsWith("info Down"));
        system.exit(child, BOOM);
        world.quiesce();
        assertThat(log).contains("info " + new Exit(child, BOOM));
        assertThat(ref.call((from, self) -> "alive")).isEqualTo("alive");
    }

    @Test
    void a_thread_that_is_no_process_is_the_server_for_that_time_and_no_process_in_the_list()
            throws InterruptedException {
        var ref = start();
        assertThat(ref.call((from, self) -> {
            assertThat(ProcessSystem.currentProcess()).isSameAs(self.process());
            assertThat(system.processes()).containsExactly(ref.pid());
            return system.threadCount();
        })).isEqualTo(1);
        assertThat(ProcessSystem.currentProcess()).isNull();
        assertThat(system.processes()).containsExactly(ref.pid());
    }

    @Test
    void the_call_back_can_wait_as_the_server() {
        assertThat(world.perform(() -> {
            var ref = GenServerRef.start(system, () -> server, SpawnOptions.labelled("server"));
            var other = GenServerRef.start(system, () -> new Obedient(false), SpawnOptions.labelled("other"));
            while (system.info(ref.pid()).status() != ProcessStatus.WAITING) {
                Thread.onSpinWait();
            }
            Thread caller = Thread.currentThread();
            return ref.call((from, self) -> {
                assertThat(Thread.currentThread()).isSameAs(caller);
                self.self().send("kept");
                self.self().send(42);
                assertThat(self.process().receive(Integer.class::isInstance)).isEqualTo(42);
                self.process().sleep(SECOND);
                StartResult started = self.process().startLink(
                        GenServerRef.linkedTo(() -> new Obedient(true), self.self()), SpawnOptions.DEFAULT);
                assertThat(started).isInstanceOf(StartResult.Started.class);
                return other.call((to, it) -> "by " + it.self());
            });
        })).isEqualTo("by <3 other>");
        world.quiesce();
        assertThat(log).containsExactly("info kept");
    }

    @Test
    void what_is_sent_meanwhile_is_handled_by_the_server_afterwards() throws InterruptedException {
        var ref = start();
        ref.call((from, self) -> {
            ref.pid().send("one");
            ref.cast((to, it) -> log.add("two " + Thread.currentThread().equals(server.own)));
            return "";
        });
        world.quiesce();
        assertThat(log).containsExactly("info one", "two true");
    }

    @Test
    void the_context_class_loader_is_the_servers_and_then_the_callers_again() throws InterruptedException {
        ClassLoader servers = new ClassLoader() {
        };
        ClassLoader callers = new ClassLoader() {
        };
        var ref = start(server, SpawnOptions.DEFAULT.withContextClassLoader(servers));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(callers);
        try {
            assertThat(ref.call((from, self) -> {
                ClassLoader found = Thread.currentThread().getContextClassLoader();
                Thread.currentThread().setContextClassLoader(null);
                return found;
            })).isSameAs(servers);
            assertThat(thread.getContextClassLoader()).isSameAs(callers);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void thread_locals_are_those_of_the_caller() throws InterruptedException {
        ThreadLocal<String> local = new ThreadLocal<>();
        local.set("caller's");
        var ref = start();
        assertThat(ref.call((from, self) -> local.get())).isEqualTo("caller's");
    }

    @Test
    void a_server_with_a_turn_of_its_own_cannot_let_callers_run() {
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> start(new Obedient(true) {
            @Override
            public Init init(ServerContext self) {
                self.allowCallerRuns(new CallerRuns<>(self.process(), "own"));
                return Init.READY;
            }
        }, SpawnOptions.DEFAULT)).havingCause().isInstanceOf(IllegalStateException.class)
                .withMessage("callerRuns must be false for a server that allows caller-runs by itself: <1>");
    }

    // ---- answers

    @Test
    void an_answer_can_come_early_or_later_from_anybody() throws Exception {
        var ref = start();
        assertThat(ref.call((from, self) -> {
            assertThat(from.reply("early")).isTrue();
            return "late";
        })).isEqualTo("early");
        CompletableFuture<ReplyTo<Object>> asked = new CompletableFuture<>();
        World.Errand<Object> call = world.begin(() -> ref.call((from, self) -> {
            asked.complete(from);
            return from.later();
        }));
        world.quiesce();
        assertThat(call.isDone()).isFalse();
        assertThat(asked.join().reply("at last")).isTrue();
        assertThat(asked.join().reply("twice")).isFalse();
        world.quiesce();
        assertThat(call.result()).isEqualTo("at last");
    }

    @Test
    void an_answer_that_is_put_off_has_what_is_left_of_the_time() throws Exception {
        var ref = start();
        CompletableFuture<ReplyTo<Object>> asked = new CompletableFuture<>();
        World.Errand<Object> call = world.begin(() -> ref.call((from, self) -> {
            self.process().sleep(Duration.ofSeconds(2));
            asked.complete(from);
            return from.later();
        }));
        world.advance(Duration.ofMillis(4_999));
        assertThat(asked).isDone();
        assertThat(call.isDone()).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(call::result)
                .withMessage("server " + ref.pid() + " did not answer within PT5S");
        assertThat(ref.owesAnswers()).isTrue();
        assertThat(asked.join().reply("late")).isFalse();
        assertThat(ref.owesAnswers()).isFalse();
    }

    @Test
    void a_call_back_that_takes_longer_than_the_callers_time_is_waited_for_and_its_answer_counts() {
        assertThat(world.perform(() -> {
            var ref = GenServerRef.start(system, () -> server, SpawnOptions.DEFAULT);
            while (system.info(ref.pid()).status() != ProcessStatus.WAITING) {
                Thread.onSpinWait();
            }
            Object answer = ref.call((from, self) -> {
                self.process().sleep(Duration.ofSeconds(10));
                return "late";
            }, SECOND);
            return answer + " " + ref.owesAnswers();
        })).isEqualTo("late false");
    }

    // ---- the server's end

    @Test
    void an_exception_ends_the_server_on_its_own_thread_and_the_caller_hears() throws InterruptedException {
        var ref = start();
        IllegalStateException thrown = new IllegalStateException("boom");
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> ref.call((from, self) -> {
            throw thrown;
        })).withCause(thrown);
        assertThat(reason(ref)).isEqualTo(ExitReason.failure(thrown));
        assertThat(log).containsExactly("terminate " + thrown);
    }

    @Test
    void after_a_failure_nobody_runs_and_no_message_is_handled() throws Exception {
        var ref = start();
        CompletableFuture<Object> other = new CompletableFuture<>();
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> ref.call((from, self) -> {
            ref.pid().send("left in a mess");
            throw new StackOverflowError("expected by a test");
        })).withCauseInstanceOf(StackOverflowError.class);
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> ref.call((from, self) -> {
            other.complete("ran");
            return "";
        })).satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NOPROC));
        assertThat(other).isNotDone();
        assertThat(log).noneMatch(line -> line.startsWith("info"));
    }

    private static int deep(int depth) {
        return deep(depth + 1) + 1;
    }

    @Test
    void a_stack_that_overflows_in_the_call_back_is_the_servers_failure() throws InterruptedException {
        var ref = start();
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> ref.call((from, self) -> deep(0)))
                .withCauseInstanceOf(StackOverflowError.class);
        assertThat(reason(ref).cause()).containsInstanceOf(StackOverflowError.class);
        assertThat(log).singleElement().asString().startsWith("terminate ").doesNotContain("another thread");
    }

    /** Calls with less and less stack left. */
    private static int callsAtTheBottom(Callable<?> call) throws Exception {
        try {
            int below = callsAtTheBottom(call);
            if (below > 0) {
                return below - 1;
            }
        } catch (StackOverflowError here) {
            return 400; // so many frames up the stack is enough again
        }
        call.call();
        return 0;
    }

    @Test
    void a_caller_with_little_stack_left_does_not_end_the_server() throws Exception {
        var ref = start();
        Thread thread = new Thread(null, () -> {
            try {
                callsAtTheBottom(() -> ref.call((from, self) -> "answer"));
            } catch (Exception e) {
                log.add("failed: " + e);
            }
        }, "deep", 512 * 1024);
        thread.start();
        thread.join(20_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(log).isEmpty();
        assertThat(ref.call((from, self) -> "alive")).isEqualTo("alive");
    }

    @Test
    void an_exit_in_the_call_back_is_an_end_with_clean_up() throws InterruptedException {
        var ref = start();
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> ref.call((from, self) -> {
            throw self.process().exit(BOOM);
        })).satisfies(e -> assertThat(e.reason()).isEqualTo(BOOM));
        assertThat(reason(ref)).isEqualTo(BOOM);
        assertThat(log).containsExactly("terminate boom");
    }

    @Test
    void a_call_that_stops_the_server_is_answered_after_the_clean_up() throws InterruptedException {
        var ref = start();
        assertThat(ref.call((from, self) -> {
            self.stop(ExitReason.SHUTDOWN);
            ref.pid().send("never looked at");
            return "bye";
        })).isEqualTo("bye");
        assertThat(log).containsExactly("terminate shutdown");
        assertThat(reason(ref)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void an_end_of_the_parent_stops_a_server_that_traps_exits_when_its_caller_is_done() throws Exception {
        var ref = start(server, SpawnOptions.labelled("server").trappingExits());
        assertThat(ref.call((from, self) -> {
            CompletableFuture.runAsync(() -> system.exit(ref.pid(), ExitReason.SHUTDOWN)).join();
            assertThat(log).isEmpty();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return "done";
        })).isEqualTo("done");
        assertThat(reason(ref)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(log).containsExactly("terminate shutdown");
    }

    @Test
    void a_kill_of_the_server_interrupts_the_call_back_and_the_caller_is_told_without_an_interrupt() throws Exception {
        var ref = start();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean clear = new AtomicBoolean();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                ref.call((from, self) -> {
                    inside.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                });
            } catch (Throwable e) {
                clear.set(!Thread.currentThread().isInterrupted());
                thrown.complete(e);
            }
        });
        inside.await();
        system.exit(ref.pid(), ExitReason.KILL);
        assertThat(ref.pid().isAlive()).isFalse();
        assertThat(thrown.get(50, TimeUnit.SECONDS)).isInstanceOfSatisfying(ServerExitedException.class,
                e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
        caller.join();
        assertThat(clear).isTrue();
        assertThat(reason(ref)).isEqualTo(ExitReason.KILLED);
        assertThat(log).isEmpty();
        assertThat(system.orphanCount()).isZero();
    }

    @Test
    void a_server_that_is_killed_is_an_orphan_until_its_caller_is_done() throws Exception {
        var ref = start();
        CountDownLatch watched = new CountDownLatch(1);
        system.onExit(ref.pid(), (ended, reason) -> watched.countDown());
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> ref.call((from, self) -> {
            system.exit(ref.pid(), ExitReason.KILL); // by itself
            assertThat(watched.getCount()).isZero();
            assertThat(system.isOrphaned(ref.pid())).isTrue();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThatExceptionOfType(ProcessExit.class).isThrownBy(() -> self.process().receive());
            return "too late";
        })).satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        world.quiesce();
        assertThat(system.orphanCount()).isZero();
        assertThat(system.threadCount()).isZero();
        assertThat(log).isEmpty();
    }

    @Test
    void an_answer_given_before_the_servers_end_counts() throws InterruptedException {
        var ref = start();
        assertThat(ref.call((from, self) -> {
            from.reply("in time");
            system.exit(ref.pid(), ExitReason.KILL);
            return "too late";
        })).isEqualTo("in time");
        assertThat(reason(ref)).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void a_closed_system_ends_the_server_and_its_caller() throws Exception {
        var ref = start();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Caller caller = new Caller(() -> ref.call((from, self) -> {
            inside.countDown();
            try {
                goOn.await();
            } catch (InterruptedException told) {
                log.add("interrupted");
            }
            return "";
        }));
        inside.await();
        system.close();
        assertThat(ref.pid().isAlive()).isFalse();
        assertThat(caller.pid.isAlive()).isFalse();
        goOn.countDown();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
        assertThat(caller.result).isCompletedExceptionally();
    }

    // ---- the caller's end

    @Test
    void a_caller_that_is_killed_half_way_is_dead_at_once_and_the_server_notices_nothing() throws Exception {
        var ref = start();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Caller caller = new Caller(() -> ref.call((from, self) -> {
            inside.countDown();
            goOn.await();
            log.add("done, interrupted: " + Thread.currentThread().isInterrupted());
            return "";
        }));
        inside.await();
        system.exit(caller.pid, BOOM);
        assertThat(caller.pid.isAlive()).isFalse();
        assertThat(system.isOrphaned(caller.pid)).isTrue();
        assertThat(log).isEmpty();
        goOn.countDown();
        assertThat(caller.result).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                .withCauseInstanceOf(ProcessExit.class);
        world.quiesce();
        assertThat(system.orphanCount()).isZero();
        assertThat(log).containsExactly("done, interrupted: false");
        assertThat(ref.call((from, self) -> server.handled)).isEqualTo(2);
    }

    @Test
    void a_caller_that_the_call_back_ends_is_dead_when_it_comes_back() throws Exception {
        var ref = start();
        AtomicBoolean interrupted = new AtomicBoolean();
        Caller caller = new Caller(() -> {
            Pid own = ProcessSystem.currentProcess().self();
            try {
                return ref.call((from, self) -> {
                    self.process().exit(own, BOOM);
                    return "answer";
                });
            } finally {
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        assertThat(caller.result).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                .withCauseInstanceOf(ProcessExit.class);
        assertThat(interrupted).isTrue();
        assertThat(system.exitReason(caller.pid)).contains(BOOM);
        assertThat(reason(ref)).isNull();
    }

    @Test
    void a_link_with_the_caller_carries_the_servers_failure() throws Exception {
        var ref = start();
        Caller caller = new Caller(() -> {
            ProcessContext own = ProcessSystem.currentProcess();
            own.link(ref.pid());
            return ref.call((from, self) -> {
                throw self.process().exit(BOOM);
            });
        });
        assertThat(caller.result).failsWithin(Duration.ofSeconds(10));
        assertThat(reason(ref)).isEqualTo(BOOM);
        assertThat(system.exitReason(caller.pid)).contains(BOOM);
    }

    @Test
    void an_interrupt_of_the_caller_does_not_end_the_waits_of_the_server_and_is_there_afterwards() throws Exception {
        var ref = start();
        var other = another();
        CompletableFuture<ReplyTo<Object>> asked = new CompletableFuture<>();
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().daemon().start(() -> {
            try {
                Object answer = ref.call((from, self) -> other.call((to, it) -> {
                    asked.complete(to);
                    return to.later();
                }));
                result.complete(answer + ", interrupted: " + Thread.interrupted());
            } catch (Throwable e) {
                result.complete("failed: " + e);
            }
        });
        asked.get(50, TimeUnit.SECONDS);
        caller.interrupt();
        while (caller.isInterrupted()) { // until it has looked
            Thread.onSpinWait();
        }
        assertThat(result).isNotDone();
        asked.join().reply("answer");
        assertThat(result.get(50, TimeUnit.SECONDS)).isEqualTo("answer, interrupted: true");
        assertThat(reason(ref)).isNull();
    }

    @Test
    void an_interrupt_of_the_caller_that_the_call_back_does_not_notice_stays_with_the_caller() throws Exception {
        var ref = start();
        CompletableFuture<Object> result = new CompletableFuture<>();
        CountDownLatch inside = new CountDownLatch(1);
        AtomicBoolean goOn = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                Object answer = ref.call((from, self) -> {
                    inside.countDown();
                    while (!goOn.get()) {
                        Thread.onSpinWait();
                    }
                    return "answer";
                });
                result.complete(answer + ", interrupted: " + Thread.interrupted());
            } catch (Throwable e) {
                result.complete("failed: " + e);
            }
        });
        inside.await();
        caller.interrupt();
        goOn.set(true);
        assertThat(result.get(50, TimeUnit.SECONDS)).isEqualTo("answer, interrupted: true");
        assertThat(world.perform(() -> ref.call((from, self) -> Thread.currentThread().isInterrupted())))
                .isEqualTo(false);
    }

    @Test
    void an_interrupt_that_the_call_back_leaves_behind_is_none_of_a_calling_processs_business() throws Exception {
        var ref = start();
        Caller caller = new Caller(() -> {
            ref.call((from, self) -> {
                Thread.currentThread().interrupt();
                return "";
            });
            return Thread.currentThread().isInterrupted();
        });
        assertThat(caller.result.get(50, TimeUnit.SECONDS)).isEqualTo(false);
    }

    // ---- one server asks another

    @Test
    void a_chain_of_servers_runs_on_one_thread_and_each_is_itself() throws InterruptedException {
        var first = start();
        var second = another();
        var third = another();
        Thread caller = Thread.currentThread();
        assertThat(first.call((a, one) -> second.call((b, two) -> third.call((c, three) -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThatIllegalStateException().isThrownBy(() -> one.process().trapExits(true));
            return ProcessSystem.currentProcess().self();
        })) + " " + ProcessSystem.currentProcess().self())).isEqualTo(third.pid() + " " + first.pid());
    }

    @Test
    void a_server_that_asks_itself_is_told() throws InterruptedException {
        var ref = start();
        assertThat(ref.call((from, self) -> {
            assertThatIllegalStateException().isThrownBy(() -> ref.call((to, it) -> ""))
                    .withMessageContaining("must not call itself");
            assertThatIllegalStateException().isThrownBy(() -> ref.stop(BOOM, SECOND));
            return "alive";
        })).isEqualTo("alive");
    }

    @Test
    void servers_that_ask_each_other_wait_for_each_other_until_the_time_is_over() {
        assertThat(world.perform(() -> {
            var one = GenServerRef.start(system, () -> new Obedient(true), SpawnOptions.labelled("one"));
            var two = GenServerRef.start(system, () -> new Obedient(true), SpawnOptions.labelled("two"));
            while (system.info(two.pid()).status() != ProcessStatus.WAITING) {
                Thread.onSpinWait();
            }
            return one.call((from, self) -> two.call((to, it) -> {
                try {
                    return one.call((back, own) -> "never in time", SECOND);
                } catch (CallTimeoutException expected) {
                    return "gave up";
                }
            }));
        })).isEqualTo("gave up");
        assertThat(log).isEmpty();
    }

    @Test
    void a_kill_of_a_server_that_waits_for_another_one_does_not_interrupt_that_one() throws Exception {
        var first = start();
        var second = another();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Caller caller = new Caller(() -> first.call((from, self) -> {
            try {
                Object answer = second.call((to, it) -> {
                    inside.countDown();
                    goOn.await();
                    return "second";
                });
                log.add("answered " + answer);
            } catch (ProcessExit told) {
                log.add("told, interrupted: " + Thread.currentThread().isInterrupted());
            }
            return "too late";
        }));
        inside.await();
        system.exit(first.pid(), ExitReason.KILL);
        assertThat(first.pid().isAlive()).isFalse();
        goOn.countDown();
        assertThat(caller.result).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
                .withCauseInstanceOf(ServerExitedException.class);
        assertThat(log).containsExactly("told, interrupted: true");
        assertThat(reason(second)).isNull();
        assertThat(reason(first)).isEqualTo(ExitReason.KILLED);
    }

    // ---- idle time-outs

    @Test
    void an_idle_time_out_that_a_caller_has_set_comes_if_nothing_else_does() throws InterruptedException {
        var ref = start();
        ref.call((from, self) -> {
            self.idleTimeout(SECOND);
            return "";
        });
        world.quiesce();
        world.advance(Duration.ofMillis(999));
        assertThat(log).isEmpty();
        world.advance(Duration.ofMillis(1));
        assertThat(log).containsExactly("timeout");
        assertThat(ref.call(thread())).isSameAs(Thread.currentThread());
    }

    @Test
    void any_message_calls_an_idle_time_out_off_that_a_caller_has_set() throws InterruptedException {
        var ref = start();
        ref.call((from, self) -> {
            self.idleTimeout(SECOND);
            self.self().send("at once");
            return "";
        });
        world.quiesce();
        world.advance(SECOND.multipliedBy(5));
        assertThat(log).containsExactly("info at once");
        ref.call((from, self) -> {
            self.idleTimeout(SECOND);
            return "";
        });
        assertThat(world.perform(() -> ref.call(thread()))).as("it has a time-out running").isSameAs(server.own);
        world.advance(SECOND.multipliedBy(5));
        assertThat(log).containsExactly("info at once");
    }
}
