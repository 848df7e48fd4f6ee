package io.github.ppool.restart;

import static io.github.ppool.restart.PlanElement.RESTART;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.process.ExitReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Which element decides after which end. */
class PlanStateTest {
    private static final ExitReason BOOM = ExitReason.of("boom");
    private static final RandomGenerator NO_CHANCE = () -> {
        throw new AssertionError("nothing here is random");
    };

    private static PlanState state(String plan, int count) {
        return RestartPolicy.of(RestartPlan.parse(plan)).withCount(RestartCount.of(count)).newState();
    }

    private static PlanState endless(String plan) {
        return RestartPolicy.of(RestartPlan.parse(plan)).withCount(RestartCount.INFINITY).newState();
    }

    private static Decision end(PlanState state) {
        return state.next(BOOM, 0, 0, NO_CHANCE);
    }

    private static List<String> ends(PlanState state, int times) {
        List<String> decisions = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            decisions.add(end(state).toString());
        }
        return decisions;
    }

    private static List<String> failedStarts(PlanState state, int times) {
        List<String> decisions = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            decisions.add(state.nextAfterFailedStart(BOOM, NO_CHANCE).toString());
        }
        return decisions;
    }

    private static final String GIVE_UP = "give up: reached_max_restart_plan";

    @Test
    void eachEndTakesTheNextElement() {
        assertThat(ends(state("[restart, 5s, wait, delete]", 1), 4))
                .containsExactly("restart now", "restart in 5s", "wait", "delete");
    }

    @Test
    void theListIsRunCountTimesAndThenTheSupervisorGivesUp() {
        assertThat(ends(state("[restart, 1s]", 2), 6))
                .containsExactly(
                        "restart now", "restart in 1s", "restart now", "restart in 1s", GIVE_UP, GIVE_UP);
    }

    @Test
    void countZeroGivesUpAtTheFirstEnd() {
        assertThat(ends(state("[restart]", 0), 1)).containsExactly(GIVE_UP);
    }

    @Test
    void countInfinityNeverGivesUp() {
        assertThat(ends(endless("[restart]"), 100_000)).containsOnly("restart now");
    }

    @Test
    void anEmptyPlanMakesTheSupervisorExit() {
        Decision decision = end(endless("[]"));
        assertThat(decision).isInstanceOf(Decision.EmptyPlan.class);
        assertThat(decision.supervisorExit())
                .contains(ExitReason.of(new PlanExit("empty_plan_child_terminated", BOOM, 0)));
    }

    @Test
    void anEmptyPlanWithCountZeroReachesTheCountFirst() {
        assertThat(end(state("[]", 0))).isInstanceOf(Decision.ReachedMaxRestartPlan.class);
    }

    @Test
    void theSupervisorsReasonTellsTheWordTheChildsReasonAndTheCount() {
        PlanState state = state("[restart]", 1);
        end(state);
        assertThat(end(state).supervisorExit())
                .contains(ExitReason.of(new PlanExit("reached_max_restart_plan", BOOM, 1)));
        assertThat(end(state("[stop]", 1)).supervisorExit())
                .contains(ExitReason.of(new PlanExit("stop", BOOM, 1)));
        assertThat(end(state("[{stop: why}]", 1)).supervisorExit()).contains(ExitReason.of("why"));
        assertThat(end(state("[{stop: shutdown}]", 1)).supervisorExit()).contains(ExitReason.SHUTDOWN);
    }

    @Test
    void onlyDecisionsThatEndTheSupervisorHaveAReasonForIt() {
        assertThat(ends(state("[restart, 1s, wait, delete]", 1), 0)).isEmpty();
        PlanState state = state("[restart, 1s, wait, delete]", 1);
        for (int i = 0; i < 4; i++) {
            assertThat(end(state).supervisorExit()).isEmpty();
        }
        assertThat(end(state).supervisorExit()).isPresent();
    }

    @Test
    void aRestartThatFailsGoesOnWithTheNextElement() {
        PlanState state = state("[restart, 1s, wait]", 5);
        assertThat(end(state)).hasToString("restart now");
        assertThat(failedStarts(state, 2)).containsExactly("restart in 1s", "wait");
    }

    @Test
    void aRestartThatFailsAfterADelayGoesOnWithTheNextElementToo() {
        PlanState state = state("[1s, wait]", 5);
        assertThat(end(state)).hasToString("restart in 1s");
        assertThat(failedStarts(state, 1)).containsExactly("wait");
    }

    @Test
    void aRestartThatFailsIsCheckedAgainstTheCountLikeAnyOtherEnd() {
        PlanState state = state("[restart]", 3);
        end(state);
        assertThat(failedStarts(state, 3)).containsExactly("restart now", "restart now", GIVE_UP);
    }

    @Test
    void aDeleteAfterAFailedRestartDeletes() {
        PlanState state = state("[restart, delete]", 1);
        end(state);
        assertThat(failedStarts(state, 1)).containsExactly("delete");
    }

    @Test
    void everyElementThatIsRunCountsAsARestart() {
        PlanState state = state("[restart, 1s, wait, delete]", 1);
        ends(state, 5);
        assertThat(state.restartCount()).isEqualTo(4);
    }

    @Test
    void aRepetitionDecidesForThatManyEnds() {
        assertThat(ends(state("[restart*3, delete*2]", 1), 6))
                .containsExactly(
                        "restart now", "restart now", "restart now", "delete", "delete", GIVE_UP);
    }

    @Test
    void aBackoffGrowsUpToItsLimitAndNeverEndsByItself() {
        assertThat(ends(state("[restart, backoff 1s..10s x3, delete]", 1), 6))
                .containsExactly(
                        "restart now", "restart in 1s", "restart in 3s", "restart in 9s", "restart in 10s",
                        "restart in 10s");
    }

    @Test
    void aRepeatedBackoffEndsAndBeginsAgainWithItsFirstDelayInTheNextRound() {
        assertThat(ends(state("[backoff 1s..1m*3, wait]", 2), 6))
                .containsExactly(
                        "restart in 1s", "restart in 2s", "restart in 4s", "wait", "restart in 1s",
                        "restart in 2s");
    }

    @Test
    void theDelayOfABackoffStaysAtItsLimitHoweverManyTurnsThereWere() {
        Backoff backoff = Backoff.between(Duration.ofMillis(1), Duration.ofDays(1));
        assertThat(backoff.delay(Integer.MAX_VALUE, NO_CHANCE)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void jitterStaysWithinItsShareAndUsesAllOfIt() {
        Random random = new Random(42);
        Backoff backoff = Backoff.between(Duration.ofSeconds(10), Duration.ofSeconds(10)).withJitter(20);
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            delays.add(backoff.delay(i, random));
        }
        assertThat(delays)
                .allSatisfy(delay -> assertThat(delay).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12)))
                .anySatisfy(delay -> assertThat(delay).isLessThan(Duration.ofMillis(8_100)))
                .anySatisfy(delay -> assertThat(delay).isGreaterThan(Duration.ofMillis(11_900)));
    }

    @Test
    void aFunctionSeesTheReasonAndTheRestartCountThatIncludesThisOne() {
        List<String> seen = new ArrayList<>();
        PlanElement function = PlanElement.function(
                "three times",
                (reason, restartCount) -> {
                    seen.add(reason + " " + restartCount);
                    return restartCount < 3 ? RESTART : PlanElement.DELETE;
                });
        PlanState state = RestartPolicy.of(RestartPlan.of(function)).withCount(RestartCount.INFINITY).newState();
        assertThat(ends(state, 3)).containsExactly("restart now", "restart now", "delete");
        assertThat(seen).containsExactly("boom 1", "boom 2", "boom 3");
    }

    @Test
    void aFunctionMayAnswerWithABackoffAndThenTheRestartCountSaysWhichDelay() {
        Backoff backoff = Backoff.between(Duration.ofSeconds(1), Duration.ofMinutes(1));
        PlanState state = RestartPolicy.of(RestartPlan.of(PlanElement.function("f", (reason, count) -> backoff)))
                .withCount(RestartCount.INFINITY)
                .newState();
        assertThat(ends(state, 3)).containsExactly("restart in 1s", "restart in 2s", "restart in 4s");
    }

    @Test
    void aFunctionThatThrowsMakesTheSupervisorExitWithItsException() {
        RuntimeException thrown = new IllegalArgumentException("no idea");
        PlanElement function = PlanElement.function(
                "unsure",
                (reason, count) -> {
                    throw thrown;
                });
        Decision decision = end(RestartPolicy.of(RestartPlan.of(function)).newState());
        assertThat(decision).isInstanceOf(Decision.FunctionFailed.class);
        assertThat(decision.supervisorExit().flatMap(ExitReason::cause))
                .hasValueSatisfying(
                        cause -> assertThat(cause)
                                .hasMessage("plan function <unsure>(boom, 1) threw")
                                .hasCause(thrown));
    }

    @Test
    void aFunctionThatReturnsNoPlainElementMakesTheSupervisorExit() {
        PlanElement inner = PlanElement.function("inner", (reason, count) -> RESTART);
        for (PlanElement answer : Arrays.asList(null, inner, RESTART.times(2))) {
            PlanElement function = PlanElement.function("odd", (reason, count) -> answer);
            assertThat(end(RestartPolicy.of(RestartPlan.of(function)).newState()).supervisorExit())
                    .hasValueSatisfying(
                            reason -> assertThat(reason.toString())
                                    .endsWith("<odd>(boom, 1) must return a plain element, got: " + answer));
        }
    }

    @Test
    void thePlanBeginsAnewAfterTheChildHasRunWellForResetAfter() {
        PlanState state = RestartPolicy.of(RestartPlan.parse("[restart, 5s, delete]"))
                .withResetAfter(Duration.ofNanos(100))
                .newState();
        assertThat(state.next(BOOM, 10, 0, NO_CHANCE)).hasToString("restart now");
        assertThat(state.next(BOOM, 109, 10, NO_CHANCE)).hasToString("restart in 5s");
        assertThat(state.next(BOOM, 300, 200, NO_CHANCE)).hasToString("restart now");
        assertThat(state.restartCount()).isEqualTo(3);
    }

    @Test
    void aChildThatRanWellIsForgivenTheRoundsToo() {
        PlanState state = RestartPolicy.of(RestartPlan.parse("[restart]"))
                .withResetAfter(Duration.ofNanos(100))
                .newState();
        for (long now = 100; now < 1_000; now += 100) {
            assertThat(state.next(BOOM, now, now - 100, NO_CHANCE)).hasToString("restart now");
        }
        assertThat(state.next(BOOM, 1_000, 999, NO_CHANCE)).hasToString(GIVE_UP);
    }

    @Test
    void withoutResetAfterThePlanIsNeverBegunAnew() {
        PlanState state = state("[restart, delete]", 1);
        state.next(BOOM, Long.MAX_VALUE, 0, NO_CHANCE);
        assertThat(state.next(BOOM, Long.MAX_VALUE, 0, NO_CHANCE)).hasToString("delete");
    }

    @Test
    void beginAnewIsASuccessThatThePlanCouldNotSee() {
        PlanState state = state("[restart, backoff 1s..1m]", 1);
        ends(state, 4);
        state.beginAnew();
        assertThat(ends(state, 2)).containsExactly("restart now", "restart in 1s");
    }

    @Test
    void changePlanBeginsTheNewPlanWithItsFirstRoundAndKeepsTheRestartCount() {
        PlanState state = state("[wait]", 1);
        end(state);
        state.changePlan(RestartPlan.parse("[restart, delete]"));
        assertThat(ends(state, 3)).containsExactly("restart now", "delete", GIVE_UP);
        assertThat(state.restartCount()).isEqualTo(3);
        assertThat(state.policy().count()).isEqualTo(RestartCount.ONCE);
    }

    @Test
    void changeCountKeepsThePlaceAndTheFinishedRounds() {
        PlanState state = state("[restart, 1s]", 1);
        assertThat(ends(state, 3)).containsExactly("restart now", "restart in 1s", GIVE_UP);
        state.changeCount(RestartCount.of(2));
        assertThat(ends(state, 3)).containsExactly("restart now", "restart in 1s", GIVE_UP);
    }

    @Test
    void eachPlanByReasonKeepsItsOwnPlace() {
        PlanByReason plans = PlanByReason.parse(
                Map.of(
                        "ConnectException", List.of("backoff 1s..1m"),
                        "normal", "[delete]",
                        "default", "[restart, 5s]"));
        PlanState state = RestartPolicy.of(plans).newState();
        ExitReason refused = ExitReason.failure(new ConnectException("refused"));
        List<String> decisions = new ArrayList<>();
        for (ExitReason reason : List.of(refused, BOOM, refused, BOOM, refused, BOOM, refused)) {
            decisions.add(state.next(reason, 0, 0, NO_CHANCE).toString());
        }
        assertThat(decisions)
                .containsExactly(
                        "restart in 1s", "restart now", "restart in 2s", "restart in 5s", "restart in 4s",
                        GIVE_UP, "restart in 8s");
        assertThat(state.next(ExitReason.NORMAL, 0, 0, NO_CHANCE)).hasToString("delete");
    }

    @Test
    void theNearestClassOfTheExceptionSelectsThePlan() {
        PlanByReason plans = PlanByReason.parse(
                Map.of(
                        "java.io.IOException", "[1s]",
                        "SocketException", "[2s]",
                        "RuntimeException", "[3s]",
                        "shutdown", "[4s]",
                        "boom", "[5s]",
                        "default", "[6s]"));
        Map<ExitReason, String> expected = Map.of(
                ExitReason.failure(new IOException()), "[1s]",
                ExitReason.failure(new SocketException()), "[2s]",
                ExitReason.failure(new ConnectException()), "[2s]",
                ExitReason.failure(new UncheckedIOException(new IOException())), "[3s]",
                ExitReason.failure(new StackOverflowError()), "[6s]",
                ExitReason.SHUTDOWN, "[4s]",
                ExitReason.shutdown("bye"), "[4s]",
                BOOM, "[5s]",
                ExitReason.KILLED, "[6s]");
        expected.forEach((reason, plan) -> assertThat(plans.select(reason)).as("%s", reason).hasToString(plan));
    }

    @Test
    void restartForEverDoesNotSpinOnAChildThatCannotStart() {
        PlanState state = endless("[restart]");
        assertThat(end(state)).hasToString("restart now");
        List<String> decisions = failedStarts(state, 22);
        assertThat(decisions.subList(0, 10)).containsOnly("restart now");
        String imposed = " (imposed: too many failed starts in a row)";
        assertThat(decisions.subList(10, 22))
                .containsExactly(
                        "restart in 100ms" + imposed,
                        "restart in 200ms" + imposed,
                        "restart in 400ms" + imposed,
                        "restart in 800ms" + imposed,
                        "restart in 1600ms" + imposed,
                        "restart in 3200ms" + imposed,
                        "restart in 6400ms" + imposed,
                        "restart in 12800ms" + imposed,
                        "restart in 25600ms" + imposed,
                        "restart in 30s" + imposed,
                        "restart in 30s" + imposed,
                        "restart in 30s" + imposed);
        assertThat(state.failedStarts()).isEqualTo(22);
    }

    @Test
    void aStartThatSucceedsLiftsTheBound() {
        PlanState state = endless("[restart]");
        failedStarts(state, 15);
        assertThat(end(state)).hasToString("restart now");
        assertThat(failedStarts(state, 10)).containsOnly("restart now");
    }

    @Test
    void delaysThatAreNoPauseAreBoundedAsWell() {
        assertThat(failedStarts(endless("[restart, 1ms]"), 11)).last().asString().contains("imposed");
    }

    @Test
    void aPlanThatPausesByItselfIsNotBounded() {
        assertThat(failedStarts(endless("[restart*9, 100ms]"), 1_000))
                .noneSatisfy(decision -> assertThat(decision).contains("imposed"));
        assertThat(failedStarts(RestartPolicy.of(RestartPlan.parse("[restart, backoff 100ms..30s]"))
                .withCount(RestartCount.INFINITY).newState(), 1_000))
                .noneSatisfy(decision -> assertThat(decision).contains("imposed"));
    }

    @Test
    void aFiniteCountBoundsItself() {
        assertThat(failedStarts(state("[restart]", 100), 101))
                .startsWith("restart now")
                .endsWith(GIVE_UP)
                .noneSatisfy(decision -> assertThat(decision).contains("imposed"));
    }

    @Test
    void thePoolsDefaultIsAQuickRestartAndThenGrowingPausesUntilAQuietMinute() {
        PlanState state = RestartPolicy.POOL_DEFAULT.newState();
        RandomGenerator middle = () -> Long.MIN_VALUE;
        long minute = Duration.ofMinutes(1).toNanos();
        assertThat(state.next(BOOM, 5, 0, middle)).hasToString("restart now");
        assertThat(state.next(BOOM, 5, 0, middle)).hasToString("restart in 100ms");
        assertThat(state.next(BOOM, 5, 0, middle)).hasToString("restart in 200ms");
        assertThat(state.next(BOOM, minute - 1, 0, middle)).hasToString("restart in 400ms");
        assertThat(state.next(BOOM, minute, 0, middle)).hasToString("restart now");
        assertThat(RestartPolicy.POOL_DEFAULT)
                .hasToString("[restart, backoff 100ms..30s x2 jitter 20%] count infinity reset-after 1m");
    }

    @Test
    void directorsDefaultDeletesAfterNormalAndShutdownAndRestartsAfterAllElse() {
        Map<String, String> expected = Map.of(
                "normal", "delete",
                "shutdown", "delete",
                "shutdown:normal", "delete",
                "shutdown:bye", "restart now",
                "killed", "restart now",
                "boom", "restart now");
        expected.forEach(
                (reason, decision) -> assertThat(
                        RestartPolicy.DIRECTOR_DEFAULT.newState().next(Reasons.of(reason), 0, 0, NO_CHANCE))
                        .as(reason)
                        .hasToString(decision));
    }
}
