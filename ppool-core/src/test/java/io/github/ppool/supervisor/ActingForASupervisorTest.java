package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.conformance.World;
import io.github.ppool.process.Exit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the thread that asks a supervisor does by itself, and what it leaves to the supervisor's. */
@Timeout(30)
class ActingForASupervisorTest {

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
        return ChildSpec.of(id, ChildStart.body(id, ActingForASupervisorTest::idle));
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

    /** The thread that ends a process tells those who listen for its end. */
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

    @Test
    void listenersAreCalledOnTheSupervisorsThread() throws Exception {
        List<Thread> told = Collections.synchronizedList(new ArrayList<>());
        Supervisor supervisor = start(SupervisorSpec.oneForOne("nursery").listener(
                event -> told.add(Thread.currentThread())));
        supervisor.startChild(child("a"));
        supervisor.terminateChild("a");
        assertThat(told).hasSize(2).doesNotContain(Thread.currentThread());
    }

    @Test
    void aSupervisorThatLogsItsProgressOrIsTracedDoesItAll() throws Exception {
        Supervisor supervisor = start();
        log.setLevel(Level.DEBUG);
        log.setAdditive(false);
        try {
            Pid pid = started(supervisor.startChild(child("a")));
            CompletableFuture<Thread> ender = enderOf(pid);
            supervisor.terminateChild("a");
            assertThat(ender.join()).isNotSameAs(Thread.currentThread());
        } finally {
            log.setAdditive(true);
            log.setLevel(Level.OFF);
        }
        supervisor.trace(true);
        world.quiesce();
        long slept = wakeUps(supervisor);
        supervisor.countChildren();
        world.quiesce();
        assertThat(wakeUps(supervisor)).isGreaterThan(slept);
    }

    @Test
    void aSupervisorThatIsBusyIsAskedAndAnswersAfterwards() throws Exception {
        Supervisor supervisor = start();
        CountDownLatch prepared = new CountDownLatch(1);
        CompletableFuture<ChildResult> slow = supervisor.startChildAsync(ChildSpec.of("slow",
                ChildStart.process("slow", self -> {
                    prepared.await();
                    return InitResult.ok(ActingForASupervisorTest::idle);
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
        assertThat(slow.get(10, TimeUnit.SECONDS)).isInstanceOf(ChildResult.Started.class);
        assertThat(counts.get(10, TimeUnit.SECONDS)).isEqualTo(new ChildCounts(1, 1, 0, 1));
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
