package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Children that have died without their supervisor, and children that ask a supervisor while it waits for them. */
@Timeout(60)
class ChildrenAndTheirSupervisorTest {

    private final CapturedLog log = CapturedLog.silence();
    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private Supervisor start(ChildSpec... children) {
        return world.perform(() -> Supervisor.start(world.system(),
                SupervisorSpec.oneForOne("tree").children(children)));
    }

    private ChildCounts counts(Supervisor tree) {
        return world.perform(tree::countChildren);
    }

    // ---- how many are alive

    private static void awaitEnd(Pid pid) {
        while (pid.isAlive()) {
            Thread.onSpinWait();
        }
    }

    private ChildStart unlinked(boolean diesAtOnce) {
        return (parent, argument) -> {
            Pid pid = world.system().spawn(self -> {
                if (!diesAtOnce) {
                    self.receive();
                }
            }, SpawnOptions.labelled("unlinked"));
            if (diesAtOnce) {
                awaitEnd(pid);
            }
            return new StartResult.Started(pid, null);
        };
    }

    @Test
    void a_child_that_is_not_linked_counts_as_active_while_it_is_alive() {
        Supervisor tree = start(ChildSpec.of("stays", ChildStart.body("stays", self -> self.receive())),
                ChildSpec.of("unlinked", unlinked(false)));
        assertThat(counts(tree)).returns(2, ChildCounts::specs).returns(2, ChildCounts::active);
        Pid pid = world.perform(() -> tree.pid("unlinked")).orElseThrow();
        world.system().exit(pid, ExitReason.of("boom"));
        assertThat(counts(tree)).returns(2, ChildCounts::specs).returns(1, ChildCounts::active)
                .returns(2, ChildCounts::workers);
        world.perform(() -> tree.terminateChild("unlinked"));
        assertThat(counts(tree)).returns(2, ChildCounts::specs).returns(1, ChildCounts::active);
        world.perform(() -> tree.restartChild("unlinked"));
        assertThat(counts(tree).active()).isEqualTo(2);
    }

    @Test
    void a_child_that_is_dead_before_its_supervisor_has_it_does_not_count_as_active() {
        Supervisor tree = start(ChildSpec.of("unlinked", unlinked(true)));
        assertThat(counts(tree)).returns(1, ChildCounts::specs).returns(0, ChildCounts::active);
        ChildSpec linked = ChildSpec.of("linked", (parent, argument) -> {
            Pid pid = parent.spawnLink(self -> {
                throw self.exit(ExitReason.of("boom"));
            }, SpawnOptions.labelled("linked"));
            awaitEnd(pid);
            return new StartResult.Started(pid, null);
        });
        world.perform(() -> tree.startChild(linked.restart(RestartType.TEMPORARY)));
        assertThat(counts(tree).active()).isZero();
        assertThat(world.perform(() -> tree.stop(Duration.ofSeconds(5)))).isTrue();
    }

    // ---- a child that asks the supervisor that waits for it

    /** The question of a child to its supervisor. */
    private enum Asks {
        WHICH_CHILDREN,
        COUNT_CHILDREN,
        START_CHILD,
        TERMINATE_CHILD,
        STOP;

        private void of(Supervisor above) throws InterruptedException {
            switch (this) {
                case WHICH_CHILDREN -> above.whichChildren();
                case COUNT_CHILDREN -> above.countChildren();
                case START_CHILD -> above.startChild(ChildSpec.of("other", ChildStart.process("other",
                        self -> InitResult.ok(it -> it.receive()))));
                case TERMINATE_CHILD -> above.terminateChild("asks");
                case STOP -> above.stop(Duration.ofSeconds(5));
            }
        }
    }

    private void ask(Asks asks, Pid supervisor, AtomicReference<@Nullable Throwable> told) throws Exception {
        try {
            asks.of(Supervisor.of(world.system(), supervisor));
        } catch (IllegalStateException e) {
            told.set(e);
            throw e;
        }
    }

