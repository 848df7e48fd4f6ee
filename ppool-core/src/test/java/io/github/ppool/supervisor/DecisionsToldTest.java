package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.restart.RestartPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The decisions that a supervisor tells its listener, and the listener of the supervisor above. */
class DecisionsToldTest {

    private final Nursery nursery = new Nursery();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        nursery.close();
    }

    /** Tells the decisions and the ends with the way from the top. */
    private class Told implements SupervisorListener {
        private final String path;

        Told(String path) {
            this.path = path;
        }

        @Override
        public void on(SupervisorEvent event) {
            if (event instanceof SupervisorEvent.ChildExited exited) {
                told.add("ended " + path + exited.id());
            }
        }

        @Override
        public void decided(Pid supervisor, String id, String follows, @Nullable Duration in) {
            told.add(path + id + " " + follows + (in == null ? "" : " / " + in.toMillis()));
        }

        @Override
        public SupervisorListener below(String id) {
            return new Told(path + id + "/");
        }
    }

    private Supervisor start(SupervisorSpec spec) {
        return nursery.perform(() -> Supervisor.start(nursery.world.system(), spec));
    }

    @Test
    void each_decision_of_a_plan_follows_the_end_that_it_is_about() {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("top").listener(new Told(""))
                .children(nursery.planned("a", "[restart, 5s, wait]")));
        nursery.end(supervisor, "a", Nursery.BOOM);
        nursery.end(supervisor, "a", Nursery.BOOM);
        nursery.advance(Duration.ofSeconds(5));
        nursery.end(supervisor, "a", Nursery.BOOM);
        assertThat(told).containsExactly(
                "ended a", "a restarts now / 0",
                "ended a", "a restarts in 5s / 5000",
                "ended a", "a stays down: its plan says wait");
    }

    @Test
    void the_decision_of_an_intensity_is_told_and_that_about_an_expected_end_is_not() {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("top").listener(new Told(""))
                .children(nursery.permanent("a"), nursery.temporary("b"), nursery.transient_("c")));
        nursery.end(supervisor, "a", Nursery.BOOM);
        nursery.end(supervisor, "b", Nursery.BOOM);
        nursery.end(supervisor, "c", ExitReason.NORMAL);
        assertThat(told).containsExactly(
                "ended a", "a restarts now / 0",
                "ended b", "b stays down: its restart type is temporary",
                "ended c");
    }

    @Test
    void a_failed_restart_is_followed_by_a_decision_too() {
        Supervisor supervisor = start(SupervisorSpec.oneForOne("top").listener(new Told(""))
                .children(nursery.planned("a", "[restart, 7s]")));
        nursery.failStarts("a", 1, ExitReason.of("no"));
        nursery.end(supervisor, "a", Nursery.BOOM);
        assertThat(told).containsExactly(
                "ended a", "a restarts now / 0", "a is tried again in 7s, attempt 2 / 7000");
    }

    @Test
    void supervisors_below_tell_the_listener_that_the_one_above_has_for_them_and_their_own() {
        List<SupervisorEvent> own = Collections.synchronizedList(new ArrayList<>());
        Supervisor top = start(SupervisorSpec.oneForOne("top").listener(new Told("")).children(
                ChildSpec.supervisor("senders", SupervisorSpec.oneForOne("senders").children(
                        ChildSpec.supervisor("now", SupervisorSpec.oneForOne("now").listener(own::add)
                                .children(nursery.planned("fast", "[restart, 5s]")))))));
        Supervisor now = below(top, "senders", "now");
        nursery.end(now, "fast", Nursery.BOOM);
        assertThat(told).containsExactly("ended senders/now/fast", "senders/now/fast restarts now / 0");
        assertThat(own).anyMatch(event -> event instanceof SupervisorEvent.ChildExited);
    }

    @Test
    void a_hostile_listener_for_those_below_hurts_nobody() {
        for (Supplier<@Nullable SupervisorListener> answer : List.<Supplier<@Nullable SupervisorListener>>of(
                () -> null,
                () -> {
                    throw new IllegalStateException("no");
                },
                () -> event -> {
                    throw new AssertionError("no");
                })) {
            Supervisor top = start(SupervisorSpec.oneForOne("top").listener(new SupervisorListener() {
                @Override
                public void on(SupervisorEvent event) {}

                @Override
                public void decided(Pid supervisor, String id, String follows, @Nullable Duration in) {
                    throw new IllegalStateException("no");
                }

                @Override
                @SuppressWarnings("NullAway") // hostile
                public SupervisorListener below(String id) {
                    return answer.get();
                }
            }).children(
                    ChildSpec.supervisor("senders",
                            SupervisorSpec.oneForOne("senders").children(
                                    ChildSpec.of("fast", nursery.child("fast"))
                                            .plan(RestartPlan.parse("[restart]"))))));
            nursery.end(below(top, "senders"), "fast", Nursery.BOOM);
            assertThat(below(top, "senders").pid().isAlive()).isTrue();
        }
    }

    private Supervisor below(Supervisor top, String... path) {
        Supervisor at = top;
        for (String step : path) {
            Supervisor above = at;
            at = Supervisor.of(nursery.world.system(), nursery.perform(() -> above.pid(step).orElseThrow()));
        }
        return at;
    }
}
