package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.OverloadSimulation.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The wait of callers over time, before, during and after an overload, by the order of the queue. The pool is a real
 * one, and the time is simulated: see {@link OverloadSimulation}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverloadCurvesTest {

    private static final long SEED = 20_261_130;
    private static final Duration IN_TIME = Duration.ofMillis(100);
    private static final Path PICTURE = Path.of("..", "docs", "images", "overload.svg");

    private static final Map<String, UnaryOperator<PoolSpec.Builder<Object>>> SETTINGS = new LinkedHashMap<>();

    static {
        SETTINGS.put("queue: fifo", spec -> spec);
        SETTINGS.put("queue: lifo", spec -> spec.queue(QueueOrder.LIFO));
        SETTINGS.put("queue: adaptive", spec -> spec.queue(QueueOrder.ADAPTIVE));
        SETTINGS.put("max-wait-target: 50ms", spec -> spec.maxWaitTarget(Duration.ofMillis(50)));
        SETTINGS.put("queue: adaptive, max-wait-target: 50ms",
                spec -> spec.queue(QueueOrder.ADAPTIVE).maxWaitTarget(Duration.ofMillis(50)));
    }

    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();

    @BeforeAll
    void simulate() {
        SETTINGS.forEach((name, settings) -> outcomes.put(name, OverloadSimulation.run(SEED, settings)));
    }

    private Outcome outcome(String name) {
        return outcomes.get(name);
    }

    /** Of the callers of the overload, once it has begun. */
    private double inTimeUnderOverload(String name) {
        return outcome(name).servedWithin(IN_TIME, OverloadSimulation.OVERLOAD_FROM + 1,
                OverloadSimulation.OVERLOAD_TO);
    }

    private long wait(String name, double part, int fromSecond, int toSecond) {
        return outcome(name).percentile(part, fromSecond * 1_000_000_000L, toSecond * 1_000_000_000L) / 1_000_000;
    }

    @Test
    void first_in_first_out_serves_no_caller_of_an_overload_in_time() {
        assertThat(inTimeUnderOverload("queue: fifo")).isLessThan(0.1);
        assertThat(wait("queue: fifo", 0.5, 17, 20)).as("all wait for about their patience").isGreaterThan(1_800);
        assertThat(wait("queue: fifo", 0.5, 20, 22)).as("and also those that come after it").isGreaterThan(1_000);
    }

    @Test
    void the_other_orders_serve_as_many_callers_in_time_as_there_is_capacity() {
        double possible = 200.0 / 300;
        for (String name : SETTINGS.keySet()) {
            if (!name.equals("queue: fifo")) {
                assertThat(inTimeUnderOverload(name)).as(name).isBetween(possible - 0.16, possible + 0.06);
            }
        }
        assertThat(wait("queue: lifo", 0.5, 12, 20)).isLessThan(20);
        assertThat(wait("queue: adaptive", 0.5, 12, 20)).isLessThan(20);
    }

    @Test
    void most_callers_of_an_overload_wait_for_at_most_the_target_and_all_for_at_most_the_interval_more() {
        for (String name : new String[]{"max-wait-target: 50ms", "queue: adaptive, max-wait-target: 50ms"}) {
            assertThat(wait(name, 0.5, 12, 20)).as(name).isBetween(1L, 50L);
            assertThat(wait(name, 1, 0, 40)).as(name).isBetween(50L, 150L);
            assertThat(wait(name, 0.99, 21, 40)).as(name).isLessThanOrEqualTo(120);
        }
    }

    @Test
    void in_quiet_times_adaptive_is_as_fair_as_first_in_first_out_and_lifo_is_not() {
        assertThat(wait("queue: adaptive", 0.999, 0, 10)).isLessThan(wait("queue: lifo", 0.999, 0, 10));
    }

    @Test
    void each_setting_serves_all_that_the_workers_can_do() {
        long fewest = outcomes.values().stream().mapToLong(outcome -> outcome.served().size()).min().orElse(0);
        long most = outcomes.values().stream().mapToLong(outcome -> outcome.served().size()).max().orElse(0);
        assertThat((double) fewest / most).as("%s of %s", fewest, most).isGreaterThan(0.9);
    }

    /** {@code -Dppool.docs.write=true} writes the picture instead of comparing it. */
    @Test
    void the_picture_in_the_documentation_is_that_of_this_simulation() throws IOException {
        String picture = picture();
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(PICTURE, picture);
            return;
        }
        assertThat(Files.readString(PICTURE))
                .as("mvn -pl ppool-core test -Dtest=OverloadCurvesTest -Dppool.docs.write=true draws it anew")
                .isEqualTo(picture);
    }

    @Test
    void the_page_has_the_snippet_and_the_figures_of_this_test() throws IOException {
        // region overload
        PoolSpec<Object> search = PoolSpec.builder("search", Object::new)
                .queue(QueueOrder.ADAPTIVE)
                .maxWaitTarget(Duration.ofMillis(50))
                .queueCapacity(200)
                .shed(ShedRule.OLDEST)
                .build();
        // end
        assertThat(search.shed()).isEqualTo(ShedRule.OLDEST);
        String page = Files.readString(Path.of("..", "docs", "overload.md"));
        String source = Files.readString(Path.of("src/test/java/io/github/ppool/pool/OverloadCurvesTest.java"));
        String region = source.substring(source.indexOf("// region overload\n") + 19,
                source.indexOf("        // end\n"));
        assertThat(page).contains("<!-- from OverloadCurvesTest: overload -->\n```java\n"
                + region.stripTrailing().stripIndent() + "\n```\n");
        assertThat(page).containsOnlyOnce("```java");
        long percent = Math.round(100 * outcome("queue: fifo").servedWithin(IN_TIME, OverloadSimulation.OVERLOAD_FROM,
                OverloadSimulation.OVERLOAD_TO));
        assertThat(page.replaceAll("\\s+", " ")).contains("of the callers of ten seconds of overload, " + percent
                + " % get their worker within 100 ms");
    }

    // ---- the picture

    private static final int LEFT = 64;
    private static final int WIDTH = 760;
    private static final int PANEL = 150;
    private static final int HEIGHT = 100;
    private static final int TOP = 66;
    private static final long BUCKET_NANOS = 500_000_000;
    private static final double LEAST_MILLIS = 1;
    private static final double MOST_MILLIS = 2_500;

    private String picture() {
        int height = TOP + PANEL * outcomes.size() + 28;
        StringBuilder svg = new StringBuilder();
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 %d" font-family="sans-serif" font-size="12">
                <title>The wait of callers before, during and after an overload</title>
                <style>
                @media (prefers-color-scheme: dark) {
                  [fill="#ffffff"] { fill: #14181f; }
                  [fill="#1c2733"] { fill: #e3e8f0; }
                  [fill="#52606d"] { fill: #a3aebd; }
                  [stroke="#1667b7"] { stroke: #6aa8e8; }
                  [stroke="#c2570c"] { stroke: #f0a070; }
                  [stroke="#dfe4ea"] { stroke: #3a4454; }
                  [fill="#9aa5b1"] { fill: #5a6575; }
                  [fill="#fdf1e3"] { fill: #3a2e1c; }
                }
                </style>
                <rect width="860" height="%d" fill="#ffffff"/>
                <text x="64" y="22" font-size="15" fill="#1c2733">The wait for a worker, by the second in which the \
                caller came</text>
                <line x1="64" y1="38" x2="88" y2="38" stroke="#1667b7" stroke-width="2"/>
                <text x="94" y="42" fill="#1c2733">median</text>
                <line x1="154" y1="38" x2="178" y2="38" stroke="#c2570c" stroke-width="1.5"/>
                <text x="184" y="42" fill="#1c2733">99th percentile of those that were served</text>
                <rect x="444" y="33" width="24" height="9" fill="#9aa5b1"/>
                <text x="474" y="42" fill="#1c2733">part of those that were not served</text>
                """.formatted(height, height));
        int top = TOP;
        for (Map.Entry<String, Outcome> panel : outcomes.entrySet()) {
            panel(svg, top, panel.getKey(), panel.getValue());
            top += PANEL;
        }
        for (int second = 0; second <= OverloadSimulation.SECONDS; second += 10) {
            svg.append(text(x(second * 1e9), top, "middle", second + " s"));
        }
        return svg.append("</svg>\n").toString();
    }

    private static void panel(StringBuilder svg, int top, String name, Outcome outcome) {
        int bottom = top + 20 + HEIGHT;
        double from = x(OverloadSimulation.OVERLOAD_FROM * 1e9);
        double to = x(OverloadSimulation.OVERLOAD_TO * 1e9);
        svg.append(String.format(Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#fdf1e3\"/>%n", from, bottom - HEIGHT,
                to - from, HEIGHT).replace("\r", ""));
        svg.append("<text x=\"").append(LEFT).append("\" y=\"").append(top + 12)
                .append("\" font-weight=\"bold\" fill=\"#1c2733\">").append(name).append("</text>\n");
        long percent = Math.round(100 * outcome.servedWithin(IN_TIME, OverloadSimulation.OVERLOAD_FROM,
                OverloadSimulation.OVERLOAD_TO));
        svg.append(text(LEFT + WIDTH, top + 12, "end",
                "of the callers under overload, " + percent + " % are served within 100 ms"));
        for (int millis = 1; millis <= 1000; millis *= 10) {
            double y = y(millis, bottom);
            svg.append(String.format(Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dfe4ea\"/>%n", LEFT, y, LEFT + WIDTH,
                    y).replace("\r", ""));
            svg.append(text(LEFT - 6, y + 4, "end", millis == 1000 ? "1 s" : millis + " ms"));
        }
        refused(svg, bottom, outcome);
        curve(svg, bottom, outcome, 0.99, "#c2570c", "1.5");
        curve(svg, bottom, outcome, 0.5, "#1667b7", "2");
    }

    private static void refused(StringBuilder svg, int bottom, Outcome outcome) {
        for (long at = 0; at < OverloadSimulation.SECONDS * 1_000_000_000L; at += BUCKET_NANOS) {
            long from = at;
            long refused = outcome.refusedBetween(at, at + BUCKET_NANOS);
            long all = refused + outcome.served().stream().filter(each -> each.arrivalNanos() >= from
                    && each.arrivalNanos() < from + BUCKET_NANOS).count();
            if (refused > 0) {
                double height = 0.25 * HEIGHT * refused / all;
                svg.append(String.format(Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#9aa5b1\"/>%n", x(at),
                        bottom - height, x(BUCKET_NANOS) - LEFT - 1, height).replace("\r", ""));
            }
        }
    }

    private static void curve(
            StringBuilder svg, int bottom, Outcome outcome, double part, String colour, String width) {
        svg.append("<polyline fill=\"none\" stroke=\"").append(colour).append("\" stroke-width=\"").append(width)
                .append("\" points=\"");
        for (long at = 0; at < OverloadSimulation.SECONDS * 1_000_000_000L; at += BUCKET_NANOS) {
            long wait = outcome.percentile(part, at, at + BUCKET_NANOS);
            if (wait >= 0) {
                svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(at + BUCKET_NANOS / 2.0),
                        y(wait / 1e6, bottom)));
            }
        }
        svg.append("\"/>\n");
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#52606d\">%s</text>\n",
                x, y, anchor, text);
    }

    private static double x(double nanos) {
        return LEFT + WIDTH * nanos / (OverloadSimulation.SECONDS * 1e9);
    }

    private static double y(double millis, int bottom) {
        double shown = Math.clamp(millis, LEAST_MILLIS, MOST_MILLIS);
        return bottom - HEIGHT * StrictMath.log(shown / LEAST_MILLIS) / StrictMath.log(MOST_MILLIS / LEAST_MILLIS);
    }
}
