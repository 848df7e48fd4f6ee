package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.ppool.conformance.World;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.RestartType;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The requests that the calling thread runs by itself, and those that it leaves to the supervisor's thread. */
@Timeout(60)
class CallerRunsForSupervisorsTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor");
    private final Level before = log.getLevel();

    @BeforeEach
    void silence() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void close() {
        log.setLevel(before);
        world.close();
    }

    private static ChildSpec child(String id) {
        return ChildSpec.of(id, ChildStart.body(id, CallerRunsForSupervisorsTest::idle));
    }

    private static void idle(ProcessContext self) throws InterruptedException {
        while (true) {
            self.receive();
        }
    }

    private Supervisor start(SupervisorSpec spec) throws InterruptedException {
        Supervisor supervisor = Supervisor.start(system, spec);
        world.quiesce();
        return supervisor;
    }

    private Supervisor start() throws InterruptedException {
        return start(SupervisorSpec.oneForOne("nursery"));
    }

    private static Pid started(ChildResult result) {
        assertThat(result).isInstanceOf(ChildResult.Started.class);
        return ((ChildResult.Started) result).pid();
    }

    /** The thread that ends a process calls the listeners of its end. */
    private CompletableFuture<Thread> enderOf(Pid pid) {
        CompletableFuture<Thread> ender = new CompletableFuture<>();
        system.onExit(pid, (process, reason) -> ender.complete(Thread.currentThread()));
        return ender;
    }

    private long wakeUps(Supervisor supervisor) {
        return system.info(supervisor.pid()).wakeUps();
    }

    @Test
    void anIdleSupervisorSleepsOnWhileItsChildrenComeAndGo() throws Exception {
        Supervisor supervisor = start(SupervisorSpec.simpleOneForOne("nursery",
                child("child").restart(RestartType.TEMPORARY)));
        long slept = wakeUps(supervisor);
        for (int i = 0; i < 100; i++) {
            Pid pid = started(supervisor.startChild("argument"));
            assertThat(supervisor.whichChildren()).extracting(ChildInfo::pid).containsExactly(pid);
            assertThat(system.info(supervisor.pid()).links()).containsExactly(pid);
            CompletableFuture<Thread> ender = enderOf(pid);
            assertThat(supervisor.terminateChild(pid)).isEqualTo(ChildResult.Done.INSTANCE);
            assertThat(ender).isCompletedWithValue(Thread.currentThread());
            assertThat(system.exitReason(pid)).contains(ExitReason.SHUTDOWN);
            assertThat(supervisor.countChildren()).isEqualTo(new ChildCounts(1, 0, 0, 0));
            world.quiesce();
        }
        assertThat(wakeUps(supervisor)).isEqualTo(slept);
    }

    @Test
    void childrenWithIdsComeAndGoAndAreLookedAtInTheSameWay() throws Exception {
        Supervisor supervisor = start();
        long slept = wakeUps(supervisor);
        ChildSpec spec = child("a");
        Pid first = started(supervisor.startChild(spec));
        assertThat(supervisor.startChild(spec))
                .isEqualTo(new ChildResult.Refused(ChildResult.Why.ALREADY_STARTED, first));
        assertThat(supervisor.child("a")).get().extracting(ChildInfo::pid).isEqualTo(first);
        assertThat(supervisor.childSpec("a")).contains(spec);
        assertThat(supervisor.effectiveSpec("a")).isPresent();
        assertThat(supervisor.child("b")).isEmpty();
        assertThat(supervisor.defaultChildSpec()).isEqualTo(ChildDefaults.NONE);
        assertThat(supervisor.terminateChild("a")).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(supervisor.child("a")).get().extracting(ChildInfo::lastExit).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(supervisor.startChild(child("b"))).isInstanceOf(ChildResult.Started.class);
        assertThat(supervisor.terminateAndDeleteChild("b")).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(supervisor.whichChildren()).extracting(ChildInfo::id).containsExactly("a");
        assertThat(wakeUps(supervisor)).isEqualTo(slept);
    }

    @Test
    void aChildStartedByTheCallerIsSupervisedLikeAnyOther() throws Exception {
        Supervisor supervisor = start();
        Pid first = started(supervisor.startChild(child("a")));
        system.exit(first, BOOM);
        world.quiesce();
        assertThat(supervisor.child("a")).get().extracting(ChildInfo::restarts).isEqualTo(1);
        Pid second = supervisor.pid("a").orElseThrow();
        assertThat(supervisor.stop(Duration.ofSeconds(10))).isTrue();
        assertThat(system.exitReason(second)).contains(ExitReason.SHUTDOWN);
    }

    @Test
    void whatMustBeWaitedForIsLeftToTheSupervisor() throws Exception {
        Supervisor supervisor = start();
        List<Object> messages = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Thread> starter = new CompletableFuture<>();
        ChildStart start = (self, argument) -> {
            starter.complete(Thread.currentThread());
            return self.startLink(own -> {
                own.trapExits(true);
                return InitResult.ok(body -> {
                    messages.add(body.receive());
                    throw body.exit(ExitReason.SHUTDOWN);
                });
            }, SpawnOptions.labelled("polite"));
        };
        Pid pid = started(supervisor.startChild(ChildSpec.of("polite", start)));
        assertThat(starter.join()).isNotSameAs(Thread.currentThread());
        CompletableFuture<Thread> ender = enderOf(pid);
        assertThat(supervisor.terminateChild("polite")).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(ender.join()).isNotSameAs(Thread.currentThread());
        assertThat(messages).containsExactly(new Exit(supervisor.pid(), ExitReason.SHUTDOWN));
    }

    @Test
    void aChildThatTrapsExitsCanBeKilledByTheCaller() throws Exception {
        Supervisor supervisor = start();
        Pid pid = started(supervisor.startChild(ChildSpec.of("stubborn", ChildStart.body("stubborn", self -> {
            self.trapExits(true);
            idle(self);
        })).shutdown(Shutdown.brutalKill())));
        world.quiesce();
        CompletableFuture<Thread> ender = enderOf(pid);
        supervisor.terminateChild("stubborn");
        assertThat(ender).isCompletedWithValue(Thread.currentThread());
        assertThat(system.exitReason(pid)).contains(ExitReason.KILLED);
    }

    /** The events of a listener and their threads; the listener keeps them without a lock, as it may. */
    private static final class Told implements SupervisorListener {
        private final List<SupervisorEvent> events = new ArrayList<>();
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicBoolean within = new AtomicBoolean();
        private boolean overlapped;

        @Override
        public void on(SupervisorEvent event) {
            overlapped |= within.getAndSet(true);
            events.add(event);
            threads.add(Thread.currentThread());
            within.set(false);
        }
    }

    @Test
    void listenersAreToldByWhoeverDoesWhatTheyAreToldOf() throws Exception {
        Told told = new Told();
        Supervisor supervisor = start(SupervisorSpec.oneForOne("nursery").listener(told));
        Pid first = started(supervisor.startChild(child("a")));
        system.exit(first, BOOM);
        world.quiesce();
        Pid second = supervisor.pid("a").orElseThrow();
        supervisor.terminateChild("a");
        assertThat(told.events).containsExactly(
                new SupervisorEvent.ChildStarted(supervisor.pid(), "a", first, 0),
                new SupervisorEvent.ChildExited(supervisor.pid(), "a", first, BOOM),
                new SupervisorEvent.ChildStarted(supervisor.pid(), "a", second, 1),
                new SupervisorEvent.ChildStopped(supervisor.pid(), "a", second, ExitReason.SHUTDOWN));
        Thread caller = Thread.currentThread();
        assertThat(told.threads).extracting(thread -> thread.equals(caller)).containsExactly(true, false, false, true);
    }

    @Test
    void listenersAreToldInOrderAndOneAtATimeWhoeverDoesIt() throws Exception {
        int each = 500;
        Told told = new Told();
        Supervisor supervisor = start(SupervisorSpec.simpleOneForOne("nursery",
                child("child").restart(RestartType.TEMPORARY)).listener(told));
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            boolean kills = caller % 2 == 0;
            CompletableFuture<Void> done = new CompletableFuture<>();
            callers.add(done);
            Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < each; i++) {
                        Pid pid = started(supervisor.startChild("argument"));
                        if (kills) {
                            system.exit(pid, BOOM);
                        } else {
                            supervisor.terminateChild(pid);
                        }
                    }
                    done.complete(null);
                } catch (InterruptedException | RuntimeException | Error e) {
                    done.completeExceptionally(e);
                }
            });
        }
        CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).join();
        world.quiesce();
        assertThat(supervisor.countChildren().active()).isZero(); // and the told events happen-before this
        assertThat(told.overlapped).isFalse();
        Map<Pid, List<SupervisorEvent>> ofEach = new HashMap<>();
        for (SupervisorEvent event : told.events) {
            Pid pid = switch (event) {
                case SupervisorEvent.ChildStarted started -> started.pid();
                case SupervisorEvent.ChildExited exited -> exited.pid();
                case SupervisorEvent.ChildStopped stopped -> stopped.pid();
                default -> throw new AssertionError(event);
            };
            ofEach.computeIfAbsent(pid, unused -> new ArrayList<>()).add(event);
        }
        assertThat(ofEach).hasSize(4 * each).allSatisfy((pid, events) -> {
            assertThat(events).hasSize(2);
            assertThat(events.getFirst()).isInstanceOf(SupervisorEvent.ChildStarted.class);
            assertThat(events.getLast()).isNotInstanceOf(SupervisorEvent.ChildStarted.class);
        });
    }

    @Test
    void whatAListenerThrowsOrMustNotAskHurtsNeitherTheCallerNorTheSupervisor() throws Exception {
        List<Throwable> refusals = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Supervisor> asked = new AtomicReference<>();
        Supervisor supervisor = start(SupervisorSpec.oneForOne("nursery").listener(event -> {
            try {
                asked.get().countChildren();
            } catch (IllegalStateException | InterruptedException e) {
                refusals.add(e);
            }
            throw sneaky(new IOException("listener"));
        }));
        asked.set(supervisor);
        long slept = wakeUps(supervisor);
        Pid first = started(supervisor.startChild(child("a")));
        assertThat(supervisor.terminateChild("a")).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(refusals).hasSize(2);
        assertThat(wakeUps(supervisor)).isEqualTo(slept);
        assertThat(first.isAlive()).isFalse();
        // and where the supervisor's own thread tells of it
        system.exit(started(supervisor.restartChild("a")), BOOM);
        world.quiesce();
        assertThat(refusals).hasSize(5).allSatisfy(refusal -> assertThat(refusal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a process must not ask itself: " + supervisor.pid()));
        assertThat(supervisor.pid().isAlive()).isTrue();
        assertThat(supervisor.child("a")).get().extracting(ChildInfo::restarts).isEqualTo(2);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
        throw (X) thrown;
    }

    @Test
    void aListenerMayAskForMoreIfItDoesNotWaitForTheAnswer() throws Exception {
        AtomicReference<Supervisor> asked = new AtomicReference<>();
        Supervisor supervisor = start(SupervisorSpec.oneForOne("nursery").listener(event -> {
            if (event instanceof SupervisorEvent.ChildStarted(Pid of, String id, Pid pid, int restarts)
                    && id.equals("a")) {
                asked.get().startChildAsync(child("b"));
            }
        }));
        asked.set(supervisor);
        started(supervisor.startChild(child("a")));
        world.quiesce();
        assertThat(supervisor.whichChildren()).extracting(ChildInfo::id).containsExactly("a", "b");
    }

    @Test
    void progressIsLoggedByWhoeverMakesIt() throws Exception {
        Supervisor supervisor = start();
        ListAppender<ILoggingEvent> reports = new ListAppender<>();
        reports.start();
        log.setLevel(Level.DEBUG);
        log.setAdditive(false);
        log.addAppender(reports);
        try {
            Pid pid = started(supervisor.startChild(child("a")));
            CompletableFuture<Thread> ender = enderOf(pid);
            supervisor.terminateChild("a");
            assertThat(ender).isCompletedWithValue(Thread.currentThread());
        } finally {
            log.detachAppender(reports);
            log.setAdditive(true);
            log.setLevel(Level.OFF);
        }
        assertThat(reports.list).singleElement().satisfies(report -> {
            assertThat(report.getFormattedMessage()).contains("progress: child 'a'");
            assertThat(report.getThreadName()).isEqualTo(Thread.currentThread().getName());
        });
    }

    @Test
    void aSupervisorThatIsTracedDoesItAll() throws Exception {
        Supervisor supervisor = start();
        supervisor.trace(true);
        world.quiesce();
        long slept = wakeUps(supervisor);
        supervisor.countChildren();
        world.quiesce();
        assertThat(wakeUps(supervisor)).isGreaterThan(slept);
        Pid pid = started(supervisor.startChild(child("a")));
        CompletableFuture<Thread> ender = enderOf(pid);
        supervisor.terminateChild("a");
        assertThat(ender.join()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aSupervisorThatIsBusyIsAskedAndAnswersAfterwards() throws Exception {
        Supervisor supervisor = start();
        CountDownLatch prepared = new CountDownLatch(1);
        CompletableFuture<ChildResult> slow = supervisor.startChildAsync(ChildSpec.of("slow",
                ChildStart.process("slow", self -> {
                    prepared.await();
                    return InitResult.ok(CallerRunsForSupervisorsTest::idle);
                }))).toCompletableFuture();
        CompletableFuture<ChildCounts> counts = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                counts.complete(supervisor.countChildren());
            } catch (InterruptedException e) {
                counts.completeExceptionally(e);
            }
        });
        while (system.info(supervisor.pid()).messageQueueLength() == 0) {
            Thread.onSpinWait();
        }
        assertThat(counts).isNotDone();
        prepared.countDown();
        assertThat(slow.get(50, TimeUnit.SECONDS)).isInstanceOf(ChildResult.Started.class);
        assertThat(counts.get(50, TimeUnit.SECONDS)).isEqualTo(new ChildCounts(1, 1, 0, 1));
    }

    @Test
    void whatOneHasToldTheSupervisorBeforeIsDoneBefore() throws Exception {
        Supervisor supervisor = start();
        for (int i = 0; i < 2_000; i++) {
            var started = supervisor.startChildAsync(child("a"));
            assertThat(supervisor.terminateAndDeleteChild("a")).isEqualTo(ChildResult.Done.INSTANCE);
            assertThat(started.toCompletableFuture().join()).isInstanceOf(ChildResult.Started.class);
        }
    }

    @Test
    void misuseIsRefusedAndCostsNothing() throws Exception {
        Supervisor supervisor = start();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> supervisor.startChild(child("a").restart(RestartType.TRANSIENT).significant()))
                .withMessageContaining("must not be significant while auto-shutdown is never");
        assertThatIllegalArgumentException().isThrownBy(() -> supervisor.startChild((Object) "argument"))
                .withMessageContaining("must be started with a specification");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> supervisor.becomeSupervisor(child("root"), system.rootPid()))
                .withMessage("a child must be a process, got: " + system.rootPid());
        assertThat(supervisor.countChildren()).isEqualTo(new ChildCounts(0, 0, 0, 0));
        assertThat(supervisor.pid().isAlive()).isTrue();
    }

    @Test
    void aChildThatAsksForItsOwnEndFindsOutAtItsNextCall() throws Exception {
        Supervisor supervisor = start();
        AtomicBoolean wentOn = new AtomicBoolean();
        Pid pid = started(supervisor.startChild(ChildSpec.of("suicide", ChildStart.body("suicide", self -> {
            supervisor.terminateChild(self.self());
            self.trapExits(true);
            wentOn.set(true);
        })).restart(RestartType.TEMPORARY)));
        world.quiesce();
        assertThat(supervisor.whichChildren()).isEmpty();
        assertThat(system.exitReason(pid)).contains(ExitReason.SHUTDOWN);
        assertThat(wentOn).isFalse();
    }

    @Test
    void oneWhoListensToTheEndOfAChildCannotAskItsSupervisorMeanwhile() throws Exception {
        Supervisor supervisor = start();
        Pid pid = started(supervisor.startChild(child("a")));
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        Consumer<Supervisor> asking = asked -> {
            try {
                asked.countChildren();
                refusal.complete(new AssertionError("answered"));
            } catch (IllegalStateException | InterruptedException e) {
                refusal.complete(e);
            }
        };
        system.onExit(pid, (process, reason) -> asking.accept(supervisor));
        assertThat(supervisor.terminateChild("a")).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(refusal.join()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a process must not ask itself: " + supervisor.pid());
    }

    @Test
    void whoEndsChildrenFasterThanTheirThreadsRunGivesThemTheProcessor() throws Exception {
        Supervisor supervisor = start(SupervisorSpec.simpleOneForOne("nursery",
                child("child").restart(RestartType.TEMPORARY)));
        CompletableFuture<Integer> mostOrphans = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            int most = 0;
            try {
                for (int i = 0; i < 20_000; i++) {
                    supervisor.terminateChild(started(supervisor.startChild("argument")));
                    most = Math.max(most, system.orphanCount());
                }
                mostOrphans.complete(most);
            } catch (InterruptedException e) {
                mostOrphans.completeExceptionally(e);
            }
        });
        assertThat(mostOrphans.join()).isLessThan(1_000);
        world.quiesce();
        assertThat(system.orphanCount()).isZero();
    }
}
