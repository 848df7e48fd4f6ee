package io.github.ppool.supervisor;

import static io.github.ppool.supervisor.Nursery.BOOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.PlanExit;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.supervisor.ChildResult.Why;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The features of director beyond OTP's supervisor: plans under a supervisor, and director's calls. */
class DirectorTest {

    private final Nursery nursery = new Nursery();

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor.director");
        logger.detachAndStopAllAppenders();
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private Supervisor with(ChildSpec... children) {
        return nursery.start(SupervisorSpec.oneForOne("director").children(children));
    }

    private static String exit(ExitReason reason) {
        return reason instanceof ExitReason.Other(PlanExit word) ? word.word() : String.valueOf(reason);
    }

    // ---- elements under every strategy

    private static Stream<Arguments> plansAndStrategies() {
        return Stream.of(Strategy.values()).flatMap(strategy -> Stream.of(
                Arguments.of(strategy, "[restart]", "running", null),
                Arguments.of(strategy, "[0s]", "restarting", "running"),
                Arguments.of(strategy, "[5s]", "restarting", "running"),
                Arguments.of(strategy, "[backoff 1s..1m]", "restarting", "running"),
                Arguments.of(strategy, "[wait]", "undefined", "undefined"),
                Arguments.of(strategy, "[delete]", "gone", "gone"),
                Arguments.of(strategy, "[stop]", "exit stop", null),
                Arguments.of(strategy, "[{stop: enough}]", "exit enough", null),
                Arguments.of(strategy, "[]", "exit empty_plan_child_terminated", null)));
    }

    @ParameterizedTest(name = "under {0} the plan {1} leaves the child {2}, and {3} after its delay")
    @MethodSource("plansAndStrategies")
    void the_plan_says_what_happens_to_the_child_and_the_strategy_who_restarts_with_it(
            Strategy strategy, String plan, String then, String later) {
        boolean simple = strategy == Strategy.SIMPLE_ONE_FOR_ONE;
        SupervisorSpec spec = simple
                ? SupervisorSpec.simpleOneForOne("s", nursery.planned("t", plan))
                : new SupervisorSpec("s", strategy, SupervisorSpec.DEFAULT_INTENSITY, AutoShutdown.NEVER,
                        List.of(nursery.permanent("a"), nursery.planned("it", plan), nursery.permanent("z")),
                        ChildDefaults.NONE, SupervisorListener.NONE);
        Supervisor supervisor = nursery.start(spec);
        Pid it = simple
                ? ((ChildResult.Started) nursery.perform(() -> supervisor.startChild("it"))).pid()
                : nursery.pid(supervisor, "it");
        nursery.diary();

        nursery.end(it, BOOM);

        if (then.startsWith("exit ")) {
            assertThat(exit(nursery.exitReason(supervisor))).isEqualTo(then.substring("exit ".length()));
            return;
        }
        if (!"[0s]".equals(plan)) { // a delay of no time is due as soon as a process waits
            assertThat(state(supervisor, simple)).isEqualTo(simple && then.equals("undefined") ? "gone" : then);
        }
        nursery.advance(Duration.ofSeconds(6));
        if (later != null) {
            assertThat(state(supervisor, simple)).isEqualTo(simple && later.equals("undefined") ? "gone" : later);
        }
        List<String> diary = nursery.diary();
        boolean restarted = diary.contains("+it");
        assertThat(diary.contains("+z")).isEqualTo(restarted && !simple && strategy != Strategy.ONE_FOR_ONE);
        assertThat(diary.contains("+a")).isEqualTo(restarted && strategy == Strategy.ONE_FOR_ALL);
    }

    private String state(Supervisor supervisor, boolean simple) {
        return nursery.children(supervisor).stream()
                .filter(child -> simple || child.startsWith("it:"))
                .map(child -> child.substring(child.indexOf(':') + 1))
                .findFirst().orElse("gone");
    }

    // ---- restarts that fail

