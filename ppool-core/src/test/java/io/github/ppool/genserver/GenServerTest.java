package io.github.ppool.genserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.conformance.World;
import io.github.ppool.process.Down;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessInit;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GenServerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    /** An action for a server, as a request or a cast. */
    interface Deed {
        String apply(ReplyTo<String> from, ServerContext self) throws Exception;
    }

    /** Runs the actions of the test, and records its events. */
    private final class Obedient implements GenServer<Deed, String, Deed> {
        @Override
        public Init init(ServerContext self) {
            log.add("init");
            return Init.READY;
        }

        @Override
        public String handleCall(Deed deed, ReplyTo<String> from, ServerContext self) throws Exception {
            return deed.apply(from, self);
        }

        @Override
        public void handleCast(Deed deed, ServerContext self) throws Exception {
            deed.apply(null, self);
        }

        @Override
        public void handleInfo(Object message, ServerContext self) {
            log.add("info " + message);
        }

        @Override
        public void handleTimeout(ServerContext self) {
            log.add("timeout");
        }

        @Override
        public void terminate(ExitReason reason, ServerContext self) throws Exception {
            log.add("terminate " + reason);
            onTerminate.apply(null, self);
        }
    }

    private volatile Deed onTerminate = (from, self) -> "";

    private GenServerRef<Deed, String, Deed> start(SpawnOptions options) {
        try {
            return GenServerRef.start(system, Obedient::new, options);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private GenServerRef<Deed, String, Deed> start() {
        return start(SpawnOptions.labelled("server"));
    }

    private ExitReason reason(GenServerRef<?, ?, ?> server) {
        world.quiesce();
        return system.exitReason(server.pid()).orElse(null);
    }

    // ---- calls

    @Test
    void aCallGivesUpWhenItsTimeIsOverAndTheLateAnswerIsDropped() {
        var server = start();
        CompletableFuture<ReplyTo<String>> asked = new CompletableFuture<>();
        World.Errand<String> call = world.begin(() -> server.call((from, self) -> {
            asked.complete(from);
            return from.later();
        }));
        world.advance(Duration.ofMillis(4_999));
        assertThat(call.isDone()).isFalse();
        world.advance(Duration.ofMillis(1));
        assertThatExceptionOfType(CallTimeoutException.class).isThrownBy(call::result)
                .withMessage("server " + server.pid() + " did not answer within PT5S");
        assertThat(asked.join().reply("late")).isFalse();
        assertThat(world.perform(() -> server.call((from, self) -> "next"))).isEqualTo("next");
    }

    @Test
    void aTimeOfZeroGivesUpAtOnceButTheRequestIsSent() {
        var server = start();
        assertThatExceptionOfType(CallTimeoutException.class)
                .isThrownBy(() -> world.perform(() -> server.call((from, self) -> {
                    log.add("asked");
                    return from.later(); // an answer that is there already would be taken
                }, Duration.ZERO)));
        world.quiesce();
        assertThat(log).containsExactly("init", "asked");
    }

    @Test
    void anAnswerCanComeLaterFromAnybody() {
        var server = start();
        CompletableFuture<ReplyTo<String>> asked = new CompletableFuture<>();
        World.Errand<String> call = world.begin(() -> server.callForever((from, self) -> {
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
    void anAnswerGivenBeforeTheCallBackReturnsIsTheOneThatCounts() {
        var server = start();
        assertThat(world.perform(() -> server.call((from, self) -> {
            from.reply("early");
            return "late";
        }))).isEqualTo("early");
    }

    @Test
    void aCallToAServerThatHasEndedIsNoproc() {
        var server = start();
        system.exit(server.pid(), ExitReason.KILL);
        assertThatExceptionOfType(ServerExitedException.class)
                .isThrownBy(() -> world.perform(() -> server.call((from, self) -> "")))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.NOPROC));
    }

    @Test
    void whoWaitsWhenTheServerIsKilledIsToldAtOnce() {
        var server = start();
        World.Errand<String> call = world.begin(() -> server.callForever((from, self) -> from.later()));
        world.quiesce();
        system.exit(server.pid(), ExitReason.KILL);
        world.quiesce();
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(call::result)
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ExitReason.KILLED));
    }

    @Test
    void whoseRequestWasNotEvenLookedAtIsToldToo() {
        var server = start();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        server.cast((from, self) -> {
            begun.countDown();
            goOn.await();
            throw new IllegalStateException("boom");
        });
        assertThat(begun).satisfies(CountDownLatch::await);
        World.Errand<String> call = world.begin(() -> server.callForever((from, self) -> "never"));
        while (system.info(server.pid()).messageQueueLength() == 0) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        world.quiesce();
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(call::result)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anExceptionInTheCallBackEndsTheServerAfterItsCleanUpAndTheCallerHears() {
        var server = start();
        IllegalStateException thrown = new IllegalStateException("boom");
        assertThatExceptionOfType(ServerExitedException.class)
                .isThrownBy(() -> world.perform(() -> server.call((from, self) -> {
                    throw thrown;
                }))).withCause(thrown);
        assertThat(log).containsExactly("init", "terminate " + thrown);
        assertThat(reason(server)).isEqualTo(ExitReason.failure(thrown));
    }

    @Test
    void aServerThatCallsOrStopsItselfIsTold() {
        var server = start();
        assertThat(world.perform(() -> server.call((from, self) -> {
            assertThatThrownBy(() -> server.call((other, it) -> "")).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must not call itself");
            assertThatThrownBy(() -> server.callForever((other, it) -> "")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> server.stop(BOOM, SECOND)).isInstanceOf(IllegalStateException.class);
            return "alive";
        }))).isEqualTo("alive");
    }

    @Test
    void aCallerThatIsInterruptedWaitsNoMore() {
        var server = start();
        CompletableFuture<ReplyTo<String>> asked = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                server.callForever((from, self) -> {
                    asked.complete(from);
                    return from.later();
                });
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        asked.join();
        caller.interrupt();
        assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
        assertThat(asked.join().reply("late")).isFalse();
    }

    @Test
    void aCallerThatIsKilledTakesNoAnswer() {
        var server = start();
        CompletableFuture<ReplyTo<String>> asked = new CompletableFuture<>();
        Pid caller = system.spawn(self -> server.callForever((from, it) -> {
            asked.complete(from);
            return from.later();
        }));
        asked.join();
        system.exit(caller, ExitReason.KILL);
        world.quiesce();
        assertThat(asked.join().reply("late")).isFalse();
    }

    @Test
    void aCallWithoutWaitingCompletesWithTheAnswerOrTheEnd() {
        var server = start();
        CompletableFuture<String> answered = server.callAsync((from, self) -> "there").toCompletableFuture();
        world.quiesce();
        assertThat(answered).isCompletedWithValue("there");
        CompletableFuture<String> pending = server.callAsync((from, self) -> from.later()).toCompletableFuture();
        world.quiesce();
        assertThat(pending).isNotDone();
        system.exit(server.pid(), BOOM);
        assertThat(pending).isCompletedExceptionally();
        assertThat(server.callAsync((from, self) -> "").toCompletableFuture()).isCompletedExceptionally();
    }

    // ---- the other call-backs

    @Test
    void whatIsSentToThePidIsInfo() {
        var server = start();
        server.pid().send("a letter");
        world.quiesce();
        assertThat(log).containsExactly("init", "info a letter");
    }

    @Test
    void downsAreInfoAndSoAreExitsOfOthersThanTheParent() {
        var server = start(SpawnOptions.DEFAULT.trappingExits());
        CompletableFuture<Pid> linked = new CompletableFuture<>();
        server.cast((from, self) -> {
            linked.complete(self.process().spawnLink(ProcessContext::receive, SpawnOptions.DEFAULT));
            self.process().monitor(linked.join());
            return "";
        });
        system.exit(linked.join(), BOOM);
        world.quiesce();
        assertThat(log).hasSize(3).contains("info " + new Exit(linked.join(), BOOM))
                .anyMatch(line -> line.startsWith("info Down"));
        assertThat(reason(server)).isNull();
    }

    @Test
    void anIdleTimeOutComesOnceIfNothingElseDoes() {
        var server = start();
        server.cast((from, self) -> {
            self.idleTimeout(SECOND);
            return "";
        });
        world.advance(Duration.ofMillis(999));
        assertThat(log).containsExactly("init");
        world.advance(SECOND.multipliedBy(5));
        assertThat(log).containsExactly("init", "timeout");
    }

    @Test
    void anyMessageCallsTheIdleTimeOutOff() {
        var server = start();
        server.cast((from, self) -> {
            self.idleTimeout(SECOND);
            return "";
        });
        world.quiesce();
        server.pid().send("x");
        world.advance(SECOND.multipliedBy(5));
        assertThat(log).containsExactly("init", "info x");
    }

    @Test
    void anIdleTimeOutOfZeroComesOnlyIfNothingIsThere() {
        var server = start();
        server.cast((from, self) -> {
            self.self().send("there");
            self.idleTimeout(Duration.ZERO);
            return "";
        });
        world.quiesce();
        assertThat(log).containsExactly("init", "info there");
        server.cast((from, self) -> {
            self.idleTimeout(Duration.ZERO);
            return "";
        });
        world.quiesce();
        assertThat(log).containsExactly("init", "info there", "timeout");
    }

    @Test
    void aNegativeIdleTimeOutIsRefused() {
        var server = start();
        assertThat(world.perform(() -> server.call((from, self) -> {
            assertThatThrownBy(() -> self.idleTimeout(Duration.ofMillis(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("time must not be negative, got: PT-0.001S");
            assertThatThrownBy(() -> self.stop(null)).isInstanceOf(NullPointerException.class);
            return "ok";
        }))).isEqualTo("ok");
    }

    @Test
    void aServerThatHasNoUseForACastOrAMessageGoesOn() throws InterruptedException {
        GenServer<String, String, String> silent = (request, from, self) -> request;
        GenServerRef<String, String, String> server = GenServerRef.start(system, () -> silent, SpawnOptions.DEFAULT);
        server.cast("cast");
        server.pid().send("info");
        assertThat(world.perform(() -> server.call("still there"))).isEqualTo("still there");
        assertThat(server.stop(ExitReason.NORMAL, SECOND)).isTrue();
    }

    // ---- the end

    @Test
    void aCallThatStopsTheServerIsAnsweredAfterTheCleanUp() {
        var server = start();
        CountDownLatch cleanUp = new CountDownLatch(1);
        onTerminate = (from, self) -> {
            cleanUp.await();
            log.add("cleaned up");
            return "";
        };
        CompletableFuture<String> answer = server.callAsync((from, self) -> {
            self.stop(BOOM);
            self.stop(ExitReason.SHUTDOWN);
            return "bye";
        }).thenApply(value -> {
            log.add("answered");
            return value;
        }).toCompletableFuture();
        assertThat(answer).isNotDone();
        cleanUp.countDown();
        assertThat(answer.join()).isEqualTo("bye");
        assertThat(log).containsExactly("init", "terminate shutdown", "cleaned up", "answered");
        assertThat(reason(server)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void aCleanUpThatFailsGivesTheReasonAndTheAnswerIsGivenAllTheSame() {
        var server = start();
        IllegalStateException thrown = new IllegalStateException("in terminate");
        onTerminate = (from, self) -> {
            throw thrown;
        };
        assertThat(world.perform(() -> server.call((from, self) -> {
            self.stop(ExitReason.NORMAL);
            return "bye";
        }))).isEqualTo("bye");
        assertThat(reason(server)).isEqualTo(ExitReason.failure(thrown));
    }

    @Test
    void anExitInACallBackIsAnEndWithCleanUp() {
        var server = start();
        server.cast((from, self) -> {
            throw self.process().exit(BOOM);
        });
        assertThat(reason(server)).isEqualTo(BOOM);
        assertThat(log).containsExactly("init", "terminate boom");
    }

    @Test
    void aStopFromOutsideComesAfterWhatWasSentBefore() throws InterruptedException {
        var server = start();
        server.pid().send("first");
        assertThat(server.stop(ExitReason.shutdown("enough"), SECOND)).isTrue();
        assertThat(log).containsExactly("init", "info first", "terminate {shutdown, enough}");
        assertThat(server.stop(BOOM, SECOND)).isTrue();
        assertThat(reason(server)).isEqualTo(ExitReason.shutdown("enough"));
    }

    @Test
    void aStopDoesNotWaitLongerThanItIsTold() throws InterruptedException {
        var server = start();
        CountDownLatch cleanUp = new CountDownLatch(1);
        onTerminate = (from, self) -> {
            cleanUp.await();
            return "";
        };
        assertThat(server.stop(BOOM, Duration.ZERO)).isFalse();
        assertThat(server.stop(BOOM, Duration.ofSeconds(-1))).isFalse();
        cleanUp.countDown();
        assertThat(reason(server)).isEqualTo(BOOM);
    }

    @Test
    void aKillAllowsNoCleanUpWhateverTheServerIsDoing() {
        var idle = start(SpawnOptions.DEFAULT.trappingExits());
        var busy = start(SpawnOptions.DEFAULT.trappingExits());
        CountDownLatch begun = new CountDownLatch(1);
        busy.cast((from, self) -> {
            begun.countDown();
            new CountDownLatch(1).await(); // interrupted by the kill: the exception is not a failure of the server
            return "";
        });
        assertThat(begun).satisfies(CountDownLatch::await);
        system.exit(idle.pid(), ExitReason.KILL);
        system.exit(busy.pid(), ExitReason.KILL);
        assertThat(reason(idle)).isEqualTo(ExitReason.KILLED);
        assertThat(reason(busy)).isEqualTo(ExitReason.KILLED);
        assertThat(log).containsExactly("init", "init");
    }

    @Test
    void aServerThatWasKilledDoesNotCleanUpEvenIfItsCallBackReturns() {
        var server = start();
        server.cast((from, self) -> {
            system.exit(self.self(), ExitReason.KILL);
            self.stop(ExitReason.NORMAL);
            return "";
        });
        assertThat(reason(server)).isEqualTo(ExitReason.KILLED);
        assertThat(log).containsExactly("init");
    }

    @Test
    void aSignalToAServerThatDoesNotTrapExitsAllowsNoCleanUp() {
        var server = start();
        system.exit(server.pid(), ExitReason.SHUTDOWN);
        assertThat(reason(server)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(log).containsExactly("init");
    }

    @Test
    void aServerThatTrapsExitsStopsWithItsParent() {
        CompletableFuture<StartResult> started = new CompletableFuture<>();
        CountDownLatch end = new CountDownLatch(1);
        system.spawn(self -> {
            started.complete(self.startLink(GenServerRef.linkedTo(Obedient::new, self.self()),
                    SpawnOptions.DEFAULT.trappingExits()));
            end.await();
            throw self.exit(BOOM);
        });
        assertThat(started.join()).isInstanceOf(StartResult.Started.class);
        end.countDown();
        world.quiesce();
        assertThat(log).containsExactly("init", "terminate boom");
        assertThat(system.processes()).isEmpty();
    }

    @Test
    void aNewParentIsThatOfOneServerOnlyAlsoIfOthersWereStartedFromTheSame() {
        ProcessInit twice = GenServerRef.linkedTo(Obedient::new, system.rootPid());
        CompletableFuture<Pid> adopted = new CompletableFuture<>();
        Pid newParent = system.spawn(self -> {
            Pid first = ((StartResult.Started) system.start(twice, SpawnOptions.DEFAULT.trappingExits())).pid();
            new GenServerRef<>(system, first).parentIs(self.self());
            adopted.complete(first);
            self.receive(message -> message.equals("go"));
            self.monitor(first);
            self.exit(first, BOOM);
            self.receive(Down.class::isInstance); // or else the two would end and begin at the same time
            Pid second = ((StartResult.Started) system.start(twice, SpawnOptions.DEFAULT.trappingExits())).pid();
            self.exit(second, ExitReason.SHUTDOWN);
            self.receive();
        });
        adopted.join();
        world.quiesce();
        newParent.send("go");
        world.quiesce();
        assertThat(log).containsExactly("init", "terminate boom", "init",
                "info " + new Exit(newParent, ExitReason.SHUTDOWN));
    }

    @Test
    void toAServerWithoutAParentTheOutsideIsItsParent() {
        var server = start(SpawnOptions.DEFAULT.trappingExits());
        system.exit(server.pid(), ExitReason.SHUTDOWN);
        assertThat(reason(server)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(log).containsExactly("init", "terminate shutdown");
    }

    // ---- init

    private ServerExitedException failedStart(Deed init) {
        GenServer<Deed, String, Deed> server = new GenServer<>() {
            @Override
            public Init init(ServerContext self) throws Exception {
                return Init.valueOf(init.apply(null, self));
            }

            @Override
            public String handleCall(Deed request, ReplyTo<String> from, ServerContext self) {
                return "";
            }

            @Override
            public void terminate(ExitReason reason, ServerContext self) {
                log.add("terminate");
            }
        };
        try {
            GenServerRef.start(system, () -> server, SpawnOptions.DEFAULT);
            throw new AssertionError("started");
        } catch (ServerExitedException e) {
            world.quiesce();
            assertThat(system.processes()).isEmpty();
            assertThat(log).as("an init that fails is not cleaned up after").isEmpty();
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInitThatThrowsStopsOrExitsIsAFailedStart() {
        IllegalStateException thrown = new IllegalStateException("init");
        assertThat(failedStart((from, self) -> {
            throw thrown;
        })).hasCause(thrown);
        assertThat(failedStart((from, self) -> {
            self.stop(BOOM);
            return "READY";
        }).reason()).isEqualTo(BOOM);
        assertThat(failedStart((from, self) -> {
            throw self.process().exit(BOOM);
        }).reason()).isEqualTo(BOOM);
        assertThat(failedStart((from, self) -> {
            system.exit(self.self(), ExitReason.KILL);
            throw new AssertionError("nobody sees this");
        }).reason()).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void anInitWithNothingToDoIsAnOrderlyEnd() {
        assertThat(failedStart((from, self) -> "IGNORE").reason()).isEqualTo(ExitReason.NORMAL);
    }

    @Test
    void aSupplierThatThrowsIsAFailedStart() {
        assertThatExceptionOfType(ServerExitedException.class).isThrownBy(() -> GenServerRef.start(system, () -> {
            throw new IllegalStateException("no server");
        }, SpawnOptions.DEFAULT)).withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInterruptOfTheStarterKillsTheServer() {
        CompletableFuture<Pid> inside = new CompletableFuture<>();
        GenServer<String, String, String> slow = new GenServer<>() {
            @Override
            public Init init(ServerContext self) throws Exception {
                inside.complete(self.self());
                self.process().receive();
                return Init.READY;
            }

            @Override
            public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
                return request;
            }
        };
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread starter = Thread.ofVirtual().start(() -> {
            try {
                GenServerRef.start(system, () -> slow, SpawnOptions.DEFAULT);
            } catch (Throwable e) {
                thrown.complete(e);
            }
        });
        inside.join();
        starter.interrupt();
        assertThat(thrown.join()).isInstanceOf(InterruptedException.class);
        world.quiesce();
        assertThat(system.exitReason(inside.join())).contains(ExitReason.KILLED);
    }
}
