package io.github.ppool.restart;

import static io.github.ppool.restart.PlanElement.RESTART;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans and policies as values: combining, warnings, simulation, misuse. */
class RestartPlanTest {
    private static final ExitReason BOOM = ExitReason.of("boom");

    @Test
    void appendPutsTheChildsOwnPlanAfterTheDefaultAndWithoutTakesItOutAgain() {
        RestartPlan byDefault = RestartPlan.parse("[restart, 1s]");
        RestartPlan own = RestartPlan.parse("[restart, wait]");
        RestartPlan both = byDefault.append(own);
        assertThat(both).hasToString("[restart, 1s, restart, wait]");
        assertThat(both.without(byDefault)).isEqualTo(own);
        assertThat(own.without(RestartPlan.parse("[delete]"))).isEqualTo(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[restart, 5s, delete]", "[restart, wait, stop]", "[backoff 1s..1m*3, stop]",
            "[wait, restart]"})
    void aPlanWhoseElementsCanAllBeReachedHasNoWarning(String plan) {
        assertThat(RestartPlan.parse(plan).warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "[backoff 1s..1m, stop]; element 2 (stop) is never reached: element 1 (backoff 1s..1m x2) goes on for ever",
            "[restart, delete, wait]; element 3 (wait) is never reached:"
                    + " element 2 (delete) is the last thing that happens",
            "[stop, 5s]; element 2 (5s) is never reached: element 1 (stop) is the last thing that happens",
            "[{stop: why}, 5s]; element 2 (5s) is never reached:"
                    + " element 1 ({stop: why}) is the last thing that happens",
            "[delete*2]; element 1 (delete*2) can be reached only once",
    })
    void pointsOutWhatCanNeverBeReached(String plan, String warning) {
        assertThat(RestartPlan.parse(plan).warnings()).containsExactly(warning);
    }

    @Test
    void pointsOutEachElementThatCanNeverBeReached() {
        assertThat(RestartPlan.parse("[restart, delete, wait, wait]").warnings()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "[restart]; 0; count is 0: the plan is never run, the first end makes the supervisor exit",
            "[]; 3; the plan is empty: the first end makes the supervisor exit",
            "[restart*2, restart]; infinity; restarts for ever without a pause: put a delay or a backoff into the plan",
            "[restart, delete]; 3; count 3 changes nothing: the plan never comes to its end",
            "[backoff 1s..1m]; 3; count 3 changes nothing: the plan never comes to its end",
    })
    void pointsOutACountThatDoesNotFitThePlan(String plan, String count, String warning) {
        assertThat(RestartPolicy.of(RestartPlan.parse(plan)).withCount(RestartCount.parse(count)).warnings())
                .containsExactly(warning);
    }

    @Test
    void warningsOfPlansByReasonNameTheKey() {
        PlanByReason plans = PlanByReason.parse(Map.of("normal", "[delete, wait]", "default", "[stop, 5s]"));
        assertThat(RestartPolicy.of(plans).warnings())
                .containsExactly(
                        "on normal: element 2 (wait) is never reached:"
                                + " element 1 (delete) is the last thing that happens",
                        "on default: element 2 (5s) is never reached: element 1 (stop) is the last thing that happens");
    }

    @Test
    void theDefaultsHaveNoWarning() {
        assertThat(RestartPolicy.POOL_DEFAULT.warnings()).isEmpty();
        assertThat(RestartPolicy.DIRECTOR_DEFAULT.warnings()).isEmpty();
    }

    @Test
    void aSimulationTellsWhatHappensWhenWithoutWaiting() {
        Simulation simulation = RestartPlan.parse("[restart, 5s, backoff 1s..1m x3 jitter 20%]")
                .simulate(
                        Simulation.End.after(Duration.ofSeconds(10), BOOM),
                        Simulation.End.failedStart(ExitReason.of("refused")),
                        Simulation.End.after(Duration.ofSeconds(1), BOOM),
                        Simulation.End.after(Duration.ofMillis(500), BOOM));
        assertThat(simulation)
                .hasToString(
                        """
                                at     10s  boom                  -> restart now
                                at     10s  start fails: refused  -> restart in 5s
                                at     16s  boom                  -> restart in 1s
                                at 17500ms  boom                  -> restart in 3s""");
        assertThat(simulation.steps()).extracting(Simulation.Step::restartCount).containsExactly(1, 2, 3, 4);
        assertThat(simulation.steps().get(2).at()).isEqualTo(Duration.ofSeconds(16));
        assertThat(simulation.notPlayed()).isZero();
    }

