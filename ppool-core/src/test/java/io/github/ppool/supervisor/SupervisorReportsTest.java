package io.github.ppool.supervisor;

import static io.github.ppool.supervisor.Nursery.BOOM;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartType;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** The reports of supervisors to the log and to their listeners. */
class SupervisorReportsTest {

    private final Nursery nursery = new Nursery();
    private final Logger core = (Logger) LoggerFactory.getLogger("io.github.ppool");
    private final Logger supervisors = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        supervisors.setLevel(Level.DEBUG);
        core.setAdditive(false);
        core.addAppender(log);
        log.start();
    }

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
        core.detachAppender(log);
        core.setAdditive(true);
    }

    private static Map<String, Object> keys(ILoggingEvent event) {
        return event.getKeyValuePairs().stream().filter(pair -> pair.value != null)
                .collect(Collectors.toMap((KeyValuePair pair) -> pair.key, pair -> pair.value));
    }

    private List<ILoggingEvent> reports(String context) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getKeyValuePairs() != null && context.equals(keys(event).get("context")))
                .toList();
    }

    @Test
    void a_crash_and_the_restart_are_reported_with_the_offender_by_the_logger_of_the_supervisors_name() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("mail").children(nursery.permanent("smtp")));
        Pid before = nursery.pid(supervisor, "smtp");
        IllegalStateException thrown = new IllegalStateException("connection lost");
        nursery.end(supervisor, "smtp", ExitReason.failure(thrown));

        assertThat(reports("child_terminated")).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getLoggerName()).isEqualTo("io.github.ppool.supervisor.mail");
            assertThat(event.getFormattedMessage()).contains("mail", "child_terminated", "'smtp'", "connection lost");
            assertThat(keys(event)).containsEntry("supervisor", supervisor.pid()).containsEntry("child", "smtp")
                    .containsEntry("pid", before).containsEntry("reason", ExitReason.failure(thrown))
                    .containsEntry("restarts", 0).containsEntry("type", ChildType.WORKER)
                    .containsEntry("restart", new RestartRule.ByType(RestartType.PERMANENT))
                    .containsEntry("shutdown", Shutdown.WORKER_DEFAULT);
            assertThat(((ThrowableProxy) event.getThrowableProxy()).getThrowable()).isSameAs(thrown);
        });
        assertThat(reports("progress")).hasSize(2).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
            assertThat(event.getThrowableProxy()).isNull();
        });
        assertThat(keys(reports("progress").getLast())).containsEntry("restarts", 1)
                .containsEntry("pid", nursery.pid(supervisor, "smtp"));
    }

    @Test
    void an_orderly_end_is_a_fault_of_permanent_children_only() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").children(
                nursery.permanent("a"), nursery.transient_("b"), nursery.temporary("c"),
                nursery.planned("d", "[wait]")));
        for (String id : List.of("a", "b", "c", "d")) {
            nursery.end(supervisor, id, ExitReason.NORMAL);
        }
        assertThat(reports("child_terminated"))
                .extracting(event -> keys(event).get("child") + " " + event.getLevel())
                .containsExactly("a ERROR", "b DEBUG", "c DEBUG", "d DEBUG");
    }

    @Test
    void a_plan_stands_where_the_restart_type_would() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").children(nursery.planned("a", "[5s]")));
        nursery.end(supervisor, "a", BOOM);
        assertThat(keys(reports("child_terminated").getFirst()).get("restart")).hasToString("[5s] count 1");
    }

    @Test
    void giving_up_is_reported_with_its_cause_and_the_offender() {
        Supervisor supervisor = nursery.start(
                SupervisorSpec.oneForOne("s").intensity(0, Duration.ofSeconds(1)).children(nursery.permanent("a")));
        nursery.end(supervisor, "a", BOOM);
        assertThat(reports("shutdown")).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(keys(event)).containsEntry("child", "a").containsEntry("why", "reached_max_restart_intensity")
                    .containsEntry("reason", ExitReason.SHUTDOWN);
        });
    }

    @Test
    void a_child_that_had_to_be_killed_is_a_shutdown_error_and_one_that_obeyed_is_nothing() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").children(
                nursery.permanent("obeys"), nursery.permanent("hangs"),
                nursery.permanent("brutal").shutdown(Shutdown.brutalKill())));
        nursery.cleansUpFor("hangs", Duration.ofMinutes(1));
        nursery.stop(supervisor);
        assertThat(reports("shutdown_error")).singleElement().satisfies(
                event -> assertThat(keys(event)).containsEntry("child", "hangs")
                        .containsEntry("reason", ExitReason.KILLED));
    }

    @Test
    void children_of_a_template_that_had_to_be_killed_are_one_report_and_an_event_each() {
        Supervisor supervisor = nursery.start(SupervisorSpec.simpleOneForOne("s", nursery.permanent("t")));
        for (int number = 0; number < 5; number++) {
            String name = "c" + number;
            nursery.cleansUpFor(name, Duration.ofMinutes(number < 3 ? 1 : 0));
            nursery.perform(() -> supervisor.startChild(name));
        }
        nursery.stop(supervisor);
        assertThat(reports("shutdown_error")).singleElement()
                .satisfies(event -> assertThat(keys(event)).containsEntry("children", 3));
        assertThat(nursery.told).filteredOn(SupervisorEvent.ChildStopped.class::isInstance).hasSize(5);
    }

    @Test
    void no_stack_trace_is_told_twice_however_far_a_fault_goes_up() {
        SupervisorSpec inner = SupervisorSpec.oneForOne("inner").intensity(1, Duration.ofMinutes(1))
                .children(nursery.permanent("leaf"));
        Supervisor outer = nursery.start(SupervisorSpec.oneForAll("outer").intensity(1, Duration.ofMinutes(1))
                .children(ChildSpec.supervisor("inner", inner)));
        nursery.failStarts("leaf", 1, ExitReason.failure(new IllegalStateException("no start")));
        for (int time = 0; outer.pid().isAlive(); time++) {
            // of one class only the first, and then each hundredth
            RuntimeException fault = time % 2 == 0
                    ? new RuntimeException("no. " + time)
                    : new IllegalArgumentException("no. " + time);
            nursery.end(nursery.nested(outer, "inner"), "leaf", ExitReason.failure(fault));
        }
        eachTraceOnce(4);
    }

    @Test
    void no_stack_trace_is_told_twice_when_a_tree_cannot_be_started() {
        nursery.failStarts("leaf", 1, ExitReason.failure(new IllegalStateException("no start")));
        SupervisorSpec inner = SupervisorSpec.oneForOne("inner").children(nursery.permanent("leaf"));
        SupervisorSpec outer = SupervisorSpec.oneForOne("outer").children(ChildSpec.supervisor("inner", inner));
        try {
            nursery.start(outer);
        } catch (SupervisorStartException expected) {
            assertThat(expected).hasMessageContaining("failed_to_start_child, leaf").hasNoCause();
        }
        assertThat(reports("start_error")).hasSize(2);
        eachTraceOnce(1);
    }

    @Test
    void no_stack_trace_is_told_twice_when_children_die_of_one_another() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s"));
        ChildSpec plain = ChildSpec.of("a", ChildStart.process("a", self -> InitResult.ok(ProcessContext::receive)))
                .restart(RestartType.TEMPORARY);
        Pid first = ((ChildResult.Started) nursery.perform(() -> supervisor.startChild(plain))).pid();
        nursery.perform(() -> supervisor.startChild(ChildSpec.of("b", ChildStart.process("b", self -> {
            self.link(first);
            return InitResult.ok(ProcessContext::receive);
        })).restart(RestartType.TEMPORARY)));
        nursery.world.system().exit(first, ExitReason.failure(new IllegalStateException("both")));
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(reports("child_terminated")).hasSize(2);
        eachTraceOnce(1);
    }

    @Test
    void a_child_that_crashes_again_and_again_has_each_crash_in_a_line_and_each_hundredth_stack_trace() {
        supervisors.setLevel(Level.INFO);
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").children(
                nursery.planned("a", "[restart]").count(RestartCount.INFINITY),
                nursery.planned("b", "[restart]").count(RestartCount.INFINITY)));
        for (int time = 0; time < 101; time++) {
            nursery.end(supervisor, "a", ExitReason.failure(new IllegalStateException("no. " + time)));
        }
        nursery.end(supervisor, "b", ExitReason.failure(new IllegalStateException("another child")));
        assertThat(reports("child_terminated")).hasSize(102)
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).endsWith("; it restarts now"));
        assertThat(reports("back")).hasSize(102).allSatisfy(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.INFO);
            assertThat(event.getFormattedMessage()).endsWith("is back after 0s, 1 attempt");
        });
        eachTraceOnce(3);
    }

    @Test
    void what_follows_a_crash_and_a_failed_start_is_in_their_lines() {
        supervisors.setLevel(Level.INFO);
        Supervisor supervisor = nursery
                .start(SupervisorSpec.oneForOne("s").intensity(2, Duration.ofMinutes(1)).children(
                        nursery.planned("a", "[5s]").count(RestartCount.INFINITY), nursery.planned("waits", "[wait]"),
                        nursery.planned("goes", "[delete]"), nursery.temporary("once"), nursery.permanent("always")));
        nursery.failStarts("a", 2, BOOM);
        for (String id : List.of("a", "waits", "goes", "once")) {
            nursery.end(supervisor, id, BOOM);
        }
        nursery.advance(Duration.ofMinutes(1));
        assertThat(reports("child_terminated")).extracting(event -> keys(event).get("follows")).containsExactly(
                "restarts in 5s", "stays down: its plan says wait", "is given up: its plan says delete",
                "stays down: its restart type is temporary");
        assertThat(reports("start_error")).extracting(event -> keys(event).get("follows"))
                .containsExactly("is tried again in 5s, attempt 2", "is tried again in 5s, attempt 3");
        assertThat(reports("back")).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                .contains("child 'a'").endsWith("is back after 15s, 3 attempts"));
        log.list.clear();
        nursery.perform(() -> supervisor.restartChild("waits"));
        assertThat(reports("back")).singleElement().satisfies(event -> assertThat(event.getFormattedMessage())
                .endsWith("is back after 1m, 1 attempt"));
        for (int time = 0; time < 3; time++) {
            nursery.end(supervisor, "always", BOOM);
        }
        assertThat(reports("child_terminated")).extracting(event -> keys(event).get("follows")).containsExactly(
                "restarts now", "restarts now", "stays down: its supervisor ends (reached_max_restart_intensity)");
    }

    @Test
    void a_listener_that_tells_the_log_itself_has_the_supervisor_quiet_about_crashes_and_loud_about_its_own_end() {
        SupervisorListener loud = new SupervisorListener() {
            @Override
            public void on(SupervisorEvent event) {}

            @Override
            public boolean logsCrashes() {
                return true;
            }
        };
        SupervisorSpec spec = SupervisorSpec.oneForOne("s").intensity(1, Duration.ofMinutes(1)).listener(loud)
                .children(nursery.permanent("a"));
        Supervisor supervisor = nursery.perform(() -> Supervisor.start(nursery.world.system(), spec));
        nursery.end(supervisor, "a", BOOM);
        nursery.end(supervisor, "a", BOOM);
        assertThat(reports("child_terminated")).hasSize(2)
                .allSatisfy(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
        assertThat(reports("back")).singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.DEBUG));
        assertThat(reports("shutdown")).singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.ERROR));
    }

    private void eachTraceOnce(int traces) {
        List<Throwable> all = List.copyOf(log.list).stream().map(event -> (ThrowableProxy) event.getThrowableProxy())
                .filter(Objects::nonNull).map(ThrowableProxy::getThrowable).toList();
        Set<Throwable> different = Collections.newSetFromMap(new IdentityHashMap<>());
        different.addAll(all);
        assertThat(all).hasSameSizeAs(different).hasSize(traces);
    }

    // ---- the listener

    @Test
    void the_listener_is_told_of_starts_ends_restarts_and_the_giving_up_in_their_order() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").intensity(0, Duration.ofSeconds(1))
                .children(nursery.permanent("a"), nursery.planned("b", "[1s, restart]").count(RestartCount.INFINITY)));
        nursery.failStarts("b", 1, BOOM);
        nursery.end(supervisor, "b", BOOM);
        nursery.advance(Duration.ofSeconds(1));
        nursery.perform(() -> supervisor.terminateChild("b"));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.told).allSatisfy(event -> assertThat(event.supervisor()).isEqualTo(supervisor.pid()));
        assertThat(nursery.told).extracting(SupervisorReportsTest::word).containsExactly("started a 0", "started b 0",
                "exited b boom", "scheduled b PT1S", "start failed b boom", "started b 1", "stopped b shutdown",
                "exited a boom", "gave up a shutdown");
    }

    private static String word(SupervisorEvent event) {
        return switch (event) {
            case SupervisorEvent.ChildStarted e -> "started " + e.id() + " " + e.restarts();
            case SupervisorEvent.ChildStartFailed e -> "start failed " + e.id() + " " + e.reason();
            case SupervisorEvent.ChildExited e -> "exited " + e.id() + " " + e.reason();
            case SupervisorEvent.ChildStopped e -> "stopped " + e.id() + " " + e.reason();
            case SupervisorEvent.RestartScheduled e -> "scheduled " + e.id() + " " + e.delay();
            case SupervisorEvent.GaveUp e -> "gave up " + e.id() + " " + e.reason();
        };
    }

    @Test
    void a_listener_that_throws_is_reported_and_disturbs_nothing() {
        SupervisorSpec spec = SupervisorSpec.oneForOne("s").children(nursery.permanent("a")).listener(event -> {
            throw new IllegalStateException("listener");
        });
        Supervisor supervisor = nursery.perform(() -> Supervisor.start(nursery.world.system(), spec));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
        assertThat(log.list).filteredOn(event -> event.getFormattedMessage().contains("listener of supervisor"))
                .hasSize(3);
    }

    @Test
    void an_unexpected_message_is_reported_and_disturbs_nothing() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").children(nursery.permanent("a")));
        supervisor.pid().send("hello?");
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
        assertThat(log.list).anySatisfy(event -> assertThat(event.getFormattedMessage())
                .contains("unexpected message: hello?"));
    }

    @Test
    void an_automatic_shutdown_is_told_too() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("s").autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .children(nursery.transient_("a").significant()));
        nursery.end(supervisor, "a", ExitReason.NORMAL);
        assertThat(reports("auto_shutdown")).singleElement()
                .satisfies(event -> assertThat(event.getLevel()).isEqualTo(Level.INFO));
        assertThat(nursery.told).last().isInstanceOf(SupervisorEvent.GaveUp.class);
    }
}
