package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The starts that a supervisor waits for, and those that it does not wait for. */
@Timeout(60)
class ChildStartTest {

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void nobodyIsLeft() throws InterruptedException {
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
    }

    private Supervisor start() throws InterruptedException {
        return Supervisor.start(system, SupervisorSpec.oneForOne("nursery"));
    }

    private static Pid started(ChildResult result) {
        assertThat(result).isInstanceOf(ChildResult.Started.class);
        return ((ChildResult.Started) result).pid();
    }

    @Test
    void aChildWithABodyHasBeenStartedOnceItIsSpawnedHoweverItEnds() throws Exception {
        Supervisor supervisor = start();
        Pid pid = started(supervisor.startChild(ChildSpec.of("crash", ChildStart.body("crash", self -> {
            throw new IllegalStateException("expected by a test");
        })).restart(RestartType.TEMPORARY)));
        CompletableFuture<ExitReason> end = new CompletableFuture<>();
        system.onExit(pid, (process, reason) -> end.complete(reason));
        assertThat(end.get(50, TimeUnit.SECONDS).cause()).get().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aChildWithABodyIsLinkedFromTheBeginningAndRestarted() throws Exception {
        Supervisor supervisor = start();
        Pid pid = started(
                supervisor.startChild(ChildSpec.of("child", ChildStart.body("child", self -> self.receive()))));
        system.exit(pid, ExitReason.KILL); // perhaps before its first instruction
        assertThat(supervisor.child("child")).get().extracting(ChildInfo::restarts).isEqualTo(1);
        Pid second = supervisor.pid("child").orElseThrow();
        assertThat(second).isNotEqualTo(pid);
        assertThat(second.isAlive()).isTrue();
    }

    @Test
    void aChildWithAnInitIsWaitedFor() throws Exception {
        Supervisor supervisor = start();
        CountDownLatch prepared = new CountDownLatch(1);
        CompletableFuture<ChildResult> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(supervisor.startChild(ChildSpec.of("slow", ChildStart.process("slow", self -> {
                    prepared.await();
                    return InitResult.ok(own -> own.receive(), "ready");
                }))));
            } catch (InterruptedException e) {
                result.completeExceptionally(e);
            }
        });
        while (system.processes().size() < 2) {
            Thread.onSpinWait();
        }
        assertThat(result).isNotDone();
        prepared.countDown();
        assertThat(result.get(50, TimeUnit.SECONDS)).isInstanceOf(ChildResult.Started.class);
    }
}
