package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Supervisors by name, their end with a reason, and the values that children pass at their start. */
class SupervisorByNameTest {

    private final Nursery nursery = new Nursery();

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
    }

    private ProcessSystem system() {
        return nursery.world.system();
    }

    private SupervisorSpec mail() {
        return SupervisorSpec.oneForOne("mail supervisor").registered("mail");
    }

    // ---- names

    @Test
    void a_supervisor_is_found_by_its_registered_name() {
        Supervisor mail = nursery.start(mail().children(nursery.permanent("a")));
        assertThat(Supervisor.named(system(), "mail")).contains(mail);
        assertThat(system().whereis("mail")).contains(mail.pid());
        assertThat(nursery.children(Supervisor.named(system(), "mail").orElseThrow())).containsExactly("a:running");
        assertThat(Supervisor.named(system(), "mail supervisor")).as("the label is no name").isEmpty();
        assertThat(Supervisor.named(system(), "other")).isEmpty();
    }

    @Test
    void it_has_its_name_before_its_first_child_starts() {
        nursery.start(mail().children(ChildSpec.of("asks", (supervisor, argument) -> {
            assertThat(supervisor.system().whereis("mail")).contains(supervisor.self());
            return supervisor.startLink(self -> InitResult.ok(ProcessContext::receive), SpawnOptions.DEFAULT);
        })));
    }

    @Test
    void a_second_of_the_same_name_is_refused_with_the_pid_of_the_first_and_starts_no_child() {
        Supervisor first = nursery.start(mail());
        assertThatThrownBy(() -> nursery.start(mail().children(nursery.permanent("never"))))
                .isInstanceOfSatisfying(SupervisorStartException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(ExitReason.of(new AlreadyStarted("mail", first.pid()))))
                .hasMessage("supervisor 'mail supervisor' could not be started: {already_started, " + first.pid()
                        + "}");
        StartResult linked = nursery.perform(() -> Supervisor.startLink(ProcessSystem.currentProcess(), mail()));
        assertThat(linked)
                .isEqualTo(new StartResult.Failed(ExitReason.of(new AlreadyStarted("mail", first.pid()))));
        assertThat(nursery.diary()).isEmpty();
        assertThat(system().processes()).containsExactly(first.pid());
        assertThat(Supervisor.named(system(), "mail")).contains(first);
    }

    @Test
    void a_name_that_any_process_has_is_taken() {
        Pid holder = system().spawn(ProcessContext::receive);
        system().register("mail", holder);
        Supervisor above = nursery.start(SupervisorSpec.oneForOne("above"));
        ChildResult refused = nursery.perform(() -> above.startChild(ChildSpec.supervisor("mail", mail())));
        assertThat(refused).isEqualTo(new ChildResult.Failed(ExitReason.of(new AlreadyStarted("mail", holder))));
        system().unregister("mail");
        assertThat(nursery.perform(() -> above.startChild(ChildSpec.supervisor("mail", mail()))).isOk()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "kill", "gives up", "fails to start"})
    void the_name_is_free_again_after_the_end(String end) {
        if (end.equals("fails to start")) {
            nursery.failStarts("a", 1, Nursery.BOOM);
            assertThatThrownBy(() -> nursery.start(mail().children(nursery.permanent("a"))))
                    .isInstanceOf(SupervisorStartException.class);
        } else {
            Supervisor mail = nursery.start(mail().intensity(0, Duration.ofSeconds(1))
                    .children(nursery.permanent("a")));
            switch (end) {
                case "stop" -> nursery.stop(mail);
                case "kill" -> system().exit(mail.pid(), ExitReason.KILL);
                default -> nursery.end(mail, "a", Nursery.BOOM);
            }
            assertThat(mail.pid().isAlive()).isFalse();
        }
        assertThat(Supervisor.named(system(), "mail")).isEmpty();
        Supervisor next = nursery.start(mail());
        assertThat(Supervisor.named(system(), "mail")).contains(next);
    }

    @Test
    void a_supervisor_that_is_restarted_has_its_name_again() {
        Supervisor above = nursery.start(SupervisorSpec.oneForOne("above")
                .children(ChildSpec.supervisor("mail", mail().children(nursery.permanent("a")))));
        Pid before = nursery.pid(above, "mail");
        assertThat(system().whereis("mail")).contains(before);
        system().exit(before, ExitReason.KILL);
        nursery.world.quiesce();
        Pid after = nursery.pid(above, "mail");
        assertThat(after).isNotEqualTo(before);
        assertThat(system().whereis("mail")).contains(after);
    }

    @Test
    void names_are_checked_and_belong_to_one_system() {
        assertThatThrownBy(() -> SupervisorSpec.oneForOne("s").registered(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("supervisor 's': registered name must not be empty");
        assertThatThrownBy(() -> SupervisorSpec.oneForOne("s").registered(null))
                .isInstanceOf(NullPointerException.class).hasMessage("registered name must not be null");
        assertThatThrownBy(() -> Supervisor.named(system(), null)).isInstanceOf(NullPointerException.class)
                .hasMessage("name must not be null");
        assertThat(mail().intensity(1, Duration.ofSeconds(1)).autoShutdown(AutoShutdown.NEVER).children()
                .isEmpty()).isTrue();
        assertThat(mail().onPlatformThread().listener(SupervisorListener.NONE).defaultChildSpec(ChildDefaults.NONE)
                .children(List.of()).registeredName()).as("kept by every change").isEqualTo("mail");
        assertThatThrownBy(() -> system().registerOrFind("", system().spawn(ProcessContext::receive)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("name must not be empty");
    }

    /** Many at once: one of them has it, all others are told which. */
    @Test
    void of_many_that_start_at_once_one_has_the_name() throws Exception {
        try (ProcessSystem real = new ProcessSystem(); ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 50; round++) {
                CountDownLatch go = new CountDownLatch(1);
                Callable<Object> start = () -> {
                    go.await();
                    try {
                        return Supervisor.start(real, mail());
                    } catch (SupervisorStartException refused) {
                        return refused.reason();
                    }
                };
                List<Future<Object>> outcomes = java.util.stream.Stream.generate(() -> threads.submit(start)).limit(8)
                        .toList();
                go.countDown();
                List<Object> all = new java.util.ArrayList<>();
                for (Future<Object> outcome : outcomes) {
                    all.add(outcome.get());
                }
                Supervisor winner = (Supervisor) all.stream().filter(Supervisor.class::isInstance).findFirst()
                        .orElseThrow();
                ExitReason taken = ExitReason.of(new AlreadyStarted("mail", winner.pid()));
                assertThat(all).filteredOn(outcome -> !outcome.equals(winner)).hasSize(7).containsOnly(taken);
                assertThat(winner.stop(Duration.ofSeconds(20))).isTrue();
                assertThat(real.whereis("mail")).isEmpty();
            }
        }
    }

    // ---- stop with a reason

    @Test
    void a_supervisor_stops_with_the_reason_that_it_is_given_and_its_children_with_shutdown() {
        for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("moved"),
                Nursery.BOOM)) {
            Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").children(
                    nursery.permanent("a"), nursery.permanent("b")));
            nursery.diary();
            assertThat(nursery.perform(() -> supervisor.stop(reason, Nursery.LONG))).isTrue();
            assertThat(nursery.exitReason(supervisor)).isEqualTo(reason);
            assertThat(nursery.diary()).containsExactly("-b shutdown", "-a shutdown");
            assertThat(nursery.perform(() -> supervisor.stop(Nursery.BOOM, Duration.ZERO))).as("it has ended")
                    .isTrue();
            assertThat(nursery.exitReason(supervisor)).isEqualTo(reason);
        }
    }

    @Test
    void the_reason_decides_whether_the_supervisor_above_starts_it_again() {
        Supervisor above = nursery.start(SupervisorSpec.oneForOne("above").children(
                ChildSpec.supervisor("transient", SupervisorSpec.oneForOne("below")).restart(RestartType.TRANSIENT),
                ChildSpec.supervisor("planned", SupervisorSpec.oneForOne("below"))
                        .plan(RestartPlan.parse("[{stop: enough}]"))));
        Supervisor below = nursery.nested(above, "transient");
        below.stopAsync(Nursery.BOOM);
        nursery.world.quiesce();
        assertThat(nursery.pid(above, "transient")).isNotEqualTo(below.pid());
        nursery.nested(above, "transient").stopAsync(ExitReason.NORMAL);
        nursery.world.quiesce();
        assertThat(nursery.children(above)).containsExactly("transient:undefined", "planned:running");
        nursery.nested(above, "planned").stopAsync(ExitReason.of("leaving"));
        nursery.world.quiesce();
        assertThat(nursery.exitReason(above)).isEqualTo(ExitReason.of("enough"));
    }

    @Test
    void a_stop_without_a_reason_or_a_time_is_refused_and_changes_nothing() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s"));
        assertThatThrownBy(() -> supervisor.stop(null, Duration.ZERO)).isInstanceOf(NullPointerException.class)
                .hasMessage("reason must not be null");
        assertThatThrownBy(() -> supervisor.stop(ExitReason.NORMAL, null)).isInstanceOf(NullPointerException.class)
                .hasMessage("timeout must not be null");
        assertThatThrownBy(() -> supervisor.stopAsync(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("reason must not be null");
        assertThat(supervisor.pid().isAlive()).isTrue();
    }

    // ---- the value that a child passes

    @Test
    void what_a_child_tells_at_its_start_is_seen_by_the_one_that_starts_it() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s"));
        ChildSpec byInit = ChildSpec.of("by init",
                ChildStart.process("child", self -> InitResult.ok(ProcessContext::receive, "port 8080")));
        ChildSpec byFunction = ChildSpec.of("by function", (parent, arguments) -> {
            StartResult started = parent.startLink(self -> InitResult.ok(ProcessContext::receive),
                    SpawnOptions.DEFAULT);
            return started instanceof StartResult.Started(Pid pid, Object unused)
                    ? new StartResult.Started(pid, arguments)
                    : started;
        }, List.of("port", 8081));
        for (ChildSpec child : List.of(byInit, byFunction)) {
            Object info = child == byInit ? "port 8080" : List.of("port", 8081);
            assertThat(nursery.perform(() -> supervisor.startChild(child)))
                    .isEqualTo(new ChildResult.Started(nursery.pid(supervisor, child.id()), info));
            nursery.perform(() -> supervisor.terminateChild(child.id()));
            assertThat(nursery.perform(() -> supervisor.restartChild(child.id())))
                    .isEqualTo(new ChildResult.Started(nursery.pid(supervisor, child.id()), info));
        }
        StartResult linked = nursery.perform(() -> ProcessSystem.currentProcess()
                .startLink(self -> InitResult.ok(ProcessContext::receive, "told"), SpawnOptions.DEFAULT));
        assertThat(linked).isInstanceOfSatisfying(StartResult.Started.class,
                started -> assertThat(started.info()).isEqualTo("told"));
    }
}
