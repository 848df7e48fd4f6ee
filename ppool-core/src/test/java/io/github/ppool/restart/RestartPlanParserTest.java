package io.github.ppool.restart;

import static io.github.ppool.restart.PlanElement.DELETE;
import static io.github.ppool.restart.PlanElement.RESTART;
import static io.github.ppool.restart.PlanElement.STOP;
import static io.github.ppool.restart.PlanElement.WAIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartPlanParserTest {

    private static List<PlanElement> parse(String text) {
        return RestartPlan.parse(text).elements();
    }

    @Test
    void readsEveryElement() {
        assertThat(parse("[restart, 5s, backoff 1s..1m x2 jitter 20%, wait, delete, stop, {stop: gone}, restart*5]"))
                .containsExactly(
                        RESTART,
                        PlanElement.after(Duration.ofSeconds(5)),
                        new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), 2, 20),
                        WAIT,
                        DELETE,
                        STOP,
                        PlanElement.stop(ExitReason.of("gone")),
                        RESTART.times(5));
    }

    @ParameterizedTest
    @CsvSource({
            "7ns, PT0.000000007S", "7us, PT0.000007S", "100ms, PT0.1S", "5s, PT5S", "1m, PT1M", "2h, PT2H", "1d, PT24H",
            "0s, PT0S",
            "PT5S, PT5S", "pt1.5s, PT1.5S", "P1D, PT24H", "PT1H30M, PT1H30M"
    })
    void readsDurations(String text, Duration expected) {
        assertThat(parse("[" + text + "]")).containsExactly(PlanElement.after(expected));
    }

    @Test
    void blanksDoNotMatter() {
        assertThat(parse("  [restart*3,{stop:gone},backoff 1s..5s x1.5 jitter 5%]\n"))
                .isEqualTo(parse("[ restart * 3 , { stop : gone } , backoff  1s .. 5s  x 1.5  jitter 5 % ]"));
    }

    @Test
    void anEmptyListIsTheEmptyPlan() {
        assertThat(RestartPlan.parse("[ ]")).isEqualTo(RestartPlan.EMPTY);
        assertThat(RestartPlan.parse(List.of())).isEqualTo(RestartPlan.EMPTY);
    }

    @Test
    void anElementMayStandInQuotesAsYamlNeedsIt() {
        assertThat(parse("[restart, \"backoff PT0.1S..PT30S\", '{stop: \"no \\\"use\\\"\"}']"))
                .containsExactly(
                        RESTART,
                        Backoff.between(Duration.ofMillis(100), Duration.ofSeconds(30)),
                        PlanElement.stop(ExitReason.of("no \"use\"")));
    }

    @Test
    void theRuntimesReasonsKeepTheirMeaning() {
        assertThat(parse("[{stop: normal}, {stop: shutdown}, {stop: killed}, {stop: {shutdown: bye}}]"))
                .containsExactly(
                        PlanElement.stop(ExitReason.NORMAL),
                        PlanElement.stop(ExitReason.SHUTDOWN),
                        PlanElement.stop(ExitReason.KILLED),
                        PlanElement.stop(ExitReason.shutdown("bye")));
    }

    @Test
    void readsTheListThatYamlGives() {
        assertThat(
                RestartPlan.parse(
                        List.of("restart", Duration.ofSeconds(5), "backoff 1s..1m", Map.of("stop", "no more"), WAIT)))
                .isEqualTo(RestartPlan.parse("[restart, 5s, backoff 1s..1m, {stop: \"no more\"}, wait]"));
    }

    @Test
    void refusesAnItemOfAnotherKind() {
        for (Object item : List.of(5, List.of("restart"), Map.of("restart", "5s"))) {
            assertThatThrownBy(() -> RestartPlan.parse(List.of(item)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an element of a plan must be a text such as restart or 5s, got: " + item);
        }
    }

    @Test
    void refuses_an_item_that_is_nothing_and_shows_only_the_beginning_of_a_long_one() {
        List<Object> nothing = new ArrayList<>();
        nothing.add(null);
        assertThatThrownBy(() -> RestartPlan.parse(nothing)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an element of a plan must be a text such as restart or 5s, got: null");
        List<Object> endless = new ArrayList<>();
        endless.add(List.of(endless));
        List<Object> many = List.of(List.of("x".repeat(5_000)));
        for (List<Object> items : List.of(endless, many)) {
            assertThatThrownBy(() -> RestartPlan.parse(items)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("an element of a plan must be a text such as restart or 5s, got: ")
                    .message().hasSizeLessThan(300);
        }
    }

    private static final String ELEMENTS = "restart, a delay such as 5s, backoff FROM..TO, wait, delete,"
            + " stop or {stop: reason}";

    @ParameterizedTest(name = "{0} at column {1}")
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "``; 1; [",
            "restart; 1; [",
            "[; 2; ] or " + ELEMENTS,
            "[restart; 9; a comma or ]",
            "[restart,; 10; " + ELEMENTS,
            "[restart,]; 10; " + ELEMENTS,
            "[restart wait]; 10; a comma or ]",
            "[restart, retry]; 11; " + ELEMENTS,
            "[restart] x; 11; the end of the text",
            "[5]; 3; a unit: ns, us, ms, s, m, h or d",
            "[5 s]; 3; a unit: ns, us, ms, s, m, h or d",
            "[5sec]; 3; a unit: ns, us, ms, s, m, h or d",
            "[PT]; 2; a duration such as 100ms, 5s, 1m or PT5S",
            "[PT-5S]; 2; delay must not be negative, got: PT-5S",
            "[-5s]; 2; " + ELEMENTS,
            "[backoff]; 9; a duration such as 100ms, 5s, 1m or PT5S",
            "[backoff 1s]; 12; .. and the longest delay",
            "[backoff 1s..]; 14; a duration such as 100ms, 5s, 1m or PT5S",
            "[backoff 5s..1s]; 10; to must not be shorter than from, got: 5s..1s",
            "[backoff 0s..1s]; 10; from must be more than zero, got: PT0S",
            "[backoff 1s..5s x]; 18; a factor such as 2 or 1.5",
            "[backoff 1s..5s x0.5]; 18; factor must be at least 1, got: 0.5",
            "[backoff 1s..5s jitter]; 23; how many percent, such as 20%",
            "[backoff 1s..5s jitter 20]; 26; %",
            "[backoff 1s..5s jitter 101%]; 24; jitter must be 0 to 100 percent, got: 101.0",
            "[backoff 1s..5s joker 1%]; 17; jitter PERCENT%",
            "[restart*]; 10; how many times, such as 5",
            "[restart*0]; 10; times must be at least 1, got: 0",
            "[restart*2*2]; 11; a comma or ]",
            "[restart*9999999999]; 10; a smaller number",
            "[{halt: x}]; 3; stop",
            "[{stop gone}]; 8; a colon",
            "[{stop: }]; 9; a reason: a word, a quoted text or {shutdown: detail}",
            "[{stop: gone]; 13; }",
            "[{stop: \"gone}]; 16; the closing \"",
            "[{stop: {halt: x}}]; 10; shutdown",
            "['restart]; 10; the closing '",
    })
    void anErrorPointsAtTheColumnAndSaysWhatIsPossibleThere(String text, int column, String possible) {
        RestartPlanSyntaxException error = catchThrowableOfType(RestartPlanSyntaxException.class,
                () -> RestartPlan.parse(text));
        assertThat(error.column()).as(error.getMessage()).isEqualTo(column);
        assertThat(error.hint()).isEqualTo(possible.contains(", got: ") ? possible : "possible here: " + possible);
        assertThat(error.text()).isEqualTo(text);
    }

    @Test
    void theMessageShowsTheTextWithAMarkUnderTheColumn() {
        assertThatThrownBy(() -> RestartPlan.parse("[restart, 5sec]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        """
                                column 12: possible here: a unit: ns, us, ms, s, m, h or d
                                  [restart, 5sec]
                                             ^""");
    }

    @Test
    void inAListTheColumnCountsWithinTheItem() {
        assertThatThrownBy(() -> RestartPlan.parse(List.of("restart", "wait for it")))
                .isInstanceOfSatisfying(
                        RestartPlanSyntaxException.class,
                        error -> {
                            assertThat(error.text()).isEqualTo("wait for it");
                            assertThat(error.column()).isEqualTo(6);
                        });
    }

    @Test
    void aPlanPrintsItsText() {
        String text = "[restart, 5s, backoff 1s..1m x1.5 jitter 12.5%, backoff 1s..1m x2*3, wait, delete, stop,"
                + " {stop: gone}, restart*5]";
        assertThat(RestartPlan.parse(text)).hasToString(text);
    }

    @Test
    void everyPlanThatIsTextIsReadBackFromWhatItPrints() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            RestartPlan plan = randomPlan(random);
            assertThat(plan.isText()).isTrue();
            assertThat(RestartPlan.parse(plan.toString())).as("seed %d, %s", seed, plan).isEqualTo(plan);
            List<String> items = plan.elements().stream().map(PlanElement::toString).toList();
            assertThat(RestartPlan.parse(items)).as("seed %d, %s", seed, plan).isEqualTo(plan);
        }
    }

    @Test
    void noTextBreaksTheParserInAnotherWayThanItSays() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(randomPlan(random).toString());
            for (int changes = 0; changes < 3; changes++) {
                text.setCharAt(random.nextInt(text.length()), (char) (32 + random.nextInt(95)));
            }
            try {
                RestartPlan.parse(text.toString());
            } catch (RestartPlanSyntaxException expected) {
                assertThat(expected.column()).as("seed %d, %s", seed, text).isBetween(1, text.length() + 1);
            }
        }
    }

    private static RestartPlan randomPlan(Random random) {
        List<PlanElement> elements = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            PlanElement once = randomElement(random);
            elements.add(random.nextInt(4) == 0 ? once.times(1 + random.nextInt(Integer.MAX_VALUE)) : once);
        }
        return RestartPlan.of(elements.toArray(PlanElement[]::new));
    }

    private static PlanElement randomElement(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> RESTART;
            case 1 -> PlanElement.after(randomDuration(random));
            case 2 -> {
                Duration one = randomDuration(random).plusNanos(1);
                Duration other = one.plus(randomDuration(random).dividedBy(4));
                yield new Backoff(one, other, 1 + random.nextDouble() * random.nextInt(1_000),
                        random.nextInt(3) * random.nextDouble(50));
            }
            case 3 -> WAIT;
            case 4 -> DELETE;
            case 5 -> STOP;
            default -> PlanElement.stop(randomReason(random));
        };
    }

    private static Duration randomDuration(Random random) {
        long unit = List.of(1L, 1_000L, 1_000_000L, 1_000_000_000L, 60_000_000_000L, 86_400_000_000_000L)
                .get(random.nextInt(6));
        return Duration.ofNanos(unit * random.nextInt(20_000));
    }

    private static ExitReason randomReason(Random random) {
        String text = random.nextBoolean()
                ? List.of("normal", "gone", "kill", "", " ", "a-b.c", "7", "\"", "\\", "ä\n,]}").get(random.nextInt(10))
                : random.ints(random.nextInt(8), 32, 127)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        return random.nextInt(3) == 0 ? ExitReason.shutdown(text) : ExitReason.of(text);
    }

    @Test
    void aFunctionPrintsAsSomethingThatNobodyTakesForAPlan() {
        RestartPlan plan = RestartPlan.of(RESTART, PlanElement.function("my choice", (reason, count) -> WAIT));
        assertThat(plan).hasToString("[restart, <my choice>]");
        assertThat(plan.isText()).isFalse();
        assertThatThrownBy(() -> RestartPlan.parse(plan.toString())).isInstanceOf(RestartPlanSyntaxException.class);
    }

    @Test
    void aReasonThatIsNoTextIsNoTextInAPlanEither() {
        for (ExitReason reason : List.of(
                ExitReason.of(5), ExitReason.failure(new IllegalStateException("x")), ExitReason.shutdown(List.of()),
                new ExitReason.Other("normal"))) {
            assertThat(RestartPlan.of(PlanElement.stop(reason)).isText()).isFalse();
        }
        assertThat(RestartPlan.of(PlanElement.stop(ExitReason.of(5)))).hasToString("[{stop: <5>}]");
    }
}