    @Test
    void a_restart_that_fails_moves_on_to_the_next_element() {
        Supervisor supervisor = with(nursery.planned("a", "[restart, 2s, wait]"));
        nursery.failStarts("a", 2, BOOM);
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).containsExactly("a:restarting");
        nursery.advance(Duration.ofSeconds(2));
        assertThat(nursery.children(supervisor)).containsExactly("a:undefined");
        assertThat(nursery.diary()).containsExactly("+a", "-a boom", "!a", "!a");
    }

    @Test
    void a_restart_that_fails_moves_on_to_the_next_element_also_after_a_delay() {
        Supervisor supervisor = with(nursery.planned("a", "[2s, 3s, delete]"));
        nursery.failStarts("a", 2, BOOM);
        nursery.end(supervisor, "a", BOOM);
        nursery.advance(Duration.ofSeconds(2));
        assertThat(nursery.children(supervisor)).as("the second delay runs").containsExactly("a:restarting");
        nursery.advance(Duration.ofMillis(2999));
        assertThat(nursery.diary()).containsExactly("+a", "-a boom", "!a");
        nursery.advance(Duration.ofMillis(1));
        assertThat(nursery.diary()).containsExactly("!a");
        assertThat(nursery.children(supervisor)).as("and the third element has been run").isEmpty();
        assertThat(nursery.exitReason(supervisor)).isNull();
    }

    @Test
    void a_restart_that_fails_at_the_end_of_the_plan_is_the_end_of_the_supervisor() {
        Supervisor supervisor = with(nursery.planned("a", "[restart, 1s]"), nursery.permanent("b"));
        nursery.failStarts("a", 9, BOOM);
        nursery.end(supervisor, "a", BOOM);
        nursery.advance(Duration.ofSeconds(1));
        assertThat(exit(nursery.exitReason(supervisor))).isEqualTo("reached_max_restart_plan");
        assertThat(nursery.diary()).containsExactly("+a", "+b", "-a boom", "!a", "!a",
                "-b shutdown");
    }

    @Test
    void restart_with_infinity_on_a_child_that_cannot_start_does_not_spin() {
        Supervisor supervisor = with(nursery.planned("a", "[restart]").count(RestartCount.INFINITY));
        ListAppender<ILoggingEvent> log = logOf("director");
        nursery.failStarts("a", 1_000_000, BOOM);
        nursery.end(supervisor, "a", BOOM); // returns: the system comes to rest
        assertThat(nursery.diary()).filteredOn("!a"::equals).hasSize(11);
        assertThat(nursery.children(supervisor)).containsExactly("a:restarting");
        assertThat(log.list).filteredOn(event -> event.getLevel() == Level.WARN).singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("'a'", "11 times in a row",
                        "PT0.1S"));
        nursery.advance(Duration.ofMinutes(10));
        assertThat(nursery.diary()).as("pauses grow up to 30 s").hasSizeBetween(25, 30);
        nursery.succeedAgain("a");
        nursery.advance(Duration.ofSeconds(30));
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
    }

    private ListAppender<ILoggingEvent> logOf(String supervisor) {
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor." + supervisor);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(appender);
        return appender;
    }

    @Test
    void siblings_of_a_child_that_is_given_up_in_a_common_restart_are_started_all_the_same() {
        for (String plan : List.of("[wait]", "[delete]")) {
            for (SupervisorSpec spec : List.of(SupervisorSpec.oneForAll("s"), SupervisorSpec.restForOne("s"))) {
                Supervisor supervisor = nursery.start(
                        spec.children(nursery.permanent("a"), nursery.planned("b", plan), nursery.permanent("c")));
                nursery.failStarts("b", 1, BOOM);
                nursery.end(supervisor, "a", BOOM);
                assertThat(nursery.children(supervisor)).contains("a:running", "c:running");
            }
        }
    }

    @Test
    void siblings_wait_for_the_delayed_retry_of_a_child_whose_common_restart_failed() {
        Supervisor supervisor = nursery.start(SupervisorSpec.restForOne("s")
                .children(nursery.permanent("a"), nursery.planned("b", "[3s]"), nursery.permanent("c")));
        nursery.failStarts("b", 1, BOOM);
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "b:restarting", "c:undefined");
        nursery.advance(Duration.ofSeconds(3));
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "b:running", "c:running");
    }

    // ---- count, reasons, reset

    @Test
    void count_0_is_the_end_at_the_first_end() {
        Supervisor supervisor = with(nursery.planned("a", "[restart]").count(RestartCount.of(0)));
        nursery.end(supervisor, "a", BOOM);
        assertThat(exit(nursery.exitReason(supervisor))).isEqualTo("reached_max_restart_plan");
    }

    @Test
    void a_plan_is_run_count_times_in_all() {
        Supervisor supervisor = with(nursery.planned("a", "[restart, restart]").count(RestartCount.of(2)));
        for (int time = 0; time < 4; time++) {
            nursery.end(supervisor, "a", BOOM);
        }
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
        nursery.end(supervisor, "a", BOOM);
        assertThat(exit(nursery.exitReason(supervisor))).isEqualTo("reached_max_restart_plan");
    }

    @Test
    void a_supervisor_above_sees_why_the_one_below_gave_up() {
        SupervisorSpec inner = SupervisorSpec.oneForOne("inner").children(nursery.planned("leaf", "[{stop: enough}]"));
        Supervisor outer = with(ChildSpec.supervisor("inner", inner).plan(RestartPlan.parse("[wait]")));
        nursery.end(nursery.nested(outer, "inner"), "leaf", BOOM);
        assertThat(nursery.perform(() -> outer.child("inner")).orElseThrow().lastExit())
                .isEqualTo(ExitReason.of("enough"));
    }

    @Test
    void plans_by_exit_reason_keep_their_own_places() {
        PlanByReason plans = PlanByReason.of(Map.of(
                "SocketException", RestartPlan.parse("[1s, 2s, wait]"),
                "normal", RestartPlan.parse("[delete]")), RestartPlan.parse("[restart, wait]"));
        Supervisor supervisor = with(ChildSpec.of("a", nursery.child("a")).plans(plans).count(RestartCount.INFINITY));
        nursery.end(supervisor, "a", ExitReason.failure(new ConnectException("refused"))); // is a SocketException
        assertThat(restartIn(supervisor)).isEqualTo(Duration.ofSeconds(1));
        nursery.advance(Duration.ofSeconds(1));
        nursery.end(supervisor, "a", ExitReason.failure(new IOException("other")));
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
        nursery.end(supervisor, "a", ExitReason.failure(new SocketException("reset")));
        assertThat(restartIn(supervisor)).isEqualTo(Duration.ofSeconds(2));
        nursery.advance(Duration.ofSeconds(2));
        nursery.end(supervisor, "a", ExitReason.NORMAL);
        assertThat(nursery.children(supervisor)).isEmpty();
    }

    private Duration restartIn(Supervisor supervisor) {
        return nursery.perform(() -> supervisor.child("a")).orElseThrow().restartIn();
    }

    @Test
    void after_having_run_well_for_a_while_the_plan_begins_anew() {
        Supervisor supervisor = with(nursery.planned("a", "[restart, wait]").resetAfter(Duration.ofMinutes(10)));
        for (int time = 0; time < 5; time++) {
            nursery.end(supervisor, "a", BOOM);
            assertThat(nursery.children(supervisor)).containsExactly("a:running");
            nursery.advance(Duration.ofMinutes(10));
        }
        nursery.end(supervisor, "a", BOOM);
        nursery.advance(Duration.ofMinutes(10).minusMillis(1));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).as("a moment too early").containsExactly("a:undefined");
    }

    @Test
    void a_function_sees_the_reason_and_the_restart_count() {
        List<String> asked = new ArrayList<>();
        PlanElement function = PlanElement.function("mine", (reason, restartCount) -> {
            asked.add(reason + " " + restartCount);
            return restartCount < 3 ? PlanElement.RESTART : PlanElement.WAIT;
        });
        Supervisor supervisor = with(ChildSpec.of("a", nursery.child("a")).plan(RestartPlan.of(function))
                .count(RestartCount.INFINITY));
        for (int time = 0; time < 3; time++) {
            nursery.end(supervisor, "a", BOOM);
        }
        assertThat(asked).containsExactly("boom 1", "boom 2", "boom 3");
        assertThat(nursery.children(supervisor)).containsExactly("a:undefined");
    }

    @Test
    void a_function_that_throws_ends_the_supervisor_with_its_name() {
        PlanElement function = PlanElement.function("mine", (reason, restartCount) -> {
            throw new IllegalStateException("cannot decide");
        });
        Supervisor supervisor = with(ChildSpec.of("a", nursery.child("a")).plan(RestartPlan.of(function)));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.exitReason(supervisor).cause().orElseThrow()).hasMessageContaining("<mine>(boom, 1) threw")
                .hasRootCauseMessage("cannot decide");
    }

    // ---- calls

    @Test
    void pid_plan_restart_count_and_pids_answer_for_one_child_and_for_all() {
        Supervisor supervisor = with(nursery.planned("a", "[restart, 1m]"), nursery.permanent("b"));
        nursery.end(supervisor, "a", BOOM);
        nursery.end(supervisor, "b", BOOM);
        assertThat(nursery.perform(() -> supervisor.plan("a"))).contains(RestartPlan.parse("[restart, 1m]"));
        assertThat(nursery.perform(() -> supervisor.plan("b"))).as("a type is no plan").isEmpty();
        assertThat(nursery.perform(() -> supervisor.plan("c"))).isEmpty();
        assertThat(nursery.perform(() -> supervisor.restartCount("a"))).isEqualTo(OptionalInt.of(1));
        assertThat(nursery.perform(() -> supervisor.restartCount("b"))).isEqualTo(OptionalInt.of(1));
        assertThat(nursery.perform(() -> supervisor.restartCount("c"))).isEmpty();
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.perform(() -> supervisor.pid("a"))).as("it waits for its delay").isEmpty();
        assertThat(nursery.perform(() -> supervisor.restartCount("a"))).isEqualTo(OptionalInt.of(2));
        List<Pid> pids = nursery.perform(() -> supervisor.pids());
        assertThat(pids).containsExactly(nursery.pid(supervisor, "b"));
    }

    @Test
    void a_delayed_restart_can_be_overtaken_called_off_or_deleted() {
        Supervisor supervisor = with(nursery.planned("a", "[1m]"), nursery.planned("b", "[1m]"),
                nursery.planned("c", "[1m]"));
        for (String id : List.of("a", "b", "c")) {
            nursery.end(supervisor, id, BOOM);
        }
        assertThat(nursery.perform(() -> supervisor.restartChild("a")).isOk()).isTrue();
        assertThat(nursery.perform(() -> supervisor.terminateChild("b"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.perform(() -> supervisor.deleteChild("c"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.world.clock().nanosToNextTimer()).as("no timer is left").isEmpty();
        nursery.advance(Duration.ofMinutes(2));
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "b:undefined");
        assertThat(nursery.diary()).filteredOn("+a"::equals).hasSize(2);
    }

    @Test
    void terminate_and_delete_child_does_both_by_id_and_by_pid() {
        Supervisor supervisor = with(nursery.permanent("a"), nursery.temporary("b"), nursery.planned("c", "[1m]"),
                nursery.permanent("d"));
        Pid d = nursery.pid(supervisor, "d");
        nursery.end(supervisor, "c", BOOM);
        for (String id : List.of("a", "b", "c")) {
            assertThat(nursery.perform(() -> supervisor.terminateAndDeleteChild(id)))
                    .isEqualTo(ChildResult.Done.INSTANCE);
        }
        assertThat(nursery.perform(() -> supervisor.terminateAndDeleteChild(d))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(nursery.perform(() -> supervisor.terminateAndDeleteChild("a")))
                .isEqualTo(new ChildResult.Refused(Why.NOT_FOUND, null));
    }

    @Test
    void a_process_that_runs_already_can_be_adopted_and_is_then_treated_as_any_child() {
        Supervisor first = with(nursery.permanent("a"));
        Supervisor second = with();
        Pid pid = nursery.pid(first, "a");
        assertThat(nursery.perform(() -> first.deleteRunningChild(pid))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(pid.isAlive()).isTrue();
        assertThat(nursery.children(first)).isEmpty();

        assertThat(nursery.perform(() -> second.becomeSupervisor(nursery.planned("b", "[restart]"), pid)))
                .isEqualTo(new ChildResult.Started(pid, null));
        assertThat(nursery.world.system().info(pid).links()).containsExactly(second.pid());
        nursery.stop(first);
        assertThat(pid.isAlive()).as("the former one has no say any more").isTrue();
        nursery.diary();
        nursery.end(pid, BOOM);
        assertThat(nursery.diary()).as("started again by its new specification").containsExactly("-a boom", "+b");
    }

    @Test
    void an_adopted_server_stops_in_good_order_with_its_new_supervisor() throws InterruptedException {
        Supervisor first = with(nursery.permanent("a"));
        Supervisor second = with();
        Pid pid = nursery.pid(first, "a");
        nursery.perform(() -> first.deleteRunningChild("a"));
        nursery.perform(() -> second.becomeSupervisor(nursery.permanent("b"), pid));
        nursery.diary();
        nursery.stop(second);
        assertThat(nursery.diary()).containsExactly("-a shutdown");
        assertThat(nursery.world.system().exitReason(pid)).contains(ExitReason.SHUTDOWN);
    }

    @Test
    void what_cannot_be_adopted_is_refused_and_nothing_is_changed() {
        Supervisor supervisor = with(nursery.permanent("a"), nursery.planned("gone", "[wait]"));
        nursery.end(supervisor, "gone", BOOM);
        ProcessSystem system = nursery.world.system();
        Pid stranger = system.spawn(ProcessContext::receive);
        Pid dead = system.spawn(self -> {});
        nursery.world.quiesce();
        Pid a = nursery.pid(supervisor, "a");
        assertThat(nursery.perform(() -> supervisor.becomeSupervisor(nursery.permanent("a"), stranger)))
                .isEqualTo(new ChildResult.Refused(Why.ALREADY_STARTED, a));
        assertThat(nursery.perform(() -> supervisor.becomeSupervisor(nursery.permanent("gone"), stranger)))
                .isEqualTo(new ChildResult.Refused(Why.ALREADY_PRESENT, null));
        assertThat(nursery.perform(() -> supervisor.becomeSupervisor(nursery.permanent("new"), a)))
                .as("it is a child already").isEqualTo(new ChildResult.Refused(Why.ALREADY_STARTED, a));
        assertThat(nursery.perform(() -> supervisor.becomeSupervisor(nursery.permanent("new"), dead)))
                .isEqualTo(new ChildResult.Failed(ExitReason.NOPROC));
        assertThatThrownBy(() -> nursery.perform(
                () -> supervisor.becomeSupervisor(nursery.permanent("new"), supervisor.pid())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("must not be its own child");
        try (ProcessSystem other = new ProcessSystem()) {
            Pid foreign = other.spawn(ProcessContext::receive);
            assertThatThrownBy(() -> nursery.perform(
                    () -> supervisor.becomeSupervisor(nursery.permanent("new"), foreign)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("of this process system");
        }
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "gone:undefined");
        assertThat(nursery.perform(() -> supervisor.deleteRunningChild("nobody")))
                .isEqualTo(new ChildResult.Refused(Why.NOT_FOUND, null));
        assertThat(nursery.perform(() -> supervisor.deleteRunningChild(stranger)))
                .isEqualTo(new ChildResult.Refused(Why.NOT_FOUND, null));
    }

    @Test
    void change_count_lets_a_plan_go_on_or_end_sooner() {
        Supervisor supervisor = with(nursery.planned("a", "[restart]"), nursery.permanent("b"));
        assertThat(nursery.perform(() -> supervisor.changeCount("a", RestartCount.of(3)))).isTrue();
        assertThat(nursery.perform(() -> supervisor.changeCount("c", RestartCount.of(3)))).isFalse();
        assertThatThrownBy(() -> nursery.perform(() -> supervisor.changeCount("b", RestartCount.of(3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the count of child 'b' cannot be changed").hasMessageContaining("permanent");
        nursery.end(supervisor, "a", BOOM);
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).contains("a:running");
        nursery.perform(() -> supervisor.changeCount("a", RestartCount.of(2)));
        nursery.end(supervisor, "a", BOOM);
        assertThat(exit(nursery.exitReason(supervisor))).isEqualTo("reached_max_restart_plan");
    }

    @Test
    void change_plan_begins_the_new_plan_and_leaves_a_delay_alone() {
        Supervisor supervisor = with(nursery.planned("a", "[1m, wait]"), nursery.permanent("b"));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.perform(() -> supervisor.changePlan("a", RestartPlan.parse("[restart, delete]")))).isTrue();
        assertThat(nursery.perform(() -> supervisor.changePlan("c", RestartPlan.EMPTY))).isFalse();
        assertThat(nursery.children(supervisor)).contains("a:restarting");
        nursery.advance(Duration.ofMinutes(1));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).contains("a:running");
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).containsExactly("b:running");
        assertThatThrownBy(() -> nursery.perform(() -> supervisor.changePlan("b", RestartPlan.EMPTY)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_default_child_spec_can_be_asked_for_and_changed_for_those_who_follow_it() {
        ChildDefaults defaults = new ChildDefaults(RestartPolicy.of(RestartPlan.parse("[restart]")),
                Shutdown.after(Duration.ofSeconds(9)));
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("director").defaultChildSpec(defaults).children(
                ChildSpec.of("follows", nursery.child("follows")),
                nursery.planned("adds", "[5s]").append(),
                nursery.permanent("own")));
        assertThat(nursery.perform(supervisor::defaultChildSpec)).isEqualTo(defaults);
        assertThat(nursery.perform(() -> supervisor.plan("follows"))).contains(RestartPlan.parse("[restart]"));
        assertThat(nursery.perform(() -> supervisor.plan("adds"))).contains(RestartPlan.parse("[restart, 5s]"));
        Pid before = nursery.pid(supervisor, "follows");

        ChildDefaults changed = new ChildDefaults(RestartPolicy.of(RestartPlan.parse("[wait]")), null);
        nursery.perform(() -> {
            supervisor.changeDefaultChildSpec(changed);
            return true;
        });

        assertThat(nursery.perform(supervisor::defaultChildSpec)).isEqualTo(changed);
        assertThat(nursery.perform(() -> supervisor.plan("follows"))).contains(RestartPlan.parse("[wait]"));
        assertThat(nursery.perform(() -> supervisor.plan("adds"))).contains(RestartPlan.parse("[wait, 5s]"));
        assertThat(nursery.perform(() -> supervisor.effectiveSpec("own")).orElseThrow().restart())
                .hasToString("permanent");
        assertThat(nursery.pid(supervisor, "follows")).as("processes go on").isEqualTo(before);
    }

    @Test
    void changed_defaults_hold_for_the_children_of_a_template_those_that_run_and_those_to_come() {
        Supervisor supervisor = nursery.start(
                SupervisorSpec.simpleOneForOne("director", ChildSpec.of("t", nursery.child("t")))
                        .defaultChildSpec(new ChildDefaults(RestartPolicy.of(RestartPlan.parse("[restart]")), null)));
        Pid there = ((ChildResult.Started) nursery.perform(() -> supervisor.startChild("there"))).pid();
        nursery.perform(() -> {
            supervisor.changeDefaultChildSpec(
                    new ChildDefaults(RestartPolicy.of(RestartPlan.parse("[delete]")), Shutdown.brutalKill()));
            return true;
        });
        Pid later = ((ChildResult.Started) nursery.perform(() -> supervisor.startChild("later"))).pid();
        Pid killed = ((ChildResult.Started) nursery.perform(() -> supervisor.startChild("killed"))).pid();
        nursery.end(there, BOOM);
        nursery.end(later, BOOM);
        assertThat(nursery.children(supervisor)).containsExactly("killed:running");
        nursery.stop(supervisor);
        assertThat(nursery.world.system().exitReason(killed)).contains(ExitReason.KILLED);
    }

    @Test
    void shutdown_times_that_add_up_to_more_than_there_is_are_cut() {
        Duration long_ = Duration.ofDays(365L * 200);
        Supervisor supervisor = with(nursery.permanent("own"),
                nursery.planned("adds", "[5s]").append().shutdown(Shutdown.after(long_)));
        ChildDefaults tooMuch = new ChildDefaults(null, Shutdown.after(long_));
        nursery.perform(() -> {
            supervisor.changeDefaultChildSpec(tooMuch);
            return true;
        });
        assertThat(nursery.perform(() -> supervisor.effectiveSpec("adds")).orElseThrow().shutdown())
                .isEqualTo(Shutdown.after(Duration.ofNanos(Long.MAX_VALUE)));
    }

    @Test
    void null_is_refused_at_the_door_and_costs_the_supervisor_nothing() {
        Supervisor supervisor = with(nursery.planned("a", "[restart]"));
        Map<String, ThrowingCallable> calls = Map.ofEntries(
                Map.entry("plan", () -> supervisor.changePlan("a", null)),
                Map.entry("count", () -> supervisor.changeCount("a", null)),
                Map.entry("defaults", () -> supervisor.changeDefaultChildSpec(null)),
                Map.entry("running", () -> supervisor.becomeSupervisor(nursery.permanent("b"), null)),
                Map.entry("spec", () -> supervisor.startChildAsync((ChildSpec) null)),
                Map.entry("argument", () -> supervisor.startChildAsync((Object) null)),
                Map.entry("id", () -> supervisor.terminateChild((String) null)),
                Map.entry("pid", () -> supervisor.terminateChildAsync(null)));
        calls.forEach((name, call) -> assertThatThrownBy(call).isInstanceOf(NullPointerException.class)
                .hasMessage(name + " must not be null"));
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
    }

    // ---- trace

    @Test
    void the_trace_tells_what_was_asked_by_whom_what_was_answered_and_which_timer_fired_while_it_is_on() {
        Supervisor supervisor = with(nursery.planned("a", "[1s]"));
        ListAppender<ILoggingEvent> log = logOf("director");
        log.list.clear();
        nursery.perform(supervisor::countChildren);
        assertThat(log.list).isEmpty();

        trace(supervisor, true);
        nursery.perform(() -> supervisor.restartChild("a"));
        Pid a = nursery.pid(supervisor, "a");
        nursery.end(supervisor, "a", BOOM);
        nursery.advance(Duration.ofSeconds(1));
        trace(supervisor, false);
        nursery.perform(supervisor::countChildren);

        List<String> lines = log.list.stream().map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.startsWith("*trace*")).toList();
        assertThat(lines).allSatisfy(line -> assertThat(line).contains(supervisor.pid().toString()));
        assertThat(lines).anySatisfy(line -> assertThat(line)
                .contains("restart_child a", " by <", "errand", "Refused[why=running, pid=" + a + "]"));
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("plan of a", "restart in 1s"));
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("exit of a by " + a + " -> boom"));
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("restart due: a"));
        assertThat(lines).noneSatisfy(line -> assertThat(line).contains("count_children"));
    }

    private void trace(Supervisor supervisor, boolean on) {
        nursery.perform(() -> {
            supervisor.trace(on);
            return true;
        });
    }

    /** For a server that was not started by any of the supervisors here. */
    @Test
    void a_process_that_receives_by_itself_can_be_adopted_too() {
        Supervisor supervisor = with();
        Pid plain = nursery.world.system().spawn(self -> {
            while (true) {
                self.receive();
            }
        });
        nursery.perform(() -> supervisor.becomeSupervisor(
                ChildSpec.of("plain", ChildStart.process("again", self -> InitResult.ok(ProcessContext::receive))),
                plain));
        nursery.world.system().exit(plain, BOOM);
        assertThat(nursery.pid(supervisor, "plain").label()).isEqualTo("again");
    }
}
