package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.conformance.World;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessLifeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final World world = new World();
    private final ProcessSystem system = world.system();

    @AfterEach
    void close() {
        world.close();
    }

    private ExitReason reasonOf(ProcessBody body) {
        Pid pid = system.spawn(body);
        world.quiesce();
        return system.exitReason(pid).orElseThrow();
    }

    @Test
    void aBodyThatReturnsEndsNormally() {
        assertThat(reasonOf(self -> {})).isEqualTo(ExitReason.NORMAL);
    }

    @Test
    void aBodyThatExitsEndsWithItsReason() {
        assertThat(reasonOf(self -> {
            throw self.exit(ExitReason.shutdown("done"));
        })).isEqualTo(ExitReason.shutdown("done"));
    }

    @Test
    void aBodyThatThrowsCrashesWithWhatItThrew() {
        Exception checked = new Exception("checked");
        assertThat(reasonOf(self -> {
            throw checked;
        })).isEqualTo(ExitReason.failure(checked));
        StackOverflowError error = new StackOverflowError();
        assertThat(reasonOf(self -> {
            throw error;
        }).cause()).containsSame(error);
    }

    @Test
    void anExitThatIsCaughtAndSwallowedDoesNotBringAProcessBackToLife() {
        assertThat(reasonOf(self -> {
            try {
                self.exit(self.self(), ExitReason.of("boom"));
            } catch (ProcessExit swallowed) {
                assertThat(swallowed).hasMessage("process exit: boom");
            }
        })).isEqualTo(ExitReason.of("boom"));
    }

    @Test
    void aProcessRunsOnAVirtualThreadUnlessAskedOtherwise() {
        CompletableFuture<Thread> usual = new CompletableFuture<>();
        CompletableFuture<Thread> platform = new CompletableFuture<>();
        system.spawn(self -> usual.complete(Thread.currentThread()));
        system.spawn(self -> platform.complete(Thread.currentThread()),
                SpawnOptions.labelled("mine").onPlatformThread());
        assertThat(usual.join().isVirtual()).isTrue();
        assertThat(platform.join().isVirtual()).isFalse();
        assertThat(platform.join().isDaemon()).isTrue();
        assertThat(platform.join().getName()).isEqualTo("mine");
    }

    @Test
    void optionsKeepOneAnother() {
        assertThat(SpawnOptions.labelled("a").onPlatformThread().trappingExits())
                .isEqualTo(SpawnOptions.labelled("a").trappingExits().onPlatformThread())
                .isEqualTo(new SpawnOptions("a", true, true));
    }

    @Test
    void theCurrentProcessIsKnownOnItsOwnThreadAndNowhereElse() {
        CompletableFuture<ProcessContext> inside = new CompletableFuture<>();
        Pid pid = system.spawn(self -> {
            assertThat(ProcessSystem.currentProcess()).isSameAs(self);
            inside.complete(self);
        });
        assertThat(inside.join().self()).isEqualTo(pid);
        assertThat(inside.join().system()).isSameAs(system);
        assertThat(inside.join().clock()).isSameAs(world.clock());
        assertThat(ProcessSystem.currentProcess()).isNull();
    }

    @Test
    void pidsAreOrderedByTheirSpawnsAndShowTheirLabel() {
        Puppet first = new Puppet(world, "first");
        Puppet second = new Puppet(world, SpawnOptions.DEFAULT);
        assertThat(first.pid()).isLessThan(second.pid()).isNotEqualTo(second.pid());
        assertThat(first.pid()).hasToString("<" + first.pid().id() + " first>");
        assertThat(second.pid()).hasToString("<" + second.pid().id() + ">");
        assertThat(system.processes()).containsExactly(first.pid(), second.pid());
        assertThat(system.rootPid()).hasToString("<0 system>");
    }

    @Test
    void itTellsWhatAProcessIsDoing() {
        Puppet puppet = Puppet.trapping(world, "puppet");
        Puppet other = new Puppet(world, "other");
        puppet.run(self -> self.link(other.pid()));
        puppet.begin(self -> self.receive(message -> message.equals("never")));
        puppet.pid().send("kept");
        world.quiesce();
        ProcessInfo info = system.info(puppet.pid());
        assertThat(info.pid()).isEqualTo(puppet.pid());
        assertThat(info.status()).isEqualTo(ProcessStatus.WAITING);
        assertThat(info.messageQueueLength()).isOne();
        assertThat(info.trapExits()).isTrue();
        assertThat(info.links()).containsExactly(other.pid());
        assertThat(info.registeredName()).isEmpty();
        system.exit(puppet.pid(), ExitReason.KILL);
        world.quiesce();
        assertThat(system.info(puppet.pid()).status()).isEqualTo(ProcessStatus.ENDED);
        assertThat(system.info(puppet.pid()).links()).isEmpty();
        assertThat(system.exitReason(other.pid())).contains(ExitReason.KILLED);
    }

    // ---- orphans

    @Test
    void aProcessThatIgnoresInterruptsIsDeadToEveryoneAtOnceAndCountedUntilItsThreadEnds() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Throwable> afterwards = new CompletableFuture<>();
        Pid stubborn = system.spawn(self -> {
            begun.countDown();
            while (true) {
                try {
                    release.await();
                    break;
                } catch (InterruptedException ignored) {
                    // the subject of this test
                }
            }
            try {
                self.trapExits(true);
            } catch (ProcessExit refused) {
                afterwards.complete(refused);
            }
        }, SpawnOptions.labelled("stubborn").onPlatformThread());
        Puppet watcher = Puppet.trapping(world, "watcher");
        begun.await();
        watcher.begin(self -> {
            self.link(stubborn);
            return self.monitor(stubborn);
        }).join();
        system.register("stubborn", stubborn);
        assertThat(system.orphanCount()).isZero();

        system.exit(stubborn, ExitReason.KILL);

        assertThat(stubborn.isAlive()).isFalse();
        assertThat(system.whereis("stubborn")).isEmpty();
        assertThat(system.processes()).doesNotContain(stubborn);
        assertThat(system.info(stubborn).status()).isEqualTo(ProcessStatus.ORPHANED);
        assertThat(system.orphanCount()).isOne();
        assertThat(system.orphaned()).containsExactly(stubborn);
        assertThat(system.threadCount()).isEqualTo(2);
        assertThat(system.awaitThreads(Duration.ZERO)).isFalse();

        release.countDown();
        assertThat(afterwards.join()).isInstanceOf(ProcessExit.class);
        assertThat(watcher.messages()).hasSize(2);
        assertThat(system.orphanCount()).isZero();
        assertThat(system.info(stubborn).status()).isEqualTo(ProcessStatus.ENDED);
    }

    // ---- closing

    @Test
    void closingKillsEveryProcessAndRefusesNewOnes() throws InterruptedException {
        Puppet plain = new Puppet(world, "plain");
        Puppet trapping = Puppet.trapping(world, "trapping");
        system.close();
        system.close();
        assertThat(system.processes()).isEmpty();
        assertThat(system.awaitThreads(PATIENCE)).isTrue();
        assertThat(plain.reason()).isEqualTo(ExitReason.KILLED);
        assertThat(trapping.reason()).isEqualTo(ExitReason.KILLED);
        assertThatIllegalStateException().isThrownBy(() -> system.spawn(self -> {})).withMessageContaining("closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> system.start(self -> InitResult.ignore(), SpawnOptions.DEFAULT));
    }

    @Test
    void waitingForTheThreadsEndsWhenTheCallerIsInterrupted() {
        new Puppet(world, "puppet");
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> system.awaitThreads(PATIENCE));
    }

    @Test
    void aSystemOfItsOwnRunsOnTheRealClock() throws InterruptedException {
        try (ProcessSystem real = new ProcessSystem()) {
            CompletableFuture<Object> taken = new CompletableFuture<>();
            real.spawn(self -> {
                self.sleep(Duration.ofMillis(1));
                taken.complete(String.valueOf(self.receive(Duration.ofMillis(1))));
            });
            assertThat(taken.join()).isEqualTo("null");
            assertThat(real.awaitThreads(PATIENCE)).isTrue();
        }
    }
}
