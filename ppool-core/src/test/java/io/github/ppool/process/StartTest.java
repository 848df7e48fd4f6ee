package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.conformance.World;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartTest {

    private static final ExitReason BOOM = ExitReason.of("boom");
    private static final SpawnOptions CHILD = SpawnOptions.labelled("child");

    private final World world = new World();
    private final ProcessSystem system = world.system();
    private final Puppet parent = Puppet.trapping(world, "parent");
    private final AtomicReference<Pid> child = new AtomicReference<>();

    @AfterEach
    void close() {
        world.close();
    }

    /** An init that waits for a message, so that a test can act meanwhile. */
    private InitResult initWaitingFor(ProcessContext self) throws InterruptedException {
        child.set(self.self());
        return (InitResult) self.receive(message -> message instanceof InitResult);
    }

    private static void idle(ProcessContext self) throws InterruptedException {
        self.receive();
    }

    private CompletableFuture<StartResult> beginStart() {
        CompletableFuture<StartResult> started = parent.begin(self -> self.startLink(this::initWaitingFor, CHILD));
        world.quiesce();
        return started;
    }

    @Test
    void theStarterWaitsUntilTheProcessIsReady() {
        CompletableFuture<StartResult> started = beginStart();
        assertThat(started).isNotDone();
        child.get().send(InitResult.ok(StartTest::idle));
        world.quiesce();
        assertThat(started).isCompletedWithValue(new StartResult.Started(child.get(), null));
        assertThat(system.info(child.get()).links()).containsExactly(parent.pid());
    }

    @Test
    void theProcessCanTellItsStarterSomething() throws InterruptedException {
        assertThat(system.start(self -> InitResult.ok(StartTest::idle, "info"), CHILD))
                .isInstanceOfSatisfying(StartResult.Started.class, started -> {
                    assertThat(started.info()).isEqualTo("info");
                    assertThat(system.info(started.pid()).links()).isEmpty();
                });
    }

    @Test
    void messagesThatComeMeanwhileStayInTheMailbox() {
        CompletableFuture<StartResult> started = beginStart();
        parent.pid().send("kept");
        world.quiesce();
        child.get().send(InitResult.ok(StartTest::idle));
        world.quiesce();
        assertThat(started).isCompleted();
        assertThat(parent.messages()).containsExactly("kept");
    }

    @Test
    void whoHasNothingToDoIsIgnoredAndGoneWhenItsStarterHears() {
        StartResult result = parent.get(it -> {
            StartResult outcome = it.startLink(self -> {
                child.set(self.self());
                system.register("name", self.self());
                return InitResult.ignore();
            }, CHILD);
            assertThat(child.get().isAlive()).isFalse();
            assertThat(system.whereis("name")).isEmpty();
            return outcome;
        });
        assertThat(result).isEqualTo(StartResult.Ignored.INSTANCE);
        assertThat(parent.messages()).isEmpty();
        assertThat(system.exitReason(child.get())).contains(ExitReason.NORMAL);
    }

    @Test
    void anInitThatStopsIsAFailureWithItsReason() {
        assertThat(parent.<StartResult>get(it -> it.startLink(self -> InitResult.stop(BOOM), CHILD)))
                .isEqualTo(new StartResult.Failed(BOOM));
        assertThat(parent.messages()).isEmpty();
        assertThat(system.info(parent.pid()).links()).isEmpty();
    }

    @Test
    void anInitThatExitsIsAFailureWithItsReason() {
        assertThat(parent.<StartResult>get(it -> it.startLink(self -> {
            throw self.exit(ExitReason.NORMAL);
        }, CHILD))).isEqualTo(new StartResult.Failed(ExitReason.NORMAL));
        assertThat(parent.messages()).isEmpty();
    }

    @Test
    void anInitThatThrowsIsAFailureWithTheException() {
        for (Throwable thrown : List.of(new IllegalStateException("x"), new AssertionError("y"), new Exception("z"))) {
            assertThat(parent.<StartResult>get(it -> it.startLink(self -> {
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (Exception) thrown;
            }, CHILD))).isEqualTo(new StartResult.Failed(ExitReason.failure(thrown)));
        }
        assertThat(parent.messages()).isEmpty();
    }

    @Test
    void aFailedStartDoesNotEndAStarterThatDoesNotTrapExits() {
        Puppet plain = new Puppet(world, "plain");
        plain.run(it -> it.startLink(self -> InitResult.stop(BOOM), CHILD));
        assertThat(plain.reason()).isNull();
    }

    @Test
    void whoIsKilledDuringItsInitIsAFailureAndLeavesNoExitBehind() {
        CompletableFuture<StartResult> started = beginStart();
        system.exit(child.get(), ExitReason.KILL);
        world.quiesce();
        assertThat(started).isCompletedWithValue(new StartResult.Failed(ExitReason.KILLED));
        assertThat(parent.messages()).isEmpty();
        assertThat(system.info(parent.pid()).links()).isEmpty();
    }

    @Test
    void whoIsKilledDuringItsInitTakesAStarterAlongThatDoesNotTrapExits() {
        Puppet plain = new Puppet(world, "plain");
        plain.begin(self -> self.startLink(this::initWaitingFor, CHILD));
        world.quiesce();
        system.exit(child.get(), ExitReason.KILL);
        assertThat(plain.reason()).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void anUnlinkedStartThatIsKilledDuringItsInitIsAFailure() {
        CompletableFuture<StartResult> started = parent.begin(self -> system.start(this::initWaitingFor, CHILD));
        world.quiesce();
        system.exit(child.get(), BOOM);
        assertThat(started.join()).isEqualTo(new StartResult.Failed(BOOM));
        assertThat(parent.messages()).isEmpty();
    }

    @Test
    void theEndOfAWaitingStarterEndsTheNewProcess() {
        CompletableFuture<StartResult> started = beginStart();
        system.exit(parent.pid(), ExitReason.KILL);
        world.quiesce();
        assertThatThrownBy(started::join).isInstanceOf(CompletionException.class).hasCauseInstanceOf(ProcessExit.class);
        assertThat(system.exitReason(child.get())).contains(ExitReason.KILLED);
    }

    @Test
    void anInterruptOfTheStarterKillsTheNewProcessAndUnlinksIt() {
        Thread thread = parent.get(self -> Thread.currentThread());
        CompletableFuture<StartResult> started = beginStart();
        thread.interrupt();
        assertThatThrownBy(started::join).hasCauseInstanceOf(InterruptedException.class);
        assertThat(system.exitReason(child.get())).contains(ExitReason.KILLED);
        assertThat(parent.messages()).isEmpty();
        assertThat(parent.reason()).isNull();
    }

    @Test
    void anInterruptOfAnUnlinkedStarterKillsTheNewProcess() {
        Thread thread = parent.get(self -> Thread.currentThread());
        CompletableFuture<StartResult> started = parent.begin(self -> system.start(this::initWaitingFor, CHILD));
        world.quiesce();
        thread.interrupt();
        assertThatThrownBy(started::join).hasCauseInstanceOf(InterruptedException.class);
        assertThat(system.exitReason(child.get())).contains(ExitReason.KILLED);
    }

    @Test
    void whoEndsAfterItIsReadyIsToldAlongTheLink() {
        StartResult result = parent.get(it -> it.startLink(self -> InitResult.ok(body -> {
            throw body.exit(BOOM);
        }), CHILD));
        Pid pid = ((StartResult.Started) result).pid();
        assertThat(parent.messages()).containsExactly(new Exit(pid, BOOM));
    }
}
