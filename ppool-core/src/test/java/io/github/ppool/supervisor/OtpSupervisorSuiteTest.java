package io.github.ppool.supervisor;

import static io.github.ppool.supervisor.Nursery.BOOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildResult.Why;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The cases of OTP's supervisor_SUITE, by their names there. docs/otp-supervisor-suite.md has the whole list, and says
 * of those that are not here why.
 */
class OtpSupervisorSuiteTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final Nursery nursery = new Nursery();

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
    }

    private Supervisor empty() {
        return nursery.start(SupervisorSpec.oneForOne("sup_test").intensity(2, HOUR));
    }

    private Supervisor with(ChildSpec... children) {
        return nursery.start(SupervisorSpec.oneForOne("sup_test").intensity(2, HOUR).children(children));
    }

    private Supervisor simple(ChildSpec template) {
        return nursery.start(SupervisorSpec.simpleOneForOne("sup_test", template).intensity(2, HOUR));
    }

    private ChildResult add(Supervisor supervisor, ChildSpec spec) {
        return nursery.perform(() -> supervisor.startChild(spec));
    }

    private ChildResult add(Supervisor supervisor, String name) {
        return nursery.perform(() -> supervisor.startChild(name));
    }

    private Pid added(Supervisor supervisor, String name) {
        return ((ChildResult.Started) add(supervisor, name)).pid();
    }

    private ExitReason end(Pid pid) {
        return nursery.world.system().exitReason(pid).orElse(null);
    }

    private static ChildResult refused(Why why) {
        return new ChildResult.Refused(why, null);
    }

    // ---- sup_start

    @Test
    void sup_start_normal() {
        Supervisor supervisor = empty();
        assertThat(nursery.exitReason(supervisor)).isNull();
        nursery.stop(supervisor);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void sup_start_ignore_child() {
        Supervisor supervisor = empty();
        nursery.ignoreStarts("child1", 1);
        assertThat(add(supervisor, nursery.permanent("child1"))).isEqualTo(ChildResult.Ignored.INSTANCE);
        assertThat(add(supervisor, nursery.permanent("child2")).isOk()).isTrue();
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined", "child2:running");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(2, 1, 0, 2));
    }

    @Test
    void sup_start_ignore_temporary_child() {
        nursery.ignoreStarts("child1", 1);
        Supervisor supervisor = with(nursery.temporary("child1"), nursery.temporary("child2"));
        assertThat(nursery.children(supervisor)).containsExactly("child2:running");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
    }

    @Test
    void sup_start_ignore_temporary_child_start_child() {
        Supervisor supervisor = empty();
        nursery.ignoreStarts("child1", 1);
        assertThat(add(supervisor, nursery.temporary("child1"))).isEqualTo(ChildResult.Ignored.INSTANCE);
        add(supervisor, nursery.temporary("child2"));
        assertThat(nursery.children(supervisor)).containsExactly("child2:running");
    }

    @Test
    void sup_start_ignore_temporary_child_start_child_simple() {
        anIgnoredChildOfATemplateIsForgotten(nursery.temporary("child"));
    }

    @Test
    void sup_start_ignore_permanent_child_start_child_simple() {
        Supervisor supervisor = anIgnoredChildOfATemplateIsForgotten(nursery.permanent("child"));
        nursery.stop(supervisor);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    private Supervisor anIgnoredChildOfATemplateIsForgotten(ChildSpec template) {
        Supervisor supervisor = simple(template);
        nursery.ignoreStarts("ignored", 1);
        assertThat(add(supervisor, "ignored")).isEqualTo(ChildResult.Ignored.INSTANCE);
        add(supervisor, "child");
        assertThat(nursery.children(supervisor)).containsExactly("child:running");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
        return supervisor;
    }

    @Test
    void sup_start_fail() {
        nursery.failStarts("b", 1, BOOM);
        SupervisorSpec spec = SupervisorSpec.oneForOne("sup_test")
                .children(nursery.permanent("a"), nursery.permanent("b"), nursery.permanent("c"));
        assertThatThrownBy(() -> nursery.start(spec))
                .isInstanceOfSatisfying(SupervisorStartException.class, e -> assertThat(e.reason())
                        .isEqualTo(ExitReason.shutdown(new FailedToStartChild("b", BOOM))));
        assertThat(nursery.diary()).containsExactly("+a", "!b", "-a shutdown");
    }

    @Test
    void sup_start_child_returns_error() {
        Supervisor supervisor = empty();
        nursery.failStarts("child1", 1, BOOM);
        assertThat(add(supervisor, nursery.permanent("child1"))).isEqualTo(new ChildResult.Failed(BOOM));
        IllegalStateException thrown = new IllegalStateException("no");
        assertThat(add(supervisor, ChildSpec.of("child2", (parent, argument) -> {
            throw thrown;
        }))).isEqualTo(new ChildResult.Failed(ExitReason.failure(thrown)));
        NoClassDefFoundError missing = new NoClassDefFoundError("Missing");
        assertThat(add(supervisor, ChildSpec.of("child3", (parent, argument) -> {
            throw missing;
        }))).isEqualTo(new ChildResult.Failed(ExitReason.failure(missing)));
        assertThat(add(supervisor, ChildSpec.of("child4", (parent, argument) -> {
            throw parent.exit(BOOM);
        }))).isEqualTo(new ChildResult.Failed(BOOM));
        assertThat(add(supervisor, ChildSpec.of("child5", (parent, argument) -> null)))
                .isInstanceOfSatisfying(ChildResult.Failed.class, failed -> assertThat(failed.reason().cause().get())
                        .hasMessage("a child's start must not return null"));
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(nursery.exitReason(supervisor)).isNull();
    }

    @Test
    void sup_start_restart_child_returns_error() {
        Supervisor supervisor = with(nursery.permanent("child1"));
        nursery.perform(() -> supervisor.terminateChild("child1"));
        nursery.failStarts("child1", 1, BOOM);
        assertThat(nursery.perform(() -> supervisor.restartChild("child1"))).isEqualTo(new ChildResult.Failed(BOOM));
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined");
    }

    @Test
    void sup_start_child_returns_error_simple() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        nursery.failStarts("a", 1, BOOM);
        assertThat(add(supervisor, "a")).isEqualTo(new ChildResult.Failed(BOOM));
        assertThat(nursery.children(supervisor)).isEmpty();
    }

    @Test
    void sup_start_map() {
        ChildSpec plain = ChildSpec.of("child1", nursery.child("child1"));
        ChildSpec brutal = ChildSpec.of("child2", nursery.child("child2")).shutdown(Shutdown.brutalKill());
        ChildSpec nested = ChildSpec.supervisor("child3", SupervisorSpec.oneForOne("child3"));
        Supervisor supervisor = with(plain, brutal, nested);
        assertThat(nursery.perform(() -> supervisor.childSpec("child1"))).containsSame(plain);
        assertThat(effective(supervisor, "child1").restart()).hasToString("permanent");
        assertThat(effective(supervisor, "child1").shutdown()).isEqualTo(Shutdown.after(Duration.ofSeconds(5)));
        assertThat(plain.type()).isEqualTo(ChildType.WORKER);
        assertThat(effective(supervisor, "child2").shutdown()).isEqualTo(Shutdown.brutalKill());
        assertThat(effective(supervisor, "child3").shutdown()).isEqualTo(Shutdown.infinity());
        assertThat(nested.type()).isEqualTo(ChildType.SUPERVISOR);
        assertThat(nursery.perform(() -> supervisor.childSpec("child4"))).isEmpty();
        assertThat(SupervisorSpec.oneForOne("x").intensity()).hasToString(SupervisorSpec.DEFAULT_INTENSITY.toString());
    }

    private EffectiveSpec effective(Supervisor supervisor, String id) {
        return nursery.perform(() -> supervisor.effectiveSpec(id)).orElseThrow();
    }

    @Test
    void sup_start_map_simple() {
        ChildSpec template = nursery.permanent("child");
        Supervisor supervisor = simple(template);
        assertThat(nursery.perform(() -> supervisor.childSpec("whatever"))).containsSame(template);
    }

    @Test
    void sup_start_map_faulty_specs() {
        assertThatThrownBy(() -> ChildSpec.of("", nursery.child("x"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("child id must not be empty");
        assertThatThrownBy(() -> ChildSpec.of("x", null)).isInstanceOf(NullPointerException.class)
                .hasMessage("start must not be null");
        assertThatThrownBy(() -> SupervisorSpec.oneForOne("s").children(nursery.permanent("a"), nursery.permanent("a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("supervisor 's': child ids must be unique, got twice: 'a'");
    }

    // ---- sup_stop

    @Test
    void sup_stop_infinity() {
        Supervisor supervisor = with(
                nursery.permanent("child1").type(ChildType.SUPERVISOR).shutdown(Shutdown.infinity()),
                nursery.permanent("child2").shutdown(Shutdown.infinity()));
        Pid slow = nursery.pid(supervisor, "child2");
        nursery.cleansUpFor("child2", Duration.ofDays(3));
        nursery.stop(supervisor);
        assertThat(end(slow)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(nursery.world.clock().nanoTime()).isEqualTo(Duration.ofDays(3).toNanos());
    }

    @Test
    void sup_stop_timeout() {
        Supervisor supervisor = with(
                nursery.permanent("child1").shutdown(Shutdown.after(Duration.ofSeconds(1))),
                nursery.permanent("child2").shutdown(Shutdown.after(Duration.ofSeconds(1))));
        Pid quick = nursery.pid(supervisor, "child1");
        Pid slow = nursery.pid(supervisor, "child2");
        nursery.cleansUpFor("child2", Duration.ofSeconds(200));
        nursery.stop(supervisor);
        assertThat(end(quick)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(end(slow)).isEqualTo(ExitReason.KILLED);
        assertThat(nursery.world.clock().nanoTime()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void sup_stop_timeout_dynamic() {
        Supervisor supervisor = simple(nursery.permanent("child").shutdown(Shutdown.after(Duration.ofSeconds(1))));
        Pid quick = added(supervisor, "quick");
        Pid slow = added(supervisor, "slow");
        Pid slower = added(supervisor, "slower");
        nursery.cleansUpFor("slow", Duration.ofSeconds(200));
        nursery.cleansUpFor("slower", Duration.ofSeconds(300));
        nursery.stop(supervisor);
        assertThat(end(quick)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(end(slow)).isEqualTo(ExitReason.KILLED);
        assertThat(end(slower)).isEqualTo(ExitReason.KILLED);
        assertThat(nursery.world.clock().nanoTime()).as("one shutdown time for all")
                .isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void sup_stop_brutal_kill() {
        Supervisor supervisor = with(nursery.permanent("child1"),
                nursery.permanent("child2").shutdown(Shutdown.brutalKill()));
        Pid told = nursery.pid(supervisor, "child1");
        Pid killed = nursery.pid(supervisor, "child2");
        nursery.stop(supervisor);
        assertThat(end(told)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(end(killed)).isEqualTo(ExitReason.KILLED);
    }

    @Test
    void sup_stop_brutal_kill_dynamic() {
        Supervisor supervisor = simple(nursery.permanent("child").shutdown(Shutdown.brutalKill()));
        List<Pid> children = List.of(added(supervisor, "a"), added(supervisor, "b"));
        nursery.stop(supervisor);
        assertThat(children).extracting(this::end).containsOnly(ExitReason.KILLED);
    }

    @Test
    void sup_stop_race() {
        Supervisor supervisor = with(nursery.permanent("child1"), nursery.permanent("child2"));
        Pid first = nursery.pid(supervisor, "child1");
        nursery.cleansUpFor("child2", Duration.ofSeconds(2));
        var stopping = nursery.world.begin(() -> supervisor.stop(Nursery.LONG));
        nursery.world.quiesce(); // child2 is cleaning up
        nursery.end(first, BOOM); // and now child1, which is next, ends by itself
        nursery.advance(Duration.ofSeconds(2));
        assertThat(stopping.result()).isTrue();
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(end(first)).isEqualTo(BOOM);
    }

    @Test
    void sup_stop_non_shutdown_exit_dynamic() {
        Supervisor supervisor = simple(ChildSpec.of("child", (parent, argument) -> parent.startLink(
                init -> InitResult.ok(self -> {
                    self.receive();
                    throw self.exit(ExitReason.of(argument)); // answers any exit signal with a reason of its own
                }),
                SpawnOptions.DEFAULT.trappingExits())));
        Pid odd = added(supervisor, "odd");
        nursery.stop(supervisor);
        assertThat(end(odd)).isEqualTo(ExitReason.of("odd"));
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    // ---- administration

    @Test
    void child_adm() {
        Supervisor supervisor = empty();
        ChildSpec spec = nursery.permanent("child1");
        Pid pid = ((ChildResult.Started) add(supervisor, spec)).pid();
        assertThat(add(supervisor, spec)).isEqualTo(new ChildResult.Refused(Why.ALREADY_STARTED, pid));
        assertThat(nursery.perform(() -> supervisor.restartChild("child1")))
                .isEqualTo(new ChildResult.Refused(Why.RUNNING, pid));
        assertThat(nursery.perform(() -> supervisor.deleteChild("child1")))
                .isEqualTo(new ChildResult.Refused(Why.RUNNING, pid));
        for (String unknown : List.of("child2", "")) {
            assertThat(nursery.perform(() -> supervisor.terminateChild(unknown))).isEqualTo(refused(Why.NOT_FOUND));
            assertThat(nursery.perform(() -> supervisor.restartChild(unknown))).isEqualTo(refused(Why.NOT_FOUND));
            assertThat(nursery.perform(() -> supervisor.deleteChild(unknown))).isEqualTo(refused(Why.NOT_FOUND));
        }
        assertThat(nursery.perform(() -> supervisor.terminateChild("child1"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.perform(() -> supervisor.terminateChild("child1"))).as("a second time is fine")
                .isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(add(supervisor, spec)).isEqualTo(refused(Why.ALREADY_PRESENT));
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined");
        assertThat(nursery.perform(() -> supervisor.restartChild("child1")).isOk()).isTrue();
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
        nursery.perform(() -> supervisor.terminateChild("child1"));
        assertThat(nursery.perform(() -> supervisor.deleteChild("child1"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(0, 0, 0, 0));
    }

    @Test
    void child_adm_simple() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 0, 0, 0));
        Pid first = added(supervisor, "a");
        added(supervisor, "b");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 2, 0, 2));
        assertThat(add(supervisor, nursery.permanent("c"))).isEqualTo(refused(Why.SIMPLE_ONE_FOR_ONE));
        assertThat(nursery.perform(() -> supervisor.restartChild("child"))).isEqualTo(refused(Why.SIMPLE_ONE_FOR_ONE));
        assertThat(nursery.perform(() -> supervisor.deleteChild("child"))).isEqualTo(refused(Why.SIMPLE_ONE_FOR_ONE));
        assertThat(nursery.perform(() -> supervisor.terminateChild("child")))
                .isEqualTo(refused(Why.SIMPLE_ONE_FOR_ONE));
        Pid stranger = nursery.world.system().spawn(ProcessContext::receive);
        assertThat(nursery.perform(() -> supervisor.terminateChild(stranger))).isEqualTo(refused(Why.NOT_FOUND));
        assertThat(nursery.perform(() -> supervisor.terminateChild(first))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.perform(() -> supervisor.terminateChild(first))).as("it has ended: that is what was wanted")
                .isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.children(supervisor)).containsExactly("b:running");
    }

    @Test
    void child_specs() {
        Supervisor supervisor = with(nursery.permanent("child1"));
        assertThatThrownBy(() -> Shutdown.after(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("shutdown time must not be negative, got: PT-0.001S");
        assertThatThrownBy(() -> nursery.permanent("x").restart(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> nursery.perform(() -> supervisor.startChild(nursery.transient_("x").significant())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("supervisor 'sup_test': child 'x' must not be significant while auto-shutdown is never");
        assertThatThrownBy(() -> nursery.perform(() -> supervisor.startChild((ChildSpec) null)))
                .isInstanceOf(NullPointerException.class).hasMessage("spec must not be null");
        assertThat(nursery.exitReason(supervisor)).isNull();
        Supervisor.checkChildSpecs(AutoShutdown.NEVER, List.of(nursery.permanent("a"), nursery.permanent("b")));
        assertThatThrownBy(() -> Supervisor.checkChildSpecs(AutoShutdown.NEVER,
                List.of(nursery.permanent("a"), nursery.permanent("a")))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a'");
    }

    @Test
    void child_specs_map() {
        ChildSpec significant = nursery.transient_("a").significant();
        Supervisor.checkChildSpecs(AutoShutdown.ANY_SIGNIFICANT, List.of(significant));
        Supervisor.checkChildSpecs(AutoShutdown.ALL_SIGNIFICANT, List.of(significant));
        assertThatThrownBy(() -> Supervisor.checkChildSpecs(AutoShutdown.NEVER, List.of(significant)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Supervisor.checkChildSpecs(AutoShutdown.ANY_SIGNIFICANT,
                List.of(nursery.permanent("a").significant()))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("permanent");
    }

    @Test
    void extra_return() {
        ChildSpec spec = ChildSpec.of("child1",
                ChildStart.process("child1", self -> InitResult.ok(ProcessContext::receive, "extra")));
        Supervisor supervisor = with();
        assertThat(((ChildResult.Started) add(supervisor, spec)).info()).isEqualTo("extra");
        nursery.perform(() -> supervisor.terminateChild("child1"));
        assertThat(((ChildResult.Started) nursery.perform(() -> supervisor.restartChild("child1"))).info())
                .isEqualTo("extra");
    }

    @Test
    void sup_flags() {
        assertThatThrownBy(() -> SupervisorSpec.oneForOne("s").intensity(-1, HOUR))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("intensity must not be negative, got: -1");
        assertThatThrownBy(() -> SupervisorSpec.oneForOne("s").intensity(1, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("period");
        assertThatThrownBy(() -> SupervisorSpec.oneForOne("s").autoShutdown(null))
                .isInstanceOf(NullPointerException.class).hasMessage("autoShutdown must not be null");
        assertThatThrownBy(() -> SupervisorSpec.simpleOneForOne("s", nursery.permanent("a"))
                .children(nursery.permanent("a"), nursery.permanent("b"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exactly one child specification");
    }

    // ---- restart types: RestartMatrixTest has them all; these are the other checks of the suite

    @Test
    void permanent_normal() {
        Supervisor supervisor = with(nursery.permanent("child1"));
        nursery.end(supervisor, "child1", ExitReason.NORMAL);
        assertThat(nursery.children(supervisor)).containsExactly("child1:running");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
    }

    @Test
    void transient_normal() {
        Supervisor supervisor = with(nursery.transient_("child1"));
        nursery.end(supervisor, "child1", ExitReason.NORMAL);
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 0, 0, 1));
    }

    @Test
    void temporary_normal() {
        Supervisor supervisor = with(nursery.temporary("child1"));
        nursery.end(supervisor, "child1", ExitReason.NORMAL);
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(0, 0, 0, 0));
    }

    @Test
    void permanent_shutdown() {
        Supervisor supervisor = with(nursery.permanent("child1"));
        nursery.end(supervisor, "child1", ExitReason.SHUTDOWN);
        nursery.end(supervisor, "child1", ExitReason.shutdown("some_info"));
        assertThat(nursery.children(supervisor)).containsExactly("child1:running");
    }

    @Test
    void transient_shutdown() {
        Supervisor supervisor = with(nursery.transient_("child1"));
        nursery.end(supervisor, "child1", ExitReason.SHUTDOWN);
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined");
        nursery.perform(() -> supervisor.restartChild("child1"));
        nursery.end(supervisor, "child1", ExitReason.shutdown("some_info"));
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined");
    }

    @Test
    void temporary_shutdown() {
        Supervisor supervisor = with(nursery.temporary("child1"));
        nursery.end(supervisor, "child1", ExitReason.shutdown("some_info"));
        assertThat(nursery.children(supervisor)).isEmpty();
    }

    @Test
    void permanent_abnormal() {
        Supervisor supervisor = with(nursery.permanent("child1"));
        Pid before = nursery.pid(supervisor, "child1");
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.pid(supervisor, "child1")).isNotEqualTo(before);
    }

    @Test
    void transient_abnormal() {
        Supervisor supervisor = with(nursery.transient_("child1"));
        Pid before = nursery.pid(supervisor, "child1");
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.pid(supervisor, "child1")).isNotEqualTo(before);
    }

    @Test
    void temporary_abnormal() {
        Supervisor supervisor = with(nursery.temporary("child1"));
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.children(supervisor)).isEmpty();
    }

    @Test
    void temporary_bystander() {
        for (SupervisorSpec spec : List.of(SupervisorSpec.oneForAll("all"), SupervisorSpec.restForOne("rest"))) {
            Supervisor supervisor = nursery.start(spec.intensity(2, HOUR)
                    .children(nursery.permanent("child1"), nursery.temporary("child2")));
            Pid bystander = nursery.pid(supervisor, "child2");
            nursery.end(supervisor, "child1", BOOM);
            assertThat(end(bystander)).isEqualTo(ExitReason.SHUTDOWN);
            assertThat(nursery.children(supervisor)).containsExactly("child1:running");
        }
    }

    @Test
    void multiple_restarts() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("sup_test")
                .intensity(1, Duration.ofSeconds(1)).children(nursery.permanent("child1")));
        for (int time = 0; time < 3; time++) {
            nursery.end(supervisor, "child1", BOOM);
            nursery.advance(Duration.ofMillis(1100));
        }
        assertThat(nursery.exitReason(supervisor)).isNull();
        nursery.end(supervisor, "child1", BOOM);
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    // ---- strategies

    @Test
    void one_for_one() {
        Supervisor supervisor = with(nursery.permanent("child1"), nursery.permanent("child2"));
        nursery.diary();
        Pid other = nursery.pid(supervisor, "child2");
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.diary()).containsExactly("-child1 boom", "+child1");
        assertThat(nursery.pid(supervisor, "child2")).isEqualTo(other);
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(2, 2, 0, 2));
    }

    @Test
    void one_for_one_escalation() {
        escalates(SupervisorSpec.oneForOne("sup_test"), "-child2 shutdown");
    }

    @Test
    void one_for_all() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForAll("sup_test").intensity(2, HOUR)
                .children(nursery.permanent("child1"), nursery.permanent("child2")));
        nursery.diary();
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.diary()).containsExactly("-child1 boom", "-child2 shutdown", "+child1", "+child2");
    }

    @Test
    void one_for_all_escalation() {
        escalates(SupervisorSpec.oneForAll("sup_test"), "-child2 shutdown");
    }

    private void escalates(SupervisorSpec spec, String... andThen) {
        Supervisor supervisor = nursery.start(spec.intensity(4, HOUR)
                .children(nursery.permanent("child1"), nursery.permanent("child2")));
        nursery.diary();
        nursery.failStarts("child1", 99, BOOM);
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(nursery.diary()).startsWith("-child1 boom").endsWith(spec.strategy() == Strategy.ONE_FOR_ONE
                ? andThen[0]
                : "!child1").contains(andThen).filteredOn("!child1"::equals).hasSize(4);
    }

    @Test
    void one_for_all_other_child_fails_restart() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForAll("sup_test").intensity(3, HOUR)
                .children(nursery.permanent("child1"), nursery.permanent("child2")));
        nursery.diary();
        nursery.failStarts("child2", 1, BOOM);
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.diary()).containsExactly("-child1 boom", "-child2 shutdown", "+child1", "!child2",
                "-child1 shutdown", "+child1", "+child2");
        assertThat(nursery.children(supervisor)).containsExactly("child1:running", "child2:running");
    }

    @Test
    void simple_one_for_one() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        Pid first = added(supervisor, "a");
        Pid second = added(supervisor, "b");
        nursery.end(first, BOOM);
        assertThat(nursery.children(supervisor)).containsExactlyInAnyOrder("a:running", "b:running");
        assertThat(second.isAlive()).isTrue();
    }

    @Test
    void simple_one_for_one_shutdown() {
        Supervisor supervisor = simple(nursery.permanent("child").shutdown(Shutdown.after(Duration.ofSeconds(2))));
        nursery.cleansUpFor("a", Duration.ofSeconds(1));
        added(supervisor, "a");
        nursery.stop(supervisor);
        assertThat(nursery.world.clock().nanoTime()).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(nursery.told).last().isInstanceOfSatisfying(SupervisorEvent.ChildStopped.class,
                stopped -> assertThat(stopped.reason()).isEqualTo(ExitReason.SHUTDOWN));
    }

    @Test
    void simple_one_for_one_extra() {
        Supervisor supervisor = simple(
                ChildSpec.of("child",
                        ChildStart.process("child", self -> InitResult.ok(ProcessContext::receive, "extra_return"))));
        ChildResult.Started started = (ChildResult.Started) add(supervisor, "x");
        assertThat(started.info()).isEqualTo("extra_return");
        nursery.world.system().exit(started.pid(), BOOM);
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
    }

    @Test
    void simple_one_for_one_escalation() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        Pid first = added(supervisor, "a");
        Pid second = added(supervisor, "b");
        nursery.failStarts("a", 99, BOOM);
        nursery.end(first, BOOM);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(end(second)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void simple_one_for_one_corruption() {
        Supervisor supervisor = simple(ChildSpec.of("child", (parent, argument) -> {
            String name = (String) argument;
            return nursery.child(name).start(parent, name);
        }));
        added(supervisor, "a");
        assertThat(nursery.perform(() -> supervisor.startChild((Object) 42)))
                .isInstanceOfSatisfying(ChildResult.Failed.class,
                        failed -> assertThat(failed.reason().cause().orElseThrow())
                                .isInstanceOf(ClassCastException.class));
        assertThatThrownBy(() -> nursery.perform(() -> supervisor.startChild((Object) null)))
                .isInstanceOf(NullPointerException.class).hasMessage("argument must not be null");
        assertThat(nursery.children(supervisor)).containsExactly("a:running");
    }

    @Test
    void simple_one_for_one_restart_ignore() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        Pid first = added(supervisor, "a");
        nursery.ignoreStarts("a", 1);
        nursery.end(first, BOOM);
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 0, 0, 0));
    }

    @Test
    void rest_for_one() {
        Supervisor supervisor = nursery.start(SupervisorSpec.restForOne("sup_test").intensity(2, HOUR).children(
                nursery.permanent("child1"), nursery.permanent("child2"), nursery.permanent("child3")));
        nursery.diary();
        nursery.end(supervisor, "child2", BOOM);
        assertThat(nursery.diary()).containsExactly("-child2 boom", "-child3 shutdown", "+child2", "+child3");
    }

    @Test
    void rest_for_one_escalation() {
        escalates(SupervisorSpec.restForOne("sup_test"), "-child2 shutdown");
    }

    @Test
    void rest_for_one_other_child_fails_restart() {
        Supervisor supervisor = nursery.start(SupervisorSpec.restForOne("sup_test").intensity(3, HOUR)
                .children(nursery.permanent("child1"), nursery.permanent("child2"), nursery.permanent("child3")));
        nursery.diary();
        nursery.failStarts("child2", 1, BOOM);
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.diary()).as("the second try begins with the one that failed").containsExactly(
                "-child1 boom", "-child3 shutdown", "-child2 shutdown", "+child1", "!child2", "+child2", "+child3");
    }

    // ---- significant children

    @Test
    void nonsignificant_temporary() {
        for (AutoShutdown auto : AutoShutdown.values()) {
            Supervisor supervisor = nursery.start(
                    SupervisorSpec.oneForOne("sup_test").autoShutdown(auto).children(nursery.temporary("child1")));
            nursery.end(supervisor, "child1", BOOM);
            assertThat(nursery.exitReason(supervisor)).isNull();
        }
    }

    @Test
    void nonsignificant_transient() {
        for (AutoShutdown auto : AutoShutdown.values()) {
            Supervisor supervisor = nursery.start(
                    SupervisorSpec.oneForOne("sup_test").autoShutdown(auto).children(nursery.transient_("child1")));
            nursery.end(supervisor, "child1", ExitReason.NORMAL);
            assertThat(nursery.exitReason(supervisor)).isNull();
        }
    }

    @Test
    void significant_temporary() {
        for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, BOOM, ExitReason.KILLED)) {
            significantEnds(nursery.temporary("a").significant(), nursery.temporary("b").significant(), reason);
        }
    }

    @Test
    void significant_transient() {
        for (ExitReason reason : List.of(ExitReason.NORMAL, ExitReason.SHUTDOWN, ExitReason.shutdown("done"))) {
            significantEnds(nursery.transient_("a").significant(), nursery.transient_("b").significant(), reason);
        }
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("sup_test")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT).children(nursery.transient_("a").significant()));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).as("it crashed, so it comes back").containsExactly("a:running");
    }

    private void significantEnds(ChildSpec first, ChildSpec second, ExitReason reason) {
        ChildSpec other = nursery.permanent("other");
        Supervisor any = nursery.start(SupervisorSpec.oneForOne("sup_test")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT).children(first, second, other));
        nursery.end(any, "a", reason);
        assertThat(nursery.exitReason(any)).isEqualTo(ExitReason.SHUTDOWN);

        Supervisor all = nursery.start(SupervisorSpec.oneForOne("sup_test")
                .autoShutdown(AutoShutdown.ALL_SIGNIFICANT).children(first, second, other));
        nursery.end(all, "a", reason);
        assertThat(nursery.exitReason(all)).isNull();
        nursery.end(all, "b", reason);
        assertThat(nursery.exitReason(all)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void significant_simple() {
        Supervisor supervisor = nursery.start(
                SupervisorSpec.simpleOneForOne("sup_test", ChildSpec.of("t", nursery.child("t"))
                        .restart(RestartType.TRANSIENT)).autoShutdown(AutoShutdown.ALL_SIGNIFICANT)
                        .children(nursery.transient_("t").significant()));
        Pid first = added(supervisor, "a");
        Pid second = added(supervisor, "b");
        nursery.end(first, ExitReason.NORMAL);
        assertThat(nursery.exitReason(supervisor)).isNull();
        nursery.end(second, ExitReason.NORMAL);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @Test
    void significant_bystander() {
        Supervisor supervisor = nursery.start(SupervisorSpec.restForOne("sup_test").intensity(9, HOUR)
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT).children(nursery.permanent("child1"),
                        nursery.temporary("child2").significant(), nursery.transient_("child3").significant()));
        nursery.end(supervisor, "child1", BOOM);
        assertThat(nursery.children(supervisor)).as("stopped by the supervisor is not ended by itself")
                .containsExactly("child1:running", "child3:running");
        nursery.perform(() -> supervisor.terminateChild("child3"));
        assertThat(nursery.exitReason(supervisor)).as("nor is terminate_child").isNull();
    }

    @Test
    void significant_escalation() {
        SupervisorSpec inner = SupervisorSpec.oneForOne("inner").autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .children(nursery.transient_("leaf").significant());
        Supervisor outer = nursery.start(SupervisorSpec.oneForOne("outer").autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .children(ChildSpec.supervisor("inner", inner).restart(RestartType.TRANSIENT).significant()));
        nursery.end(nursery.nested(outer, "inner"), "leaf", ExitReason.NORMAL);
        assertThat(nursery.exitReason(outer)).isEqualTo(ExitReason.SHUTDOWN);
    }

    // ---- misc

    @Test
    void child_unlink() {
        Supervisor supervisor = empty();
        Pid naughty = ((ChildResult.Started) add(supervisor, ChildSpec.of("naughty", (parent, argument) -> {
            Pid boss = parent.self();
            return parent.startLink(self -> InitResult.ok(own -> {
                own.unlink(boss);
                own.receive();
            }), SpawnOptions.DEFAULT);
        }).restart(RestartType.PERMANENT))).pid();
        assertThat(nursery.perform(() -> supervisor.terminateChild("naughty"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(naughty.isAlive()).isFalse();
        assertThat(nursery.exitReason(supervisor)).isNull();
    }

    @Test
    void tree() {
        SupervisorSpec inner = SupervisorSpec.oneForOne("inner").intensity(3, HOUR)
                .children(nursery.permanent("leaf1"), nursery.permanent("leaf2"));
        Supervisor outer = nursery.start(SupervisorSpec.oneForAll("outer").intensity(4, HOUR).children(
                nursery.permanent("first"), nursery.permanent("second"), ChildSpec.supervisor("inner1", inner),
                ChildSpec.supervisor("inner2", inner)));
        assertThat(nursery.counts(outer)).isEqualTo(new ChildCounts(4, 4, 2, 2));
        Supervisor inner1 = nursery.nested(outer, "inner1");
        nursery.diary();
        nursery.end(inner1, "leaf1", BOOM);
        assertThat(nursery.diary()).as("a leaf is a matter of its own supervisor")
                .containsExactly("-leaf1 boom", "+leaf1");
        nursery.failStarts("leaf1", 3, BOOM);
        nursery.end(inner1, "leaf1", BOOM);
        assertThat(nursery.exitReason(inner1)).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(nursery.children(outer)).as("and of the next one when that gives up")
                .containsExactly("first:running", "second:running", "inner1:running", "inner2:running");
        assertThat(nursery.children(nursery.nested(outer, "inner1"))).containsExactly("leaf1:running", "leaf2:running");
        nursery.diary();
        nursery.stop(outer);
        assertThat(nursery.diary()).containsExactly("-leaf2 shutdown", "-leaf1 shutdown", "-leaf2 shutdown",
                "-leaf1 shutdown", "-second shutdown", "-first shutdown");
    }

    @Test
    void count_children() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        List<Pid> children = new ArrayList<>();
        for (int number = 0; number < 1000; number++) {
            children.add(added(supervisor, "c" + number));
        }
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1000, 0, 1000));
        assertThat(nursery.perform(() -> supervisor.whichChildren(990, 100)).children()).hasSize(10);
        children.subList(0, 600).forEach(pid -> nursery.perform(() -> supervisor.terminateChild(pid)));
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 400, 0, 400));
        assertThat(nursery.children(supervisor)).hasSize(400).startsWith("c600:running").endsWith("c999:running");
    }

    @Test
    void count_children_supervisor() {
        SupervisorSpec inner = SupervisorSpec.oneForOne("inner");
        Supervisor supervisor = simple(ChildSpec.supervisor("child", inner));
        added(supervisor, "a");
        added(supervisor, "b");
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 2, 2, 0));
    }

    @Test
    void count_restarting_children() {
        Supervisor supervisor = nursery.start(SupervisorSpec.simpleOneForOne("sup_test",
                ChildSpec.of("t", nursery.child("t")).plan(RestartPlan.parse("[5s]"))));
        Pid first = added(supervisor, "a");
        Pid second = added(supervisor, "b");
        nursery.end(first, BOOM);
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 2));
        assertThat(nursery.children(supervisor)).containsExactlyInAnyOrder("?:restarting", "b:running");
        assertThat(nursery.perform(() -> supervisor.terminateChild(first)))
                .as("it has the name of the process that it was").isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
        nursery.advance(Duration.ofSeconds(6));
        assertThat(nursery.children(supervisor)).containsExactly("b:running");
        assertThat(second.isAlive()).isTrue();
    }

    @Test
    void do_not_save_start_parameters_for_temporary_children() throws InterruptedException {
        Supervisor supervisor = simple(nursery.temporary("child"));
        WeakReference<Object> parameter = startWithAHeavyParameter(supervisor);
        nursery.counts(supervisor); // the supervisor has another message in its hands now
        for (int round = 0; round < 100 && parameter.get() != null; round++) {
            System.gc();
            Thread.sleep(10); // the collector's time, not the processes'
        }
        assertThat(parameter.get()).isNull();
        assertThat(nursery.counts(supervisor).active()).isEqualTo(1);
    }

    private WeakReference<Object> startWithAHeavyParameter(Supervisor supervisor) {
        Object heavy = new Object() {
            @Override
            public String toString() {
                return "heavy";
            }
        };
        nursery.perform(() -> supervisor.startChild(heavy));
        return new WeakReference<>(heavy);
    }

    @Test
    void do_not_save_child_specs_for_temporary_children() {
        Supervisor supervisor = with(nursery.permanent("stays"));
        add(supervisor, nursery.temporary("guest"));
        nursery.perform(() -> supervisor.terminateChild("guest"));
        assertThat(nursery.perform(() -> supervisor.childSpec("guest"))).isEmpty();
        assertThat(nursery.perform(() -> supervisor.restartChild("guest"))).isEqualTo(refused(Why.NOT_FOUND));
        assertThat(nursery.perform(() -> supervisor.deleteChild("guest"))).isEqualTo(refused(Why.NOT_FOUND));
    }

    @Test
    void hanging_restart_loop() {
        Supervisor supervisor = nursery.start(SupervisorSpec.oneForOne("sup_test")
                .intensity(Integer.MAX_VALUE, HOUR).children(nursery.permanent("child1")));
        nursery.failStarts("child1", 1_000_000, BOOM);
        nursery.world.system().exit(nursery.pid(supervisor, "child1"), ExitReason.KILL);
        // it tries again without a pause, and answers in between
        assertThat(ask(() -> supervisor.restartChild("child1"))).isEqualTo(refused(Why.RESTARTING));
        assertThat(ask(() -> supervisor.deleteChild("child1"))).isEqualTo(refused(Why.RESTARTING));
        assertThat(ask(() -> supervisor.startChild(nursery.permanent("child1"))))
                .isEqualTo(refused(Why.ALREADY_PRESENT));
        assertThat(ask(() -> supervisor.countChildren())).isEqualTo(new ChildCounts(1, 0, 0, 1));
        assertThat(ask(() -> supervisor.terminateChild("child1"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.children(supervisor)).containsExactly("child1:undefined");
    }

    @Test
    void hanging_restart_loop_rest_for_one() {
        Supervisor supervisor = nursery.start(SupervisorSpec.restForOne("sup_test").intensity(Integer.MAX_VALUE, HOUR)
                .children(nursery.permanent("child1"), nursery.permanent("child2"), nursery.permanent("child3")));
        nursery.failStarts("child2", 1_000_000, BOOM);
        nursery.world.system().exit(nursery.pid(supervisor, "child1"), ExitReason.KILL);
        assertThat(ask(() -> supervisor.restartChild("child2"))).isEqualTo(refused(Why.RESTARTING));
        assertThat(ask(() -> supervisor.countChildren())).isEqualTo(new ChildCounts(3, 1, 0, 3));
        assertThat(ask(() -> supervisor.terminateChild("child2"))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.children(supervisor)).as("those after the one that failed have never been started")
                .containsExactly("child1:running", "child2:undefined", "child3:undefined");
    }

    @Test
    void hanging_restart_loop_simple() {
        Supervisor supervisor = nursery.start(SupervisorSpec.simpleOneForOne("sup_test", nursery.permanent("t"))
                .intensity(Integer.MAX_VALUE, HOUR));
        Pid first = added(supervisor, "a");
        nursery.failStarts("a", 1_000_000, BOOM);
        nursery.world.system().exit(first, ExitReason.KILL);
        assertThat(ask(() -> supervisor.countChildren())).isEqualTo(new ChildCounts(1, 0, 0, 1));
        assertThat(ask(() -> supervisor.terminateChild(first))).isEqualTo(ChildResult.Done.INSTANCE);
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 0, 0, 0));
    }

    /** For a system that does not come to rest: from this thread, which is no process. */
    private static <T> T ask(Callable<T> question) {
        try {
            return question.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void order_of_children() {
        Supervisor supervisor = with(nursery.permanent("a"), nursery.permanent("b"), nursery.permanent("c"));
        add(supervisor, nursery.permanent("d"));
        nursery.perform(() -> supervisor.terminateAndDeleteChild("b"));
        add(supervisor, nursery.permanent("b"));
        nursery.end(supervisor, "a", BOOM);
        assertThat(nursery.children(supervisor)).as("a restart keeps the place, a new child goes to the end")
                .containsExactly("a:running", "c:running", "d:running", "b:running");
        nursery.diary();
        nursery.stop(supervisor);
        assertThat(nursery.diary()).containsExactly("-b shutdown", "-d shutdown", "-c shutdown", "-a shutdown");
    }

    @Test
    void already_started_outside_supervisor() {
        Pid outside = nursery.world.system().spawn(ProcessContext::receive);
        nursery.world.system().register("taken", outside);
        Supervisor supervisor = empty();
        ChildResult result = add(supervisor, ChildSpec.of("child", (parent, argument) -> {
            Pid holder = parent.system().whereis("taken").orElseThrow();
            return new StartResult.Failed(ExitReason.of("{already_started, " + holder + "}"));
        }));
        assertThat(result).isEqualTo(new ChildResult.Failed(ExitReason.of("{already_started, " + outside + "}")));
        assertThat(nursery.children(supervisor)).isEmpty();
    }

    @Test
    void which_children() {
        Supervisor supervisor = with(nursery.permanent("a").modules("m.A"),
                ChildSpec.supervisor("b", SupervisorSpec.oneForOne("b")), nursery.planned("c", "[1m]"));
        nursery.end(supervisor, "c", BOOM);
        nursery.perform(() -> supervisor.terminateChild("a"));
        List<ChildInfo> children = nursery.perform(supervisor::whichChildren);
        assertThat(children).extracting(ChildInfo::id).containsExactly("a", "b", "c");
        assertThat(children).extracting(ChildInfo::state).containsExactly(
                ChildInfo.State.UNDEFINED, ChildInfo.State.RUNNING, ChildInfo.State.RESTARTING);
        assertThat(children).extracting(ChildInfo::type).containsExactly(
                ChildType.WORKER, ChildType.SUPERVISOR, ChildType.WORKER);
        assertThat(children.getFirst().modules()).containsExactly("m.A");
        assertThat(children.get(0).lastExit()).isEqualTo(ExitReason.SHUTDOWN);
        assertThat(children.get(2).restartIn()).isEqualTo(Duration.ofMinutes(1));
        assertThat(children.get(1).pid()).isNotNull();
    }

    @Test
    void which_children_simple_one_for_one() {
        Supervisor supervisor = simple(nursery.permanent("child"));
        Pid pid = added(supervisor, "a");
        List<ChildInfo> children = nursery.perform(supervisor::whichChildren);
        assertThat(children).singleElement().satisfies(child -> {
            assertThat(child.id()).isNull();
            assertThat(child.pid()).isEqualTo(pid);
        });
    }
}
