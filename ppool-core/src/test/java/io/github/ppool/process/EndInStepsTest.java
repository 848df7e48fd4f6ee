package io.github.ppool.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An end has steps: the process is dead, others are told, its thread is interrupted, and the thread ends. */
@Timeout(60)
class EndInStepsTest {

    private final CapturedLog log = CapturedLog.silence();
    private final ProcessSystem system = new ProcessSystem();
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        release.countDown();
        system.close();
        assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
        log.close();
    }

    /** A process that heeds no interrupt until it is released. */
    private Pid deaf() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        Pid pid = system.spawn(self -> {
            runs.countDown();
            waitDeaf();
        });
        runs.await();
        return pid;
    }

    private void waitDeaf() {
        while (true) {
            try {
                release.await();
                return;
            } catch (InterruptedException e) {
                told.add("interrupted");
            }
        }
    }

    @Test
    void a_process_that_is_ended_in_two_steps_is_dead_after_the_first_and_the_others_hear_of_it_in_the_second()
            throws Exception {
        Pid pid = deaf();
        ExitWatch watch = system.onExit(pid, (ended, reason) -> told.add("told " + reason));
        Runnable rest = Objects.requireNonNull(system.beginExit(pid, ExitReason.KILL));
        assertThat(pid.isAlive()).isFalse();
        assertThat(system.exitReason(pid)).contains(ExitReason.KILLED);
        assertThat(system.isOrphaned(pid)).isTrue();
        assertThat(told).isEmpty();
        assertThat(system.beginExit(pid, ExitReason.KILL)).isNull();
        rest.run();
        Eventually.so(() -> told, () -> told.size() == 2);
        assertThat(told).containsExactlyInAnyOrder("told killed", "interrupted");
        watch.cancel();
    }

    @Test
    void a_process_that_traps_exits_gets_a_message_and_there_is_no_second_step() throws Exception {
        CompletableFuture<Object> received = new CompletableFuture<>();
        Pid pid = system.spawn(self -> received.complete(self.receive()), SpawnOptions.DEFAULT.trappingExits());
        assertThat(system.beginExit(pid, ExitReason.SHUTDOWN)).isNull();
        assertThat(received.get(50, TimeUnit.SECONDS)).isInstanceOfSatisfying(Exit.class,
                exit -> assertThat(exit.reason()).isEqualTo(ExitReason.SHUTDOWN));
        assertThat(system.beginExit(system.rootPid(), ExitReason.KILL)).isNull();
    }

    @Test
    void the_end_of_a_thread_is_told_after_that_of_its_process_and_at_once_if_it_has_ended() throws Exception {
        Pid pid = deaf();
        assertThat(system.wasEndedBySignal(pid)).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> system.onThreadEnd(pid, (ended, reason) -> told.add("too early")))
                .withMessageContaining("has not ended");
        system.exit(pid, ExitReason.of("boom"));
        system.onThreadEnd(pid, (ended, reason) -> told.add("thread " + reason));
        assertThat(told).doesNotContain("thread boom");
        assertThat(system.orphaned()).containsExactly(pid);
        assertThat(system.orphanCount()).isEqualTo(1);
        // the thread may still be on its way there
        Eventually.so(() -> List.of(system.stackTrace(pid)), () -> Stream.of(system.stackTrace(pid))
                .anyMatch(frame -> frame.getMethodName().equals("waitDeaf")));
        release.countDown();
        Eventually.so(() -> told, () -> told.contains("thread boom"));
        assertThat(system.isOrphaned(pid)).isFalse();
        assertThat(system.wasEndedBySignal(pid)).isTrue();
        Eventually.so(system::orphaned, () -> system.orphanCount() == 0);
        assertThat(told).doesNotContain("too early");
        told.clear();
        system.onThreadEnd(pid, (ended, reason) -> told.add("late " + reason));
        assertThat(told).containsExactly("late boom");
    }

    @Test
    void a_process_that_ends_by_itself_is_never_an_orphan() throws Exception {
        for (int i = 0; i < 200; i++) {
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            Pid pid = system.spawn(self -> {});
            while (pid.isAlive()) {
                Thread.onSpinWait();
            }
            system.onThreadEnd(pid, (process, reason) -> ended.complete(reason.isNormal()));
            assertThat(system.isOrphaned(pid)).isFalse();
            assertThat(system.wasEndedBySignal(pid)).isFalse();
            assertThat(ended.get(50, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(system.orphanCount()).isZero();
    }
}
