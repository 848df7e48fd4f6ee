package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.conformance.World;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallerRunsTest {

    private static final ExitReason BOOM = ExitReason.of("boom");

    /**
     * The state of this test's process. It has no lock and no volatile field: the caller-runs lock orders all accesses.
     */
    private static final class Desk {
        private final ProcessContext owner;
        private int work;

        private Desk(ProcessContext owner) {
            this.owner = owner;
        }
    }

    /** An action for the process itself. */
    private interface Order {
        void obey(Desk desk, CallerRuns<Desk> callerRuns) throws Exception;
    }

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Pid clerk = system.spawn(this::live, SpawnOptions.labelled("clerk"));

    private void live(ProcessContext self) throws Exception {
        Desk desk = new Desk(self);
        CallerRuns<Desk> callerRuns = new CallerRuns<>(self, desk);
        while (true) {
            ((Order) callerRuns.receive()).obey(desk, callerRuns);
        }
    }

    private void order(Order order) {
        clerk.send(order);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Integer work() {
        return CallerRuns.tryRun(clerk, Desk.class, desk -> ++desk.work);
    }

    @Test
    void whileTheProcessWaitsOthersActForItOnTheirOwnThread() {
        world.quiesce();
        assertThat(work()).isEqualTo(1);
        order((desk, callerRuns) -> desk.work += 10);
        world.quiesce();
        assertThat(work()).isEqualTo(12);
        assertThat(CallerRuns.<Desk, Thread>tryRun(clerk, Desk.class, desk -> Thread.currentThread()))
                .isSameAs(Thread.currentThread());
    }

    @Test
    void whileTheProcessWorksNobodyActs() {
        CountDownLatch told = new CountDownLatch(1);
        CompletableFuture<Boolean> busy = new CompletableFuture<>();
        order((desk, callerRuns) -> {
            busy.complete(true);
            told.await();
        });
        busy.join();
        assertThat(work()).isNull();
        told.countDown();
        world.quiesce();
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void twoDoNotActAtOnceAndTheProcessWaitsForWhoActs() {
        world.quiesce();
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        Integer result = CallerRuns.<Desk, Integer>tryRun(clerk, Desk.class, desk -> {
            assertThat(CompletableFuture.supplyAsync(this::work).join()).isNull();
            order((own, callerRuns) -> seen.complete(own.work));
            assertThat(seen).isNotDone();
            desk.work = 7;
            return desk.work;
        });
        assertThat(result).isEqualTo(7);
        assertThat(seen.join()).isEqualTo(7);
    }

    @Test
    void whoHasSentAMessageFindsItHandledOrDoesNotAct() {
        int acts = 0;
        for (int sent = 1; sent <= 20_000; sent++) {
            order((desk, callerRuns) -> desk.work++);
            Integer handled = CallerRuns.tryRun(clerk, Desk.class, desk -> desk.work);
            if (handled != null) {
                assertThat(handled).isEqualTo(sent);
                acts++;
            }
        }
        world.quiesce();
        assertThat(work()).as("after %d acts", acts).isEqualTo(20_001);
    }

    @Test
    void theWorkMayDecideToDoNothing() {
        world.quiesce();
        assertThat(CallerRuns.<Desk, String>tryRun(clerk, Desk.class, desk -> null)).isNull();
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void nobodyActsForAProcessWithoutATurnOrWithAnotherStateOrThatHasEnded() {
        Puppet plain = new Puppet(world, "plain");
        world.quiesce();
        assertThat(CallerRuns.<Object, String>tryRun(plain.pid(), Object.class, state -> "done")).isNull();
        assertThat(CallerRuns.<String, String>tryRun(clerk, String.class, state -> "done")).isNull();
        system.exit(clerk, BOOM);
        assertThat(work()).isNull();
        world.quiesce();
        assertThat(work()).isNull();
        assertThat(CallerRuns.<Object, String>tryRun(system.rootPid(), Object.class, state -> "done")).isNull();
    }

    @Test
    void oneWhoIsInterruptedDoesNotAct() {
        world.quiesce();
        Thread.currentThread().interrupt();
        assertThat(work()).isNull();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void neitherTheProcessItselfNorOneWhoActsForItCanAsk() {
        CompletableFuture<Throwable> own = new CompletableFuture<>();
        order((desk, callerRuns) -> {
            try {
                own.complete(new AssertionError("acted: " + work()));
            } catch (IllegalStateException expected) {
                own.complete(expected);
            }
        });
        assertThat(own.join()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a process must not ask itself: " + clerk);
        world.quiesce();
        CallerRuns.<Desk, Boolean>tryRun(clerk, Desk.class, desk -> {
            assertThatIllegalStateException().isThrownBy(this::work)
                    .withMessageContaining("a process must not ask itself: " + clerk);
            return true;
        });
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void whoActsCanSpawnAndEndProcessesAsTheProcess() {
        world.quiesce();
        Pid child = CallerRuns.<Desk, Pid>tryRun(clerk, Desk.class, desk -> {
            desk.owner.trapExits(true);
            return desk.owner.spawnLink(ProcessContext::receive, SpawnOptions.labelled("child"));
        });
        assertThat(system.info(clerk).links()).containsExactly(child);
        assertThat(system.info(clerk).trapExits()).isTrue();
        assertThat(CallerRuns.<Desk, Boolean>tryRun(clerk, Desk.class, desk -> desk.owner.dismiss(child, BOOM)))
                .isTrue();
        assertThat(system.exitReason(child)).contains(BOOM);
        assertThat(system.info(clerk).links()).isEmpty();
    }

    @Test
    void whoActsCannotWaitOrReceiveAsTheProcess() {
        world.quiesce();
        String why = "a caller that runs for a process must not wait or receive for it: " + clerk;
        Boolean tried = CallerRuns.<Desk, Boolean>tryRun(clerk, Desk.class, desk -> {
            ProcessContext self = desk.owner;
            assertThatIllegalStateException().isThrownBy(self::receive).withMessageContaining(why);
            assertThatIllegalStateException().isThrownBy(() -> self.receive(Duration.ZERO)).withMessageContaining(why);
            assertThatIllegalStateException().isThrownBy(() -> self.sleep(Duration.ZERO)).withMessageContaining(why);
            assertThatIllegalStateException().isThrownBy(() -> self.startLink(
                    own -> InitResult.ignore(), SpawnOptions.DEFAULT)).withMessageContaining(why);
            Monitor monitor = self.monitor(system.rootPid());
            assertThatIllegalStateException().isThrownBy(() -> self.demonitor(monitor)).withMessageContaining(why);
            return true;
        });
        assertThat(tried).isTrue();
        assertThat(work()).isEqualTo(1);
    }

    @Test
    void whatTheWorkThrowsEndsTheProcess() {
        world.quiesce();
        Error broken = new StackOverflowError("expected by a test");
        AtomicInteger handled = new AtomicInteger();
        assertThat(CallerRuns.<Desk, String>tryRun(clerk, Desk.class, desk -> {
            order((own, callerRuns) -> handled.incrementAndGet()); // by work that may have left the state inconsistent
            throw broken;
        })).isNull();
        assertThat(work()).isNull();
        world.quiesce();
        assertThat(handled).hasValue(0);
        assertThat(system.exitReason(clerk)).hasValueSatisfying(
                reason -> assertThat(reason.cause()).containsSame(broken));
    }

    @Test
    void aProcessThatIsEndedLetsWhoActsComeToItsEnd() {
        world.quiesce();
        AtomicInteger done = new AtomicInteger();
        CallerRuns.<Desk, Boolean>tryRun(clerk, Desk.class, desk -> {
            system.exit(clerk, ExitReason.KILL);
            assertThat(clerk.isAlive()).isFalse();
            while (system.info(clerk).status() != ProcessStatus.ORPHANED) {
                Thread.onSpinWait();
            }
            assertThat(system.orphanCount()).isEqualTo(1);
            done.set(++desk.work);
            return true;
        });
        assertThat(done).hasValue(1);
        world.quiesce();
        assertThat(system.orphanCount()).isZero();
    }

    @Test
    void aTurnIsMadeOnceByTheProcessItselfAndIsForNobodyElse() {
        Puppet other = new Puppet(world, "other");
        CompletableFuture<CallerRuns<Desk>> callerRuns = new CompletableFuture<>();
        order((desk, own) -> callerRuns.complete(own));
        CallerRuns<Desk> clerks = callerRuns.join();
        other.run(self -> {
            assertThatIllegalStateException().isThrownBy(clerks::receive)
                    .withMessageContaining("a process context is for the process's own thread: " + clerk);
            CallerRuns<String> first = new CallerRuns<>(self, "state");
            assertThatIllegalStateException().isThrownBy(() -> new CallerRuns<>(self, "another"))
                    .withMessageContaining(other.pid() + " lets callers run already: " + first);
        });
        ProcessContext context = other.get(self -> self);
        assertThatIllegalStateException().isThrownBy(() -> new CallerRuns<>(context, "state"));
        world.quiesce();
        assertThat(clerks).hasToString("CallerRuns[" + clerk + ", free]");
    }
}