    private static void assertTold(AtomicReference<@Nullable Throwable> told) {
        assertThat(told.get()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is starting or stopping it, and each would wait for the other");
    }

    @ParameterizedTest
    @EnumSource
    void a_child_that_asks_its_supervisor_while_it_prepares_itself_is_refused_and_has_not_started(Asks asks) {
        AtomicReference<@Nullable Throwable> told = new AtomicReference<>();
        Supervisor tree = start();
        ChildSpec child = ChildSpec.of("asks", (parent, argument) -> parent.startLink(self -> {
            ask(asks, parent.self(), told);
            return InitResult.ok(it -> it.receive());
        }, SpawnOptions.labelled("asks")));
        ChildResult result = world.perform(() -> tree.startChild(child));
        assertTold(told);
        assertThat(result).isInstanceOfSatisfying(ChildResult.Failed.class,
                failed -> assertThat(failed.reason().cause()).containsSame(told.get()));
        assertAnswersAndStops(tree);
    }

    @Test
    void a_process_that_a_child_starts_while_it_prepares_itself_is_refused_too() {
        AtomicReference<@Nullable Throwable> told = new AtomicReference<>();
        Supervisor tree = start();
        ChildSpec child = ChildSpec.of("child", (parent, argument) -> parent.startLink(self -> {
            StartResult below = self.startLink(it -> {
                ask(Asks.WHICH_CHILDREN, parent.self(), told);
                return InitResult.ok(ProcessContext::receive);
            }, SpawnOptions.labelled("below"));
            return below instanceof StartResult.Started
                    ? InitResult.ok(ProcessContext::receive)
                    : InitResult.stop(ExitReason.of("not started"));
        }, SpawnOptions.labelled("child")));
        ChildResult result = world.perform(() -> tree.startChild(child));
        assertTold(told);
        assertThat(result).isInstanceOf(ChildResult.Failed.class);
        assertAnswersAndStops(tree);
    }

    /** A server that asks its supervisor while it cleans up. */
    private final class AsksAtTheEnd implements GenServer<String, String, String> {
        private final Asks asks;
        private final Pid supervisor;
        private final AtomicReference<@Nullable Throwable> told;
        private final List<ExitReason> ends;

        AsksAtTheEnd(Asks asks, Pid supervisor, AtomicReference<@Nullable Throwable> told, List<ExitReason> ends) {
            this.asks = asks;
            this.supervisor = supervisor;
            this.told = told;
            this.ends = ends;
        }

        @Override
        public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
            return request;
        }

        @Override
        public void terminate(ExitReason reason, ServerContext self) {
            ends.add(reason);
            try {
                ask(asks, supervisor, told);
            } catch (Exception e) {
                // it has been told
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_child_that_asks_its_supervisor_while_it_cleans_up_is_refused_and_ends(Asks asks) {
        AtomicReference<@Nullable Throwable> told = new AtomicReference<>();
        List<ExitReason> ends = new CopyOnWriteArrayList<>();
        ChildStart start = (parent, argument) -> ChildStart
                .genServer(SpawnOptions.labelled("asks").trappingExits(),
                        () -> new AsksAtTheEnd(asks, parent.self(), told, ends))
                .start(parent, argument);
        Supervisor tree = start(ChildSpec.of("asks", start).shutdown(Shutdown.after(Duration.ofHours(1))));
        long before = world.clock().nanoTime();
        world.perform(() -> tree.terminateChild("asks"));
        assertTold(told);
        assertThat(ends).containsExactly(ExitReason.SHUTDOWN);
        assertThat(world.clock().nanoTime()).isEqualTo(before);
        assertThat(counts(tree).active()).isZero();
        told.set(null);
        world.perform(() -> tree.restartChild("asks"));
        assertThat(world.perform(() -> tree.stop(Duration.ofHours(1)))).isTrue();
        assertTold(told);
        assertThat(world.clock().nanoTime()).isEqualTo(before);
    }

    @Test
    void a_child_is_refused_from_the_moment_on_at_which_it_is_told_to_end() {
        for (int round = 0; round < 300; round++) {
            a_child_that_asks_its_supervisor_while_it_cleans_up_is_refused_and_ends(Asks.COUNT_CHILDREN);
        }
    }

    @Test
    void a_child_of_a_template_that_asks_while_it_cleans_up_is_refused_too() {
        AtomicReference<@Nullable Throwable> told = new AtomicReference<>();
        List<ExitReason> ends = new CopyOnWriteArrayList<>();
        ChildStart start = (parent, argument) -> ChildStart
                .genServer(SpawnOptions.labelled("asks").trappingExits(),
                        () -> new AsksAtTheEnd(Asks.COUNT_CHILDREN, parent.self(), told, ends))
                .start(parent, null);
        Supervisor tree = world.perform(() -> Supervisor.start(world.system(), SupervisorSpec.simpleOneForOne("tree",
                ChildSpec.of("template", start).shutdown(Shutdown.after(Duration.ofHours(1))))));
        for (int i = 0; i < 3; i++) {
            world.perform(() -> tree.startChild("an argument"));
        }
        long before = world.clock().nanoTime();
        assertThat(world.perform(() -> tree.stop(Duration.ofHours(2)))).isTrue();
        assertTold(told);
        assertThat(ends).hasSize(3);
        assertThat(world.clock().nanoTime()).isEqualTo(before);
    }

    @Test
    void a_child_that_is_ready_may_ask() {
        AtomicReference<@Nullable ChildCounts> counted = new AtomicReference<>();
        Supervisor tree = start(
                ChildSpec.of("asks", (parent, argument) -> parent.startLink(self -> InitResult.ok(it -> {
                    counted.set(Supervisor.of(world.system(), parent.self()).countChildren());
                    it.receive();
                }), SpawnOptions.labelled("asks"))));
        world.quiesce();
        assertThat(counted.get()).isNotNull().returns(1, ChildCounts::active);
        assertAnswersAndStops(tree);
    }

    private void assertAnswersAndStops(Supervisor tree) {
        assertThat(counts(tree).workers()).isBetween(0, 1); // it answers
        assertThat(world.perform(() -> tree.stop(Duration.ofSeconds(5)))).isTrue();
        assertThat(world.system().processes()).isEmpty();
    }
}
