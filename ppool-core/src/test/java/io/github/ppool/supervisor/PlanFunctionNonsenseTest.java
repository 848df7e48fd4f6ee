package io.github.ppool.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.HostileExceptions;
import io.github.ppool.process.ExitReason;
import io.github.ppool.restart.Backoff;
import io.github.ppool.restart.PlanElement;
import io.github.ppool.restart.PlanFunction;
import io.github.ppool.restart.RestartPlan;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plan functions that throw or answer nonsense have one outcome: the supervisor stops its children and exits with the
 * function's name.
 */
class PlanFunctionNonsenseTest {

    private final Nursery nursery = new Nursery();

    @AfterEach
    void nobodyIsLeft() {
        nursery.close();
    }

    private Supervisor with(PlanFunction function) {
        return nursery.start(SupervisorSpec.oneForOne("s").children(nursery.permanent("sibling"),
                ChildSpec.of("a", nursery.child("a")).plan(RestartPlan.of(PlanElement.function("mine", function)))));
    }

    private static Arguments of(String name, PlanFunction function) {
        return Arguments.of(name, function);
    }

    private static Stream<Arguments> nonsense() {
        PlanElement itself = PlanElement.function("another", (reason, count) -> PlanElement.RESTART);
        return Stream.of(
                of("null", (reason, count) -> null),
                of("a function", (reason, count) -> itself),
                of("a repetition", (reason, count) -> PlanElement.RESTART.times(2)),
                of("a negative delay", (reason, count) -> PlanElement.after(Duration.ofSeconds(-1))),
                of("no delay", (reason, count) -> PlanElement.after(null)),
                of("no reason", (reason, count) -> PlanElement.stop(null)),
                of("no function", (reason, count) -> PlanElement.function("x", null)),
                of("a backoff of no time", (reason, count) -> Backoff.between(Duration.ZERO, Duration.ZERO)),
                of("an exception", (reason, count) -> {
                    throw new IllegalStateException("cannot decide");
                }),
                of("a checked exception", (reason, count) -> {
                    HostileExceptions.sneak(new java.io.IOException("hostile"));
                    return PlanElement.RESTART;
                }),
                of("an exception that throws", (reason, count) -> {
                    throw new HostileExceptions.ThrowingException();
                }),
                of("an exception without end", (reason, count) -> {
                    throw new HostileExceptions.EndlessException();
                }),
                of("an overflow of the stack", (reason, count) -> {
                    HostileExceptions.overflow(0);
                    return PlanElement.RESTART;
                }),
                of("an error", (reason, count) -> {
                    throw new OutOfMemoryError("hostile");
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void nonsense_ends_the_supervisor_with_the_name_of_the_function(String what, PlanFunction function) {
        Supervisor supervisor = with(function);
        nursery.end(supervisor, "a", Nursery.BOOM);
        assertThat(nursery.exitReason(supervisor)).isInstanceOfSatisfying(ExitReason.Failure.class,
                failure -> assertThat(failure.thrown()).isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("<mine>(boom, 1)"));
        assertThat(nursery.diary()).as("the children are stopped in good order").endsWith("-sibling shutdown");
    }

    @Test
    void times_beyond_all_are_cut_and_no_time_is_due_at_once() {
        Supervisor huge = with((reason, count) -> PlanElement.after(Duration.ofSeconds(Long.MAX_VALUE)));
        nursery.end(huge, "a", Nursery.BOOM);
        assertThat(nursery.perform(() -> huge.child("a")).orElseThrow().restartIn())
                .isGreaterThan(Duration.ofDays(365L * 100));
        Supervisor none = with((reason, count) -> PlanElement.after(Duration.ZERO));
        nursery.end(none, "a", Nursery.BOOM);
        nursery.advance(Duration.ofMillis(1));
        assertThat(nursery.children(none)).contains("a:running");
    }

    @Test
    void nonsense_is_refused_where_it_is_written_down_too() {
        assertThatThrownBy(() -> PlanElement.stop(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("reason must not be null");
        assertThatThrownBy(() -> PlanElement.function("x", null)).isInstanceOf(NullPointerException.class)
                .hasMessage("plan function must not be null");
        assertThatThrownBy(() -> PlanElement.after(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("delay must not be null");
    }
}
