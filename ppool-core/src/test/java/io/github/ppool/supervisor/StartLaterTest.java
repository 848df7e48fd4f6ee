package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.ppool.CapturedLog;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.genserver.ServerExitedException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.process.StartLaterException;
import io.github.ppool.process.StartResult;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartType;
import io.github.ppool.supervisor.ChildResult.Why;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** A start that asks to be tried again later: director's {@code {restart, Ms}}. */
class StartLaterTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Nursery nursery = new Nursery();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.github.ppool.supervisor.later");

    /** The results of the next starts; after the last one they succeed. */
    private final Deque<Object> answers = new ArrayDeque<>();
    private int starts;
    private Way way = Way.ANSWERED;

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
        logger.setLevel(null);
    }

    /** How a start can say it. */
    private enum Way {
        ANSWERED,
        THROWN,
        BY_THE_PROCESS,
        BY_A_SERVER,
        BY_A_START_FUNCTION
    }

    private synchronized Object next() {
        starts++;
        return answers.isEmpty()
                ? "ok"
                : answers.size() == 1 && answers.peek().equals("for ever")
                        ? Duration.ZERO
                        : answers.poll();
    }

    private synchronized int starts() {
        return starts;
    }

    private synchronized void then(Object... next) {
        answers.addAll(List.of(next));
    }

    private StartResult answer(ProcessContext supervisor, Object argument) throws InterruptedException {
        Object next = next();
        return switch (next) {
            case Duration delay when way == Way.ANSWERED -> StartResult.later(delay);
            case Duration delay when way == Way.THROWN -> throw new StartLaterException(delay);
            case Duration delay when way == Way.BY_A_START_FUNCTION -> throw new StartLaterException(delay);
            case Duration delay when way == Way.BY_THE_PROCESS -> supervisor.startLink(self -> {
                throw new StartLaterException(delay);
            }, SpawnOptions.DEFAULT);
            case Duration delay -> supervisor.startLink(GenServerRef.linkedTo(() -> new Later(delay),
                    supervisor.self()), SpawnOptions.DEFAULT.trappingExits());
            case ExitReason reason -> new StartResult.Failed(reason);
            case StartResult result -> result;
            default -> supervisor.startLink(self -> InitResult.ok(ProcessContext::receive),
                    SpawnOptions.labelled("later"));
        };
    }

    private record Later(Duration delay) implements GenServer<String, String, String> {
        @Override
        public Init init(ServerContext self) {
            throw new StartLaterException(delay);
        }

        @Override
        public String handleCall(String request, ReplyTo<String> from, ServerContext self) {
            return request;
        }
    }

    private ChildSpec later() {
        return way == Way.BY_A_START_FUNCTION
                ? ChildSpec.of("later", (supervisor, arguments) -> answer(supervisor, null), List.of())
                : ChildSpec.of("later", this::answer);
    }

    private Supervisor start(SupervisorSpec spec) {
        return nursery.start(spec);
    }

    private static SupervisorSpec one(ChildSpec... children) {
        return SupervisorSpec.oneForOne("later").intensity(0, SECOND).children(children);
    }

    // ---- each way to ask for it

    @ParameterizedTest
    @EnumSource
    void a_child_that_asks_for_a_later_start_is_restarting_and_its_siblings_go_on(Way how) {
        way = how;
        then(SECOND, Duration.ofSeconds(2));
        Supervisor supervisor = start(one(nursery.permanent("a"), later(), nursery.permanent("z")));
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "later:restarting", "z:running");
        assertThat(nursery.perform(() -> supervisor.child("later")).orElseThrow().restartIn()).isEqualTo(SECOND);
        assertThat(nursery.told).contains(new SupervisorEvent.RestartScheduled(supervisor.pid(), "later", SECOND))
                .noneMatch(event -> event instanceof SupervisorEvent.ChildStartFailed);
        nursery.advance(SECOND);
        assertThat(nursery.children(supervisor)).contains("later:restarting");
        assertThat(starts()).isEqualTo(2);
        nursery.advance(Duration.ofMillis(1999));
        assertThat(nursery.children(supervisor)).contains("later:restarting");
        nursery.advance(Duration.ofMillis(1));
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "later:running", "z:running");
        assertThat(nursery.perform(() -> supervisor.restartCount("later"))).as("nothing was a restart")
                .isEqualTo(OptionalInt.of(0));
        assertThat(nursery.exitReason(supervisor)).as("asking does not count against an intensity of 0").isNull();
    }

    @Test
    void elsewhere_it_is_an_exception_like_any_other() {
        assertThatThrownBy(() -> nursery.perform(() -> GenServerRef.start(nursery.world.system(),
                () -> new Later(SECOND), SpawnOptions.DEFAULT))).isInstanceOf(ServerExitedException.class)
                .hasMessageContaining("start later: in PT1S");
        Supervisor supervisor = start(one(nursery.planned("a", "[wait]")));
        nursery.end(supervisor, "a", ExitReason.failure(new StartLaterException(SECOND)));
        assertThat(nursery.children(supervisor)).as("a child that ran has crashed").containsExactly("a:undefined");
    }

    // ---- times

    @Test
    void times_below_zero_and_beyond_all_are_cut() {
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        assertThat(new StartLaterException(Duration.ofSeconds(-5)).delay()).isEqualTo(Duration.ZERO);
        assertThat(new StartLaterException(Duration.ofSeconds(Long.MIN_VALUE)).delay()).isEqualTo(Duration.ZERO);
        assertThat(new StartLaterException(Duration.ofSeconds(Long.MAX_VALUE)).delay()).isEqualTo(longest);
        assertThatThrownBy(() -> new StartLaterException(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("delay must not be null");
        assertThatThrownBy(() -> StartResult.later(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("delay must not be null");
        assertThat(new StartLaterException(SECOND)).hasMessage("start later: in PT1S").hasNoCause()
                .satisfies(thrown -> assertThat(thrown.getStackTrace()).isEmpty());

        then(Duration.ofSeconds(Long.MAX_VALUE));
        Supervisor supervisor = start(one(later()));
        assertThat(nursery.perform(() -> supervisor.child("later")).orElseThrow().restartIn())
                .isGreaterThan(Duration.ofDays(365L * 100));
        assertThat(nursery.stop(supervisor)).isTrue();
        assertThat(nursery.world.clock().nanosToNextTimer()).as("no timer is left").isEmpty();
    }

    @Test
    void no_time_at_all_is_due_with_the_next_message() {
        then(Duration.ZERO, Duration.ofSeconds(-1));
        Supervisor supervisor = start(one(later()));
        nursery.advance(Duration.ofMillis(1));
        assertThat(nursery.children(supervisor)).containsExactly("later:running");
        assertThat(starts()).isEqualTo(3);
    }

    @Test
    void a_start_that_asks_for_no_time_again_and_again_does_not_spin() {
        logger.setLevel(Level.INFO);
        then("for ever");
        try (CapturedLog log = CapturedLog.open()) {
            Supervisor supervisor = start(one(later()));
            nursery.advance(Duration.ofMillis(50));
            assertThat(starts()).isEqualTo(11);
            assertThat(nursery.children(supervisor)).containsExactly("later:restarting");
            assertThat(log.messages(Level.WARN)).singleElement().asString().contains("Child 'later'",
                    "has asked 11 times in a row", "PT0.1S");
            nursery.advance(Duration.ofMinutes(10));
            assertThat(starts()).as("pauses grow up to 30 s").isBetween(30, 45);
            synchronized (this) {
                answers.clear();
            }
            nursery.advance(Duration.ofSeconds(30));
            assertThat(nursery.children(supervisor)).containsExactly("later:running");
        }
    }

    // ---- calls

    @Test
    void start_child_tells_in_which_time_and_restart_child_refuses() {
        Supervisor supervisor = start(one());
        then(SECOND, Duration.ofSeconds(5));
        ChildResult added = nursery.perform(() -> supervisor.startChild(later()));
        assertThat(added).isEqualTo(new ChildResult.Restarting(SECOND));
        assertThat(added.isOk()).isTrue();
        assertThat(nursery.perform(() -> supervisor.startChild(later())))
                .isEqualTo(new ChildResult.Refused(Why.ALREADY_PRESENT, null));
        assertThat(nursery.perform(() -> supervisor.restartChild("later"))).as("of a type, as in OTP")
                .isEqualTo(new ChildResult.Refused(Why.RESTARTING, null));
        assertThat(starts()).isEqualTo(1);
        assertThat(nursery.perform(() -> supervisor.deleteChild("later")))
                .isEqualTo(new ChildResult.Refused(Why.RESTARTING, null));
        assertThat(nursery.perform(() -> supervisor.terminateChild("later"))).isEqualTo(ChildResult.Done.INSTANCE);
        nursery.advance(Duration.ofSeconds(10));
        assertThat(nursery.children(supervisor)).as("the start to come is called off")
                .containsExactly("later:undefined");
        assertThat(nursery.perform(() -> supervisor.restartChild("later"))).as("it has asked again")
                .isEqualTo(new ChildResult.Refused(Why.RESTARTING, null));
        assertThat(nursery.children(supervisor)).containsExactly("later:restarting");
        nursery.advance(Duration.ofSeconds(5));
        assertThat(nursery.children(supervisor)).containsExactly("later:running");
        assertThat(starts()).isEqualTo(3);
    }

    @Test
    void a_child_with_a_plan_can_be_started_before_its_time_or_deleted() {
        Supervisor supervisor = start(one());
        then(Duration.ofMinutes(1));
        ChildSpec planned = later().plan(RestartPlan.parse("[restart]"));
        nursery.perform(() -> supervisor.startChild(planned));
        assertThat(nursery.perform(() -> supervisor.restartChild("later"))).isInstanceOf(ChildResult.Started.class);
        nursery.perform(() -> supervisor.terminateAndDeleteChild("later"));
        then(Duration.ofMinutes(1));
        nursery.perform(() -> supervisor.startChild(planned));
        assertThat(nursery.perform(() -> supervisor.deleteChild("later"))).isEqualTo(ChildResult.Done.INSTANCE);
        nursery.advance(Duration.ofMinutes(2));
        assertThat(nursery.children(supervisor)).isEmpty();
        assertThat(starts()).isEqualTo(3);
    }

    // ---- restarts

    @Test
    void a_restart_that_asks_for_later_takes_no_element_of_the_plan() {
        Supervisor supervisor = start(one(later().plan(RestartPlan.parse("[restart, delete]"))));
        then(SECOND, SECOND);
        end(supervisor);
        nursery.advance(Duration.ofSeconds(2));
        assertThat(nursery.children(supervisor)).containsExactly("later:running");
        assertThat(nursery.perform(() -> supervisor.restartCount("later"))).isEqualTo(OptionalInt.of(1));
        end(supervisor);
        assertThat(nursery.children(supervisor)).as("the second element").isEmpty();
    }

    private void end(Supervisor supervisor) {
        nursery.world.system().exit(nursery.pid(supervisor, "later"), Nursery.BOOM);
        nursery.world.quiesce();
    }

    @Test
    void a_start_that_fails_at_last_is_a_restart_that_failed() {
        then(SECOND, Nursery.BOOM, Nursery.BOOM);
        Supervisor planned = start(one(later().plan(RestartPlan.parse("[2s, wait]"))));
        nursery.advance(SECOND);
        assertThat(nursery.perform(() -> planned.child("later")).orElseThrow().restartIn())
                .isEqualTo(Duration.ofSeconds(2));
        nursery.advance(Duration.ofSeconds(2));
        assertThat(nursery.children(planned)).containsExactly("later:undefined");

        then(SECOND, Nursery.BOOM, Nursery.BOOM);
        Supervisor permanent = start(one(later()).intensity(1, Duration.ofSeconds(60)));
        nursery.advance(SECOND);
        assertThat(nursery.exitReason(permanent)).as("each further try counts").isEqualTo(ExitReason.SHUTDOWN);

        then(SECOND, Nursery.BOOM);
        Supervisor temporary = start(one(later().restart(RestartType.TEMPORARY)));
        nursery.advance(SECOND);
        assertThat(nursery.children(temporary)).as("a temporary child is not tried again").isEmpty();
    }

    @Test
    void a_start_that_is_ignored_at_last_is_done() {
        then(SECOND, StartResult.Ignored.INSTANCE, SECOND, StartResult.Ignored.INSTANCE);
        Supervisor kept = start(one(later()));
        nursery.advance(SECOND);
        assertThat(nursery.children(kept)).containsExactly("later:undefined");
        Supervisor forgotten = start(one(later().restart(RestartType.TEMPORARY)));
        nursery.advance(SECOND);
        assertThat(nursery.children(forgotten)).isEmpty();
    }

    @Test
    void a_significant_child_that_never_comes_ends_the_supervisor_as_one_that_has_ended() {
        then(SECOND, Nursery.BOOM);
        Supervisor supervisor = start(SupervisorSpec.oneForOne("later").autoShutdown(AutoShutdown.ALL_SIGNIFICANT)
                .children(nursery.permanent("a"), later().restart(RestartType.TEMPORARY).significant()));
        assertThat(nursery.exitReason(supervisor)).isNull();
        nursery.advance(SECOND);
        assertThat(nursery.exitReason(supervisor)).isEqualTo(ExitReason.SHUTDOWN);
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_FOR_ALL", "REST_FOR_ONE"})
    void in_a_common_restart_the_others_do_not_wait_for_it_and_it_comes_alone(Strategy strategy) {
        Supervisor supervisor = start(new SupervisorSpec("later", strategy, SupervisorSpec.DEFAULT_INTENSITY,
                AutoShutdown.NEVER, List.of(nursery.permanent("a"), later(), nursery.permanent("z")),
                ChildDefaults.NONE, SupervisorListener.NONE));
        then(SECOND);
        nursery.diary();
        nursery.end(supervisor, "a", Nursery.BOOM);
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "later:restarting", "z:running");
        assertThat(nursery.diary()).containsExactly("-a boom", "-z shutdown", "+a", "+z");
        nursery.advance(SECOND);
        assertThat(nursery.children(supervisor)).containsExactly("a:running", "later:running", "z:running");
        assertThat(nursery.diary()).isEmpty();
        assertThat(nursery.exitReason(supervisor)).isNull();
    }

    @Test
    void children_of_a_template_may_ask_too() {
        Supervisor supervisor = start(SupervisorSpec.simpleOneForOne("later", later()));
        then(SECOND);
        assertThat(nursery.perform(() -> supervisor.startChild("x"))).isEqualTo(new ChildResult.Restarting(SECOND));
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 0, 0, 1));
        nursery.advance(SECOND);
        assertThat(nursery.counts(supervisor)).isEqualTo(new ChildCounts(1, 1, 0, 1));
        List<Pid> pids = nursery.perform(supervisor::pids);
        then(SECOND, Duration.ofSeconds(3));
        nursery.world.system().exit(pids.getFirst(), Nursery.BOOM);
        nursery.world.quiesce();
        assertThat(nursery.perform(() -> supervisor.terminateChild(pids.getFirst())))
                .as("named by the process that it was").isEqualTo(ChildResult.Done.INSTANCE);
        nursery.perform(() -> supervisor.startChild("y"));
        assertThat(nursery.stop(supervisor)).isTrue();
        assertThat(nursery.world.clock().nanosToNextTimer()).as("no timer is left").isEmpty();
    }

    @Test
    void with_a_count_of_0_the_first_end_is_the_last_but_asking_is_no_end() {
        then(SECOND);
        Supervisor supervisor = start(one(later().plan(RestartPlan.parse("[restart]")).count(RestartCount.of(0))));
        nursery.advance(SECOND);
        assertThat(nursery.children(supervisor)).containsExactly("later:running");
        end(supervisor);
        assertThat(nursery.exitReason(supervisor)).isNotNull();
    }
}
