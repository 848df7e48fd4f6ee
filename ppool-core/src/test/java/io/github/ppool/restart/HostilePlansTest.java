package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts that come from outside and are made to do harm. Each is a plan or is refused, in bounded time, with a bounded
 * message, and with a bounded stack.
 */
@Timeout(60)
class HostilePlansTest {

    private static final int LONGEST_MESSAGE = 1_500;
    /**
     * Enough for the parser and for the JDK's own, for any length of the text; not for a frame for each character.
     */
    private static final int SMALL_STACK = 256 * 1024;

    private static final List<String> WORDS = List.of("restart", "wait", "delete", "stop", "backoff", "jitter", "x",
            "shutdown", "normal", "5s", "100ms", "1d", "PT5S", "P1D", "pt", "P", "..", ".", "...", "[", "]", "{", "}",
            ",", ":", "*", "%", "\"", "'", "\\", " ", "\n", "\t", "-", "+", "0", "1", "9999999999", "1.5", "1e9", "NaN",
            "\u0000", "٣", "\ud800", "é", "{stop: ", "{shutdown: ", "[restart, ", "backoff 1s..1m", "#", "&a", "*a",
            "!!java.lang.Object");

    private static List<String> longOnes(int length) {
        List<String> texts = new ArrayList<>();
        for (String part : List.of("1", "P1", "P", "PT1S", ".", "..", "P.", "P1.1", "[", "{", "{stop:", "{shutdown:",
                "{stop: {",
                "'", "\"", "\\", "\"\\", "*", "* 1", " ", "\n", "a", "-", "x1", "1s..", "backoff ", "restart",
                "restart,",
                "5s,", "restart*2,", "{stop: a},", "9", "0", "0.", "%", ",", "\u0000", "é", "٣")) {
            String body = part.repeat(length / part.length() + 1).substring(0, length);
            for (String head : List.of("", "[", "[P", "[PT", "[{stop: ", "[{stop: \"", "[{stop: {shutdown: '",
                    "[restart*",
                    "[backoff 1s..1m x", "[backoff 1s..1m x1.", "[backoff 1s..1m jitter ", "[backoff ")) {
                for (String tail : List.of("", "]", "s]", "\"}]", "'}}]", "%]")) {
                    texts.add(head + body + tail);
                }
            }
        }
        return texts;
    }

