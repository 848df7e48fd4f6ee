package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import io.github.ppool.process.ExitReason;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The language of plans, with generated plans and texts; jqwik makes an example of a failure as small as it can. A text
 * is a plan or is refused with a {@link RestartPlanSyntaxException}: with a stack that is too small for a frame for
 * each character, and with memory in proportion to the length. The memory is counted, since a count is the same on
 * every machine; the limit of time is only there to end an endless loop.
 */
class RestartPlanPropertyTest {

    /** Fixed: a build fails because of a change and not because of its luck. */
    private static final String SEED = "20261129";
    private static final Duration ENDLESS = Duration.ofMinutes(2);
    private static final int SMALL_STACK = 256 * 1024;
    private static final int LONGEST_MESSAGE = 1_500;
    /** The message of a refusal and its stack trace. */
    private static final long BYTES_ANYWAY = 128 * 1024;
    /** An element of one character, such as a wrong one, is told with some objects. */
    private static final long BYTES_FOR_A_CHARACTER = 256;

    /** The meaning of one spelling. */
    record Written<T>(String text, T meaning) {
        <U> Written<U> as(Function<String, String> text, Function<T, U> meaning) {
            return new Written<>(text.apply(this.text), meaning.apply(this.meaning));
        }
    }

    // Plans as values

    @Provide
    Arbitrary<RestartPlan> plans() {
        return elements().list().ofMaxSize(12).map(all -> RestartPlan.of(all.toArray(PlanElement[]::new)));
    }

    private static Arbitrary<PlanElement> elements() {
        Arbitrary<PlanElement> once = Arbitraries.oneOf(
                Arbitraries.of(PlanElement.RESTART, PlanElement.WAIT, PlanElement.DELETE, PlanElement.STOP),
                durations(0).map(PlanElement::after),
                backoffs(),
                reasons().map(PlanElement::stop));
        Arbitrary<PlanElement> repeated = Combinators.combine(once, Arbitraries.integers().greaterOrEqual(1))
                .as(PlanElement::times);
        return Arbitraries.oneOf(once, repeated);
    }

    private static Arbitrary<Duration> durations(long shortest) {
        return Arbitraries.longs().greaterOrEqual(shortest).map(Duration::ofNanos);
    }

    private static Arbitrary<PlanElement> backoffs() {
        return Combinators.combine(durations(1), durations(1),
                Arbitraries.doubles().between(1, 1_000_000), Arbitraries.doubles().between(0, 100))
                .as((one, other, factor, jitter) -> one.compareTo(other) < 0
                        ? new Backoff(one, other, factor, jitter)
                        : new Backoff(other, one, factor, jitter));
    }