    @Test
    void aSimulationStopsWhereTheChildIsDownForGood() {
        Simulation.End end = Simulation.End.after(Duration.ofSeconds(1), BOOM);
        Simulation simulation = RestartPlan.parse("[restart, wait]").simulate(end, end, end, end);
        assertThat(simulation.notPlayed()).isEqualTo(2);
        assertThat(simulation.toString()).endsWith("-> wait\n(down for good; ends not played: 2)");
    }

    @Test
    void aSimulationKnowsCountAndResetAfter() {
        RestartPolicy policy = RestartPolicy.of(RestartPlan.parse("[restart]")).withResetAfter(Duration.ofMinutes(10));
        Simulation.End soon = Simulation.End.after(Duration.ofSeconds(1), BOOM);
        Simulation.End later = Simulation.End.after(Duration.ofMinutes(10), BOOM);
        assertThat(policy.simulate(soon, later, later, soon).steps())
                .extracting(step -> step.decision().toString())
                .containsExactly("restart now", "restart now", "restart now", "give up: reached_max_restart_plan");
    }

    @Test
    void plansByReasonMustHaveADefaultAndNameTheKeyOfAWrongPlan() {
        assertThatThrownBy(() -> PlanByReason.parse(Map.of("normal", "[delete]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("plans by reason must have the key default, got only: [normal]");
        assertThatThrownBy(() -> PlanByReason.parse(Map.of("default", "[retry]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasCauseInstanceOf(RestartPlanSyntaxException.class)
                .hasMessageStartingWith("plan on default: column 2: possible here: restart, ");
        assertThatThrownBy(() -> PlanByReason.of(Map.of(" ", RestartPlan.EMPTY), RestartPlan.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("key must be the name of an exception class or the word of a reason, got: ");
    }

    @Test
    void plansByReasonShowTheBeginningsOfTheFirstKeysOnly() {
        String text = "k".repeat(100_000);
        Map<String, String> many = IntStream.range(0, 1000).boxed()
                .collect(Collectors.toMap(number -> text + number, number -> "[wait]"));
        assertThatThrownBy(() -> PlanByReason.parse(many))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "plans by reason must have the key default, got only: [" + "k".repeat(200) + "…")
                .hasMessageEndingWith("and 990 more]")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(3000));
        assertThatThrownBy(() -> PlanByReason.parse(Map.of(text, "[" + "retry, ".repeat(1000) + "]")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("plan on " + "k".repeat(200) + "…: column 2: ")
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(2000));
        assertThatThrownBy(() -> PlanByReason.of(Map.of(" ".repeat(100_000), RestartPlan.EMPTY), RestartPlan.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(1000));
    }

    @Test
    void plansByReasonAreValuesThatPrintTheirKeys() {
        PlanByReason plans = PlanByReason.parse(Map.of("normal", "[delete]", "default", List.of("restart", "5s")));
        assertThat(plans).hasToString("{normal: [delete], default: [restart, 5s]}");
        assertThat(plans.on()).containsExactly(Map.entry("normal", RestartPlan.parse("[delete]")));
        assertThat(plans)
                .isEqualTo(PlanByReason.of(plans.on(), plans.otherwise()))
                .hasSameHashCodeAs(PlanByReason.of(plans.on(), plans.otherwise()))
                .isNotEqualTo(PlanByReason.always(plans.otherwise()));
        assertThat(PlanByReason.always(plans.otherwise())).hasToString("[restart, 5s]");
    }

    @Test
    void everyMisuseNamesTheRuleAndTheValue() {
        refused(() -> PlanElement.after(Duration.ofSeconds(-1)), "delay must not be negative, got: PT-1S");
        refused(() -> RESTART.times(0), "times must be at least 1, got: 0");
        refused(() -> RESTART.times(2).times(2), "a repetition must not be repeated, got: restart*2");
        refused(() -> PlanElement.function(" ", (reason, count) -> RESTART),
                "name of a plan function must not be blank, got: \" \"");
        Backoff backoff = Backoff.between(Duration.ofSeconds(1), Duration.ofSeconds(2));
        refused(() -> backoff.withFactor(Double.NaN), "factor must be at least 1, got: NaN");
        refused(() -> backoff.withFactor(Double.POSITIVE_INFINITY),
                "factor must be at least 1 and finite, got: Infinity");
        refused(() -> backoff.withJitter(-1), "jitter must be 0 to 100 percent, got: -1.0");
        refused(() -> backoff.delay(-1, () -> 0), "turn must not be negative, got: -1");
        refused(() -> RestartPolicy.POOL_DEFAULT.withResetAfter(Duration.ofSeconds(-1)),
                "reset-after must not be negative, got: PT-1S");
        refused(() -> Simulation.End.after(Duration.ofSeconds(-1), BOOM), "ranFor must not be negative, got: PT-1S");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable misuse, String message) {
        assertThatThrownBy(misuse).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
