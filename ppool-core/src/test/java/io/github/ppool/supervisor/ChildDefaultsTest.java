package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.PlanByReason;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Default child specifications beyond the recorded runs, which are in {@code DirectorDefaultsTest}. */
class ChildDefaultsTest {

    private final Nursery nursery = new Nursery();
    private final List<List<Object>> given = new CopyOnWriteArrayList<>();
    private final StartFunction session = (supervisor, arguments) -> {
        given.add(arguments);
        return supervisor.startLink(self -> InitResult.ok(ProcessContext::receive, arguments),
                SpawnOptions.labelled("session"));
    };
    private final ChildDefaults sessions = ChildDefaults.NONE.start(session, List.of("server"));

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
    }

    private Supervisor empty(ChildDefaults defaults) {
        return nursery.start(SupervisorSpec.oneForOne("s").defaultChildSpec(defaults));
    }

    private void change(Supervisor supervisor, ChildDefaults defaults) {
        nursery.perform(() -> {
            supervisor.changeDefaultChildSpec(defaults);
            return true;
        });
    }

    // ---- arguments

    @Test
    void the_defaults_may_be_given_before_or_after_the_children() {
        SupervisorSpec spec = SupervisorSpec.oneForOne("s");
        ChildSpec ann = ChildSpec.appending("ann", "ann's");
        nursery.start(spec.children(ann).defaultChildSpec(sessions));
        nursery.start(spec.defaultChildSpec(sessions).children(ann));
        assertThat(given).containsExactly(List.of("server", "ann's"), List.of("server", "ann's"));
    }

    @Test
    void under_a_template_the_argument_of_the_call_comes_last() {
        for (ChildSpec template : List.of(ChildSpec.appending("t", "template"),
                ChildSpec.of("t", session, List.of("template")).append())) {
            given.clear();
            Supervisor supervisor = nursery
                    .start(SupervisorSpec.simpleOneForOne("s", template).defaultChildSpec(sessions));
            ChildResult.Started ann = (ChildResult.Started) nursery.perform(() -> supervisor.startChild("ann"));
            nursery.perform(() -> supervisor.startChild(List.of("a list", "is one")));
            assertThat(given).containsExactly(List.of("server", "template", "ann"),
                    List.of("server", "template", List.of("a list", "is one")));
            assertThat(nursery.perform(() -> supervisor.effectiveSpec(ann.pid())).orElseThrow().arguments())
                    .containsExactly("server", "template");
            nursery.world.system().exit(ann.pid(), Nursery.BOOM);
            nursery.world.quiesce();
            assertThat(given.getLast()).as("a restart has them all").containsExactly("server", "template", "ann");
        }
    }

    @Test
    void a_function_cannot_change_the_arguments_that_it_is_given() {
        List<Object> mine = new ArrayList<>(List.of("mine"));
        Supervisor supervisor = empty(ChildDefaults.NONE);
        ChildSpec child = ChildSpec.of("a", (parent, arguments) -> {
            arguments.add("more");
            return StartResult.Ignored.INSTANCE;
        }, mine);
        mine.add("later");
        ChildResult result = nursery.perform(() -> supervisor.startChild(child));
        assertThat(result).isInstanceOfSatisfying(ChildResult.Failed.class, failed -> assertThat(failed.reason()
                .cause().orElseThrow()).isInstanceOf(UnsupportedOperationException.class));
        assertThat(child.arguments()).containsExactly("mine");
        assertThat(child.arguments(List.of("other")).arguments()).containsExactly("other");
    }

    @Test
    void null_is_no_argument_and_is_named_by_its_place() {
        Map<String, ThrowingCallable> doors = Map.of(
                "of", () -> ChildSpec.of("a", session, Arrays.asList("x", null)),
                "appending", () -> ChildSpec.appending("a", "x", null),
                "arguments", () -> ChildSpec.of("a").arguments(Arrays.asList("x", null)),
                "defaults", () -> ChildDefaults.NONE.start(session, Arrays.asList("x", null)));
        doors.forEach((door, call) -> assertThatThrownBy(call).as(door).isInstanceOf(NullPointerException.class)
                .hasMessage("argument 2 of a start must not be null"));
        assertThatThrownBy(() -> ChildSpec.appending("a", (Object[]) null)).isInstanceOf(NullPointerException.class)
                .hasMessage("arguments must not be null");
        assertThatThrownBy(() -> ChildSpec.of("a", null, List.of())).isInstanceOf(NullPointerException.class)
                .hasMessage("start must not be null");
        assertThatThrownBy(() -> ChildDefaults.NONE.start(null, List.of())).isInstanceOf(NullPointerException.class)
                .hasMessage("start must not be null");
        assertThatThrownBy(() -> ChildSpec.of("")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("child id must not be empty");
    }

    // ---- a default start without arguments

    @Test
    void children_may_share_a_start_that_takes_no_arguments() {
        for (ChildStart start : List.of(nursery.child("kid"), ChildStart.body("kid", ProcessContext::receive))) {
            Supervisor supervisor = empty(ChildDefaults.NONE.start(start));
            assertThat(nursery.perform(() -> supervisor.startChild(ChildSpec.appending("a"))).isOk()).isTrue();
            assertThat(nursery.pid(supervisor, "a").label()).isEqualTo("kid");
            assertThat(nursery.perform(() -> supervisor.effectiveSpec("a")).orElseThrow().modules()).isEmpty();
            assertThatThrownBy(() -> nursery.perform(() -> supervisor.startChild(ChildSpec.appending("b", "x"))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage(
                            "child 'b': the start of the default child specification must be a StartFunction that takes"
                                    + " arguments, got a start that takes none and arguments: [x]");
            assertThat(nursery.children(supervisor)).containsExactly("a:running");
        }
    }

    @Test
    void a_child_that_appends_with_a_start_of_its_own_that_takes_no_arguments_gets_none() {
        Supervisor supervisor = empty(sessions.plan(RestartPlan.parse("[restart]")));
        ChildSpec own = ChildSpec.of("a", nursery.child("a")).append();
        assertThat(nursery.perform(() -> supervisor.startChild(own)).isOk()).isTrue();
        assertThat(given).isEmpty();
        assertThat(nursery.perform(() -> supervisor.effectiveSpec("a")).orElseThrow().arguments()).isEmpty();
        assertThatThrownBy(() -> own.arguments(List.of("x", 1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("child 'a': arguments must have a StartFunction that takes them, got a start that takes"
                        + " none and arguments: [x, 1]");
    }

    // ---- no start

    @Test
    void a_child_without_a_start_is_refused_at_every_door_and_nothing_is_changed() throws InterruptedException {
        ChildSpec nothing = ChildSpec.of("a");
        ChildSpec appends = nothing.append();
        Supervisor supervisor = empty(ChildDefaults.NONE);
        Pid stranger = nursery.world.system().spawn(ProcessContext::receive);
        SupervisorSpec below = SupervisorSpec.oneForOne("below").children(nursery.permanent("before"), appends);
        Map<String, ThrowingCallable> doors = Map.of(
                "check_childspec", () -> Supervisor.checkChildSpec(appends),
                "check_childspecs", () -> Supervisor.checkChildSpecs(AutoShutdown.NEVER, List.of(appends)),
                "start", () -> nursery.start(below),
                "start_link", () -> nursery.perform(
                        () -> Supervisor.startLink(io.github.ppool.process.ProcessSystem.currentProcess(), below)),
                "a supervisor as a child", () -> ChildSpec.supervisor("below", below),
                "start_child", () -> nursery.perform(() -> supervisor.startChild(appends)),
                "restart by become_supervisor", () -> nursery
                        .perform(() -> supervisor.becomeSupervisor(appends, stranger)),
                "a template", () -> nursery.start(SupervisorSpec.simpleOneForOne("s", appends)));
        doors.forEach((door, call) -> assertThatThrownBy(call).as(door).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("child 'a' must have a start: it has none of its own and the default child"
                        + " specification has none"));
        assertThatThrownBy(() -> supervisor.startChildAsync(nothing).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class).cause().isInstanceOf(IllegalArgumentException.class)
                .hasMessage("child 'a' must have a start: it has none of its own and does not append to the defaults");
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(nursery.diary()).as("no sibling was started either").isEmpty();
        assertThat(nursery.world.system().processes()).containsExactly(supervisor.pid(), stranger);
        Supervisor.checkChildSpec(ChildSpec.of("a", session, List.of()));
        Supervisor.checkChildSpecs(AutoShutdown.NEVER, sessions, List.of(appends));
    }

    @Test
    void a_changed_default_that_leaves_a_child_without_a_start_is_refused_and_nothing_is_changed() {
        Supervisor supervisor = empty(sessions);
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("a", "mine")));
        assertThatThrownBy(() -> change(supervisor, ChildDefaults.NONE.shutdown(Shutdown.brutalKill())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("child 'a' must have a start");
        assertThatThrownBy(() -> change(supervisor, ChildDefaults.NONE.start(nursery.child("kid"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("takes arguments");
        assertThat(nursery.perform(supervisor::defaultChildSpec)).isEqualTo(sessions);
        EffectiveSpec spec = nursery.perform(() -> supervisor.effectiveSpec("a")).orElseThrow();
        assertThat(spec.arguments()).containsExactly("server", "mine");
        assertThat(spec.shutdown()).isEqualTo(Shutdown.after(Duration.ofSeconds(1)));
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
    }

    @Test
    void the_template_of_a_supervisor_without_children_is_checked_too_when_the_defaults_change() {
        Supervisor supervisor = nursery.start(
                SupervisorSpec.simpleOneForOne("s", ChildSpec.appending("t")).defaultChildSpec(sessions));
        assertThatThrownBy(() -> change(supervisor, ChildDefaults.NONE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("child 't' must have a start");
        change(supervisor, ChildDefaults.NONE.start(session, List.of("other")));
        nursery.perform(() -> supervisor.startChild("ann"));
        assertThat(given).containsExactly(List.of("other", "ann"));
    }

    // ---- the rest

    @Test
    void a_changed_start_and_plan_hold_from_the_next_end_on() {
        Supervisor supervisor = empty(sessions);
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("a", "mine")));
        Pid before = nursery.pid(supervisor, "a");
        List<List<Object>> other = new CopyOnWriteArrayList<>();
        change(supervisor, ChildDefaults.NONE.plan(RestartPlan.parse("[3s]")).start((parent, arguments) -> {
            other.add(arguments);
            return session.start(parent, arguments);
        }, List.of("new", "ones")));
        assertThat(nursery.pid(supervisor, "a")).as("processes go on").isEqualTo(before);
        nursery.world.system().exit(before, Nursery.BOOM);
        nursery.advance(Duration.ofSeconds(3));
        assertThat(other).containsExactly(List.of("new", "ones", "mine"));
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
    }

    @Test
    void a_count_alone_is_added_to_that_of_children_that_append_and_means_nothing_to_others() {
        Supervisor supervisor = empty(sessions.count(RestartCount.of(2)).resetAfter(Duration.ofMinutes(1)));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("adds")));
        nursery.perform(() -> supervisor.startChild(ChildSpec.of("own", session, List.of())));
        assertThat(rule(supervisor, "adds")).isEqualTo(new RestartRule.ByPlan(RestartPolicy.DIRECTOR_DEFAULT
                .withCount(RestartCount.of(3)).withResetAfter(Duration.ofMinutes(1))));
        assertThat(rule(supervisor, "own")).hasToString("permanent");
    }

    @Test
    void plans_by_reason_are_added_reason_by_reason() {
        Supervisor supervisor = empty(sessions.plans(PlanByReason.of(
                Map.of("normal", RestartPlan.parse("[delete]"), "noproc", RestartPlan.parse("[1s]")),
                RestartPlan.parse("[restart]"))));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("a").plans(PlanByReason.of(
                Map.of("noproc", RestartPlan.parse("[2s]"), "killed", RestartPlan.parse("[3s]")),
                RestartPlan.parse("[wait]")))));
        assertThat(rule(supervisor, "a")).isEqualTo(new RestartRule.ByPlan(RestartPolicy.of(PlanByReason.of(
                Map.of("normal", RestartPlan.parse("[delete, wait]"), "noproc", RestartPlan.parse("[1s, 2s]"),
                        "killed", RestartPlan.parse("[restart, 3s]")),
                RestartPlan.parse("[restart, wait]")))));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("plain").plan(RestartPlan.parse("[5s]"))));
        nursery.world.system().exit(nursery.pid(supervisor, "plain"), ExitReason.NOPROC);
        nursery.world.quiesce();
        assertThat(nursery.perform(() -> supervisor.child("plain")).orElseThrow().restartIn())
                .isEqualTo(Duration.ofSeconds(1));
    }

    private RestartRule rule(Supervisor supervisor, String id) {
        return nursery.perform(() -> supervisor.effectiveSpec(id)).orElseThrow().restart();
    }

    @Test
    void a_supervisor_that_appends_and_names_no_time_has_all_the_time_it_needs() {
        Supervisor supervisor = empty(sessions.shutdown(Shutdown.after(Duration.ofSeconds(3))));
        ChildSpec below = ChildSpec.supervisor("below", SupervisorSpec.oneForOne("below")).append();
        nursery.perform(() -> supervisor.startChild(below));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("worker")));
        assertThat(nursery.perform(() -> supervisor.effectiveSpec("below")).orElseThrow().shutdown())
                .isEqualTo(Shutdown.infinity());
        assertThat(nursery.perform(() -> supervisor.effectiveSpec("worker")).orElseThrow().shutdown())
                .isEqualTo(Shutdown.after(Duration.ofSeconds(4)));
    }

    @Test
    void modules_are_told_as_they_hold() {
        Supervisor supervisor = empty(sessions.modules("m1"));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("a").modules("m2")));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("b").modules(new String[0])));
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("c")));
        nursery.perform(() -> supervisor.startChild(ChildSpec.of("d", session, List.of())));
        nursery.perform(() -> supervisor.startChild(ChildSpec.of("e", nursery.child("e"))));
        String lambda = ChildDefaultsTest.class.getName(); // where it is written
        List<ChildInfo> children = nursery.perform(supervisor::whichChildren);
        assertThat(children).extracting(ChildInfo::modules).containsExactly(
                List.of("m1", "m2"), List.of("m1"), List.of("m1", lambda), List.of(lambda), List.of());
    }

    @Test
    void specifications_are_told_by_pid_too_and_under_a_template() {
        ChildSpec template = ChildSpec.appending("t", "template");
        Supervisor supervisor = nursery.start(
                SupervisorSpec.simpleOneForOne("s", template).defaultChildSpec(sessions));
        Pid ann = ((ChildResult.Started) nursery.perform(() -> supervisor.startChild("ann"))).pid();
        assertThat(nursery.perform(() -> supervisor.childSpec(ann))).contains(template);
        assertThat(nursery.perform(() -> supervisor.effectiveSpec(ann)).orElseThrow().id()).isEqualTo("t");
        assertThat(nursery.perform(() -> supervisor.childSpec(supervisor.pid()))).isEmpty();
        assertThat(nursery.perform(() -> supervisor.effectiveSpec(supervisor.pid()))).isEmpty();
    }

    @Test
    void texts_of_foreign_functions_and_arguments_do_no_harm() {
        Object hostile = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("hostile");
            }
        };
        ChildDefaults defaults = ChildDefaults.NONE.start(session, List.of(hostile, "x".repeat(100_000)));
        Supervisor supervisor = empty(defaults);
        nursery.perform(() -> {
            supervisor.trace(true);
            return true;
        });
        nursery.perform(() -> supervisor.startChild(ChildSpec.appending("a", hostile)));
        change(supervisor, defaults);
        EffectiveSpec spec = nursery.perform(() -> supervisor.effectiveSpec("a")).orElseThrow();
        assertThat(spec.arguments()).hasSize(3).contains(hostile);
        for (Object told : List.of(defaults, spec, ChildSpec.appending("a", hostile))) {
            assertThat(told.toString()).hasSizeLessThan(10_000).doesNotContain("xx".repeat(2_000));
        }
        assertThat(defaults.toString()).contains(ChildDefaultsTest.class.getName() + "[");
    }

    @Test
    void what_is_wrong_in_defaults_is_refused_by_name() {
        Map<String, ThrowingCallable> nulls = Map.of(
                "start", () -> ChildDefaults.NONE.start(null),
                "plans", () -> ChildDefaults.NONE.plans(null),
                "count", () -> ChildDefaults.NONE.count(null),
                "reset-after", () -> ChildDefaults.NONE.resetAfter(null),
                "shutdown", () -> ChildDefaults.NONE.shutdown(null),
                "type", () -> ChildDefaults.NONE.type(null));
        nulls.forEach((name, call) -> assertThatThrownBy(call).isInstanceOf(NullPointerException.class)
                .hasMessage(name + " must not be null"));
        assertThatThrownBy(() -> ChildDefaults.NONE.resetAfter(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("reset-after must not be negative, got: PT-1S");
        ChildDefaults all = ChildDefaults.NONE.start(session, List.of(1)).plan(RestartPlan.parse("[wait]"))
                .count(RestartCount.ONCE).resetAfter(Duration.ofSeconds(1)).shutdown(Shutdown.brutalKill()).modules("m")
                .type(ChildType.SUPERVISOR);
        assertThat(all).isEqualTo(new ChildDefaults(all.start(), all.plans(), all.count(), all.resetAfter(),
                all.shutdown(), all.modules(), all.type()));
        assertThat(all.arguments()).containsExactly(1);
    }
}