    private static Arbitrary<ExitReason> reasons() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(40).map(ExitReason::of),
                Arbitraries.of("normal", "shutdown", "kill", "killed", "noproc", "gone", "a.b-c_d").map(ExitReason::of),
                Arbitraries.strings().all().ofMaxLength(40).map(ExitReason::shutdown));
    }

    @Property(tries = 500, seed = SEED)
    void a_plan_is_read_back_from_its_text(@ForAll("plans") RestartPlan plan) {
        assertThat(plan.isText()).isTrue();
        assertThat(RestartPlan.parse(plan.toString())).isEqualTo(plan);
        assertThat(RestartPlan.parse(plan.elements().stream().map(PlanElement::toString).toList())).isEqualTo(plan);
    }

    // Texts of the language, each with its meaning

    @Provide
    Arbitrary<Written<RestartPlan>> writtenPlans() {
        return Combinators.combine(writtenElements().list().ofMaxSize(12), blanks())
                .as((elements, blank) -> new Written<>(
                        elements.stream()
                                .map(Written::text)
                                .reduce((one, next) -> one + blank + "," + blank + next)
                                .map(all -> blank + "[" + blank + all + blank + "]" + blank)
                                .orElse("[" + blank + "]"),
                        RestartPlan.of(elements.stream().map(Written::meaning).toArray(PlanElement[]::new))));
    }

    private static Arbitrary<String> blanks() {
        return Arbitraries.of("", " ", "\n", "\t  ", "\r\n");
    }

    private static Arbitrary<Written<PlanElement>> writtenElements() {
        Arbitrary<Written<PlanElement>> once = Arbitraries.oneOf(
                Arbitraries.of(
                        new Written<>("restart", PlanElement.RESTART),
                        new Written<>("wait", PlanElement.WAIT),
                        new Written<>("delete", PlanElement.DELETE),
                        new Written<>("stop", PlanElement.STOP)),
                writtenDurations().map(delay -> delay.as(text -> text, PlanElement::after)),
                writtenBackoffs());
        Arbitrary<Written<PlanElement>> repeated = Combinators
                .combine(once, Arbitraries.integers().between(1, 1_000_000), blanks())
                .as((element, times, blank) -> element.as(text -> text + blank + "*" + blank + times,
                        each -> each.times(times)));
        Arbitrary<Written<PlanElement>> unquoted = Arbitraries.oneOf(once, repeated);
        Arbitrary<Written<PlanElement>> quoted = Combinators
                .combine(unquoted, Arbitraries.of("'", "\""), blanks())
                .as((element, quote, blank) -> element.as(text -> quote + blank + text + blank + quote, each -> each));
        return Arbitraries.oneOf(unquoted, quoted, writtenStops());
    }

    private static Arbitrary<Written<Duration>> writtenDurations() {
        Arbitrary<Written<Duration>> byUnit = Combinators
                .combine(Arbitraries.integers().between(1, 90_000), Arbitraries.of("ms", "s", "m", "h", "d"))
                .as((amount, unit) -> new Written<>(amount + unit, DurationText.of(amount, unit)));
        Arbitrary<Written<Duration>> iso = Arbitraries.longs().between(1, 1_000_000_000_000L)
                .map(Duration::ofMillis)
                .map(delay -> new Written<>(delay.toString(), delay));
        return Arbitraries.oneOf(byUnit, iso, iso.map(delay -> delay.as(String::toLowerCase, each -> each)));
    }

    private static Arbitrary<Written<PlanElement>> writtenBackoffs() {
        Arbitrary<@Nullable Integer> factors = Arbitraries.integers().between(1, 100).injectNull(0.3);
        Arbitrary<@Nullable Integer> jitters = Arbitraries.integers().between(0, 100).injectNull(0.3);
        return Combinators.combine(writtenDurations(), writtenDurations(), factors, jitters, blanks())
                .filter((one, other, factor, jitter, blank) -> one.meaning().compareTo(other.meaning()) <= 0)
                .as((from, to, factor, jitter, blank) -> {
                    String text = "backoff " + blank + from.text() + blank + ".." + blank + to.text();
                    Backoff backoff = Backoff.between(from.meaning(), to.meaning());
                    if (factor != null) {
                        text += blank + " x" + blank + factor;
                        backoff = backoff.withFactor(factor);
                    }
                    if (jitter != null) {
                        text += blank + " jitter " + blank + jitter + blank + "%";
                        backoff = backoff.withJitter(jitter);
                    }
                    return new Written<PlanElement>(text, backoff);
                });
    }

    private static Arbitrary<Written<PlanElement>> writtenStops() {
        Arbitrary<Written<String>> words = Arbitraries.strings().withChars("abcXYZ_").ofMinLength(1).ofMaxLength(20)
                .map(word -> new Written<>(word, word));
        Arbitrary<Written<String>> strings = Combinators
                .combine(Arbitraries.strings().all().ofMaxLength(30), Arbitraries.of("'", "\""))
                .as((content, quote) -> new Written<>(
                        quote + content.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote, content));
        return Combinators.combine(Arbitraries.oneOf(words, strings), Arbitraries.of(true, false), blanks())
                .as((reason, shutdown, blank) -> shutdown
                        ? reason.as(text -> "{stop:" + blank + "{" + blank + "shutdown" + blank + ":" + text + "}}",
                                detail -> PlanElement.stop(ExitReason.shutdown(detail)))
                        : reason.as(text -> "{" + blank + "stop" + blank + ":" + blank + text + blank + "}",
                                of -> PlanElement.stop(ExitReason.of(of))));
    }

    @Property(tries = 500, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void a_text_of_the_grammar_means_its_plan_however_it_is_spaced_and_quoted(
            @ForAll("writtenPlans") Written<RestartPlan> plan) {
        assertThat(RestartPlan.parse(plan.text())).isEqualTo(plan.meaning());
    }

    // Texts that are hardly plans

    /** A change of a text: some characters are replaced. */
    record Change(double at, int gone, String by) {
        String of(String text) {
            int from = (int) (at * text.length());
            return text.substring(0, from) + by + text.substring(Math.min(text.length(), from + gone));
        }
    }

    private static Arbitrary<String> pieces() {
        return Arbitraries.oneOf(
                Arbitraries.of("restart", "wait", "delete", "stop", "backoff", "jitter", "shutdown", "x", "5s", "100ms",
                        "PT5S", "P1D", "P", "..", ".", "[", "]", "{", "}", ",", ":", "*", "%", "\"", "'", "\\", " ",
                        "\n", "-", "+", "0", "1", "9999999999", "1.5", "1e9", "NaN", "\u0000", "٣", "{stop: ",
                        "{shutdown: ", "backoff 1s..1m ", "#"),
                Arbitraries.strings().all().ofMaxLength(5));
    }

    @Provide
    Arbitrary<String> mutilated() {
        Arbitrary<Change> changes = Combinators.combine(
                Arbitraries.doubles().between(0, 1), Arbitraries.integers().between(0, 8), pieces()).as(Change::new);
        return Combinators.combine(writtenPlans(), changes.list().ofMinSize(1).ofMaxSize(3)).as((plan, all) -> {
            String text = plan.text();
            for (Change change : all) {
                text = change.of(text);
            }
            return text;
        });
    }

    @Property(tries = 1_000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void a_mutilated_plan_is_a_plan_or_is_refused(@ForAll("mutilated") String text) throws Exception {
        judge(text);
    }

    @Provide
    Arbitrary<String> anyTexts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(200),
                pieces().list().ofMaxSize(300).map(all -> "[" + String.join("", all) + "]"));
    }

    @Property(tries = 500, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void any_text_is_a_plan_or_is_refused(@ForAll("anyTexts") String text) throws Exception {
        judge(text);
    }

    @Provide
    Arbitrary<String> heads() {
        return Arbitraries.of("", "[", "[P", "[PT", "['", "[{stop: ", "[{stop: \"", "[{stop: {shutdown: '",
                "[restart*", "[backoff ", "[backoff 1s..1m x", "[backoff 1s..1m x1.", "[backoff 1s..1m jitter ");
    }

    @Provide
    Arbitrary<String> parts() {
        return pieces().list().ofMinSize(1).ofMaxSize(3).map(all -> String.join("", all));
    }

    /** One part again and again, up to the greatest length of a text and a hundred times beyond. */
    @Property(tries = 800, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void a_text_that_repeats_itself_is_a_plan_or_is_refused_whatever_its_length(
            @ForAll("heads") String head, @ForAll("parts") String part,
            @ForAll @LongRange(min = 1, max = 100L * RestartPlan.LONGEST) long length) throws Exception {
        Assume.that(!part.isEmpty());
        int within = (int) (length % 3 == 0 ? length : length % RestartPlan.LONGEST);
        judge(head + part.repeat(within / part.length() + 1) + "]");
    }

    /** Classes that are loaded for the first time don't count. */
    @BeforeContainer
    static void warmUp() {
        for (String text : List.of("[restart*2, 5s, PT5S, backoff 1s..1m x2 jitter 20%, {stop: 'a'}]", "[5x]", "[P]",
                "[restart*0]", "[restart*99999999999]", "[backoff 5s..1s]", "x".repeat(20_000))) {
            read(text);
        }
        allocated();
    }

    /** On a thread of its own, with a small stack. */
    private static void judge(String text) throws InterruptedException {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        AtomicReference<@Nullable Object> result = new AtomicReference<>();
        AtomicLong bytes = new AtomicLong();
        assertTimeoutPreemptively(ENDLESS, () -> {
            Thread thread = new Thread(null, () -> {
                long before = allocated();
                Object read = read(text);
                bytes.set(allocated() - before);
                result.set(read);
            }, "small-stack", SMALL_STACK);
            thread.setUncaughtExceptionHandler((of, failure) -> thrown.set(failure));
            thread.start();
            thread.join();
        });
        if (thrown.get() != null) {
            throw new AssertionError("neither a plan nor refused", thrown.get());
        }
        if (result.get() instanceof RestartPlan plan) {
            assertThat(text).hasSizeLessThanOrEqualTo(RestartPlan.LONGEST);
            assertThat(plan.elements()).hasSizeLessThanOrEqualTo(RestartPlan.MOST_ELEMENTS);
        } else {
            RestartPlanSyntaxException refused = (RestartPlanSyntaxException) Objects.requireNonNull(result.get());
            assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE);
            assertThat(refused.column()).isBetween(1, text.length() + 1);
        }
        // The refusal of a text that is too long costs the same for each length.
        long read = Math.min(text.length(), RestartPlan.LONGEST);
        assertThat(bytes.get()).as("bytes for %d characters", text.length())
                .isLessThan(BYTES_ANYWAY + BYTES_FOR_A_CHARACTER * read);
    }

    /** The plan or its refusal. */
    private static Object read(String text) {
        try {
            return RestartPlan.parse(text);
        } catch (RestartPlanSyntaxException refused) {
            return refused;
        }
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    /** The generators reach their targets. */
    @Property(tries = 1, seed = SEED)
    void plans_texts_and_mutilated_texts_are_not_all_alike() {
        List<String> texts = mutilated().list().ofSize(300).sample();
        assertThat(texts.stream().filter(text -> read(text) instanceof RestartPlan).count()).isBetween(5L, 295L);
        assertThat(writtenPlans().list().ofSize(100).sample().stream().distinct().count()).isGreaterThan(60);
    }
}
