package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.restart.RestartType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers that must not wait ask a supervisor. They are told later, or not at all. */
@Timeout(60)
class AskedWithoutWaitingTest {

    private final CapturedLog log = CapturedLog.silence();
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private Supervisor start(SupervisorSpec spec) {
        return world.perform(() -> Supervisor.start(world.system(), spec));
    }

    private static ChildSpec idle(String id) {
        return ChildSpec.of(id, ChildStart.body(id, ProcessContext::receive));
    }

    private Pid pid(Supervisor tree, String id) {
        return world.perform(() -> tree.pid(id)).orElseThrow();
    }

    @Test
    void a_child_can_tell_its_own_supervisor_to_stop() {
        List<Supervisor> self = new CopyOnWriteArrayList<>();
        Supervisor tree = start(SupervisorSpec.oneForOne("tree").children(
                ChildSpec.of("child", ChildStart.body("child", it -> {
                    it.receive();
                    self.getFirst().stopAsync();
                    it.receive();
                }))));
        self.add(tree);
        Pid child = pid(tree, "child");
        child.send("stop it");
        world.quiesce();
        assertThat(tree.pid().isAlive()).isFalse();
        assertThat(world.system().exitReason(tree.pid())).contains(ExitReason.SHUTDOWN);
        assertThat(world.system().exitReason(child)).contains(ExitReason.SHUTDOWN);
        tree.stopAsync(); // without effect
        assertThat(world.system().processes()).isEmpty();
    }

    @Test
    void a_child_that_does_not_run_can_be_started_without_waiting() {
        Supervisor tree = start(SupervisorSpec.oneForOne("tree").children(idle("child")));
        Pid first = pid(tree, "child");
        CompletableFuture<ChildResult> running = tree.restartChildAsync("child").toCompletableFuture();
        world.quiesce();
        assertThat(running).isCompleted();
        assertThat(running.join()).isNotInstanceOf(ChildResult.Started.class);
        world.perform(() -> tree.terminateChild("child"));
        CompletableFuture<ChildResult> started = tree.restartChildAsync("child").toCompletableFuture();
        world.quiesce();
        assertThat(started.join()).isInstanceOf(ChildResult.Started.class);
        assertThat(pid(tree, "child")).isNotEqualTo(first);
    }

    @Test
    void a_child_that_is_let_go_runs_on_and_its_end_is_no_longer_the_supervisors_concern() {
        Supervisor tree = start(SupervisorSpec.oneForOne("tree").intensity(0, java.time.Duration.ofSeconds(1))
                .children(idle("child").restart(RestartType.PERMANENT), idle("other")));
        Pid child = pid(tree, "child");
        CompletableFuture<ChildResult> letGo = tree.deleteRunningChildAsync("child").toCompletableFuture();
        world.quiesce();
        assertThat(letGo).isCompleted();
        assertThat(child.isAlive()).isTrue();
        assertThat(world.perform(() -> tree.child("child"))).isEmpty();
        world.system().exit(child, ExitReason.KILL);
        world.quiesce();
        assertThat(tree.pid().isAlive()).isTrue();
        CompletableFuture<ChildResult> unknown = tree.deleteRunningChildAsync("child").toCompletableFuture();
        world.quiesce();
        assertThat(unknown).isCompleted();
        assertThat(unknown.join()).isNotEqualTo(letGo.join());
    }

    @Test
    void whoever_asks_a_supervisor_that_has_ended_is_told_so() {
        Supervisor tree = start(SupervisorSpec.oneForOne("tree").children(idle("child")));
        tree.stopAsync();
        world.quiesce();
        assertThat(tree.restartChildAsync("child").toCompletableFuture()).isCompletedExceptionally();
        assertThat(tree.deleteRunningChildAsync("child").toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void a_supervisor_can_run_on_a_platform_thread_and_says_nothing_of_its_children() {
        List<String> threads = new CopyOnWriteArrayList<>();
        SupervisorSpec spec = SupervisorSpec.oneForOne("tree").onPlatformThread().children(
                ChildSpec.of("child", (parent, argument) -> {
                    threads.add("start on a virtual thread: " + Thread.currentThread().isVirtual());
                    return ChildStart.body("child", self -> {
                        threads.add("child on a virtual thread: " + Thread.currentThread().isVirtual());
                        self.receive();
                    }).start(parent, argument);
                }));
        assertThat(spec.platformThread()).isTrue();
        start(spec);
        world.quiesce();
        assertThat(threads).containsExactly("start on a virtual thread: false", "child on a virtual thread: true");
    }
}