    /** Either a plan that is read back from its text, or a refusal. */
    private static void judge(String text, String as) {
        RestartPlan plan;
        try {
            plan = RestartPlan.parse(text);
        } catch (RestartPlanSyntaxException refused) {
            assertThat(refused.getMessage()).as(as).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE);
            assertThat(refused.column()).as(as).isBetween(1, text.length() + 1);
            assertThat(refused.text()).as(as).isSameAs(text);
            return;
        }
        assertThat(plan.elements()).as(as).hasSizeLessThanOrEqualTo(RestartPlan.MOST_ELEMENTS);
        assertThat(text).as(as).hasSizeLessThanOrEqualTo(RestartPlan.LONGEST);
        if (plan.isText()) {
            assertThat(RestartPlan.parse(plan.toString())).as(as).isEqualTo(plan);
        } else {
            assertThat(plan.toString()).as(as).hasSizeGreaterThan(RestartPlan.LONGEST);
        }
    }

    private static void onSmallStack(Runnable work) throws InterruptedException {
        List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
        Thread thread = new Thread(null, work, "small-stack", SMALL_STACK);
        thread.setUncaughtExceptionHandler((of, failure) -> thrown.add(failure));
        thread.start();
        thread.join();
        thrown.forEach(failure -> {
            throw new AssertionError("on a small stack", failure);
        });
    }

    @Test
    void a_duration_of_thousands_of_digits_is_refused_and_fills_no_stack() {
        for (String text : List.of("[P" + "1".repeat(6_000) + "]", "[PT" + "1".repeat(6_000) + "S]")) {
            assertThatThrownBy(() -> RestartPlan.parse(text))
                    .isInstanceOf(RestartPlanSyntaxException.class)
                    .hasMessageStartingWith("column 2: possible here: a duration such as 100ms, 5s, 1m or PT5S\n  [P")
                    .hasMessageContaining("111…\n")
                    .message().hasSizeLessThan(LONGEST_MESSAGE);
        }
    }

    @Test
    void a_text_that_is_too_long_is_refused_with_the_rule_and_the_length() {
        String longest = "[" + " ".repeat(RestartPlan.LONGEST - 2) + "]";
        assertThat(RestartPlan.parse(longest)).isEqualTo(RestartPlan.EMPTY);
        assertThatThrownBy(() -> RestartPlan.parse(longest + " "))
                .isInstanceOf(RestartPlanSyntaxException.class)
                .hasMessageStartingWith(
                        "column 10001: the text of a plan must have at most 10000 characters, got: 10001\n  …");
        assertThatThrownBy(() -> RestartPlan.parse(List.of("x".repeat(50_000_000))))
                .isInstanceOf(RestartPlanSyntaxException.class)
                .hasMessageContaining("at most 10000 characters, got: 50000000")
                .message().hasSizeLessThan(LONGEST_MESSAGE);
    }

    @Test
    void a_plan_of_too_many_elements_is_refused() {
        List<String> most = Collections.nCopies(RestartPlan.MOST_ELEMENTS, "wait");
        RestartPlan plan = RestartPlan.parse(most);
        assertThat(RestartPlan.parse(plan.toString())).isEqualTo(plan);
        String more = "[" + "wait,".repeat(RestartPlan.MOST_ELEMENTS) + "wait]";
        assertThatThrownBy(() -> RestartPlan.parse(more))
                .isInstanceOf(RestartPlanSyntaxException.class)
                .hasMessageStartingWith("column 5002: a plan must have at most 1000 elements, got more\n");
        assertThatThrownBy(() -> RestartPlan.parse(Collections.nCopies(1_000_000, "wait")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a plan must have at most 1000 elements, got: 1000000");
    }

    @Test
    void a_reason_that_is_too_long_is_refused_in_a_list_too() {
        assertThatThrownBy(() -> RestartPlan.parse(List.of(Map.of("stop", "x".repeat(20_000)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a reason in a plan must have at most 10000 characters, got: 20000");
    }

    @Test
    void a_plan_that_prints_more_than_can_be_read_does_not_claim_to_be_text() {
        RestartPlan plan = RestartPlan.parse("[" + "backoff 110000d..110000d x1.1, ".repeat(300) + "wait]");
        assertThat(plan.toString()).hasSizeGreaterThan(RestartPlan.LONGEST);
        assertThat(plan.isText()).isFalse();
    }

    @Test
    void only_what_is_around_the_column_is_shown_of_a_long_text() {
        assertThatThrownBy(
                () -> RestartPlan.parse("[" + "restart, ".repeat(100) + "retry, " + "wait, ".repeat(100) + "]"))
                .hasMessage(
                        "column 902: possible here: restart, a delay such as 5s, backoff FROM..TO, wait, delete, stop"
                                + " or {stop: reason}\n  …" + "restart, ".repeat(23).substring(7) + "retry, "
                                + "wait, ".repeat(33).substring(0, 193) + "…\n  " + " ".repeat(201) + "^");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 300, 6_000, 9_900, 20_000})
    void long_texts_of_every_shape_are_plans_or_refused_on_a_small_stack(int length) throws InterruptedException {
        onSmallStack(() -> longOnes(length).forEach(text -> judge(text, text.substring(0, 10) + "… " + length)));
    }

    /**
     * A text of a kilobyte takes microseconds: were the time quadratic in the length, or worse, this would not end in
     * time.
     */
    @Test
    void thousands_of_texts_made_of_the_words_of_the_language_are_plans_or_refused() throws InterruptedException {
        onSmallStack(() -> {
            Random random = new Random(20_260_101);
            for (int i = 0; i < 10_000; i++) {
                StringBuilder text = new StringBuilder(random.nextBoolean() ? "[" : "");
                int words = random.nextInt(random.nextInt(10) == 0 ? 2_000 : 30);
                for (int word = 0; word < words; word++) {
                    text.append(WORDS.get(random.nextInt(WORDS.size())));
                }
                judge(text.append(random.nextBoolean() ? "]" : "").toString(), "text " + i);
            }
        });
    }

    @Test
    void thousands_of_mutilated_plans_are_plans_or_refused() throws InterruptedException {
        List<String> good = List.of(
                "[restart, 5s, backoff 1s..1m x2 jitter 20%, wait, delete, stop, {stop: gone}, restart*5]",
                "[\"backoff PT0.1S..PT30S\", '{stop: \"no \\\"use\\\"\"}', {stop: {shutdown: 'bye, bye'}}]",
                "[PT1H30M, P1D, 0s, 7ns, backoff 1s..5s x1.5*3]", "[]");
        onSmallStack(() -> {
            Random random = new Random(20_260_102);
            int plans = 0;
            for (int i = 0; i < 15_000; i++) {
                StringBuilder text = new StringBuilder(good.get(random.nextInt(good.size())));
                for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                    mutilate(text, random);
                }
                judge(text.toString(), "text " + i + ": " + text.substring(0, Math.min(200, text.length())));
                plans += isPlan(text.toString()) ? 1 : 0;
            }
            assertThat(plans).as("some survive").isGreaterThan(100);
        });
    }

    private static void mutilate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int to = at + random.nextInt(text.length() - at + 1);
        switch (random.nextInt(6)) {
            case 0 -> text.delete(at, to);
            case 1 -> text.insert(at, text.substring(at, to).repeat(1 + random.nextInt(3)));
            case 2 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
            case 3 -> text.insert(at, (char) random.nextInt(Character.MAX_VALUE + 1));
            case 4 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())).repeat(random.nextInt(200)));
            default -> {
                if (at < text.length()) {
                    text.setCharAt(at, (char) random.nextInt(128));
                }
            }
        }
        text.setLength(Math.min(text.length(), 12_000));
    }

    private static boolean isPlan(String text) {
        try {
            return !RestartPlan.parse(text).isEmpty();
        } catch (RestartPlanSyntaxException refused) {
            return false;
        }
    }

    /** The items that YAML can put into a list. */
    @Test
    void thousands_of_hostile_lists_are_plans_or_refused() {
        Random random = new Random(20_260_103);
        for (int i = 0; i < 5_000; i++) {
            List<Object> items = new ArrayList<>();
            for (int item = random.nextInt(6); item > 0; item--) {
                items.add(item(random, items));
            }
            try {
                assertThat(RestartPlan.parse(items).elements()).hasSameSizeAs(items);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("list %d", i).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE);
            }
        }
    }

    private static Object item(Random random, List<Object> itself) {
        return switch (random.nextInt(9)) {
            case 0 -> Map.of("stop", WORDS.get(random.nextInt(WORDS.size())));
            case 1 -> Duration.ofSeconds(random.nextLong());
            case 2 -> Arrays.asList(null, itself);
            case 3 -> Map.of("stop", itself);
            case 4 -> random.nextDouble();
            case 5 -> "P" + "1".repeat(random.nextInt(12_000));
            default -> WORDS.get(random.nextInt(WORDS.size())) + WORDS.get(random.nextInt(WORDS.size()));
        };
    }
}
