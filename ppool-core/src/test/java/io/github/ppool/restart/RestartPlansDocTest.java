package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Runs every block of the pages on restart plans and compares it with the behaviour of the code. */
class RestartPlansDocTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final List<String> PAGES = List.of("restart-plans.md", "reference/plan-settings.md",
            "reference/plan-grammar.md", "how-to/try-a-plan.md");
    private static final Path EXAMPLES = Path.of("src/test/java/io/github/ppool/restart/RestartPlanExamplesTest.java");
    private static final Pattern BLOCK = Pattern.compile("(?:<!-- from (\\S+): (\\w+) -->\n)?```(\\w*)\n(.*?)\n```\n",
            Pattern.DOTALL);
    private static final String LINE = "\n----\n";

    @TestFactory
    Stream<DynamicTest> everyBlockSaysWhatTheCodeDoes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String page : PAGES) {
            String doc = Files.readString(DOCS.resolve(page));
            Matcher block = BLOCK.matcher(doc);
            while (block.find()) {
                String kind = block.group(3);
                String content = block.group(4);
                String region = block.group(2);
                String line = page + ", line " + doc.substring(0, block.start()).lines().count() + ": " + kind;
                tests.add(DynamicTest.dynamicTest(line, () -> check(kind, content, region)));
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests.stream();
    }

    @Test
    void theGrammarIsTheOneOfTheJavadoc() throws IOException {
        String javadoc = Files.readString(Path.of("src/main/java/io/github/ppool/restart/RestartPlan.java"));
        String grammar = javadoc
                .substring(javadoc.indexOf("<pre>{@code") + "<pre>{@code".length(), javadoc.indexOf("}</pre>"))
                .lines().map(line -> line.strip().replaceFirst("^\\* ?", "")).filter(line -> !line.isBlank())
                .collect(Collectors.joining("\n"));
        assertThat(grammar).startsWith("plan     = ");
        assertThat(Files.readString(DOCS.resolve("reference/plan-grammar.md"))).contains("```\n" + grammar + "\n```");
    }

    private static void check(String kind, String content, String region) throws IOException {
        switch (kind) {
            case "simulation" -> assertThat(simulate(keys(head(content)))).hasToString(tail(content));
            case "warnings" ->
                assertThat(policy(keys(head(content))).warnings()).isEqualTo(tail(content).lines().toList());
            case "error" -> assertThat(catchThrowableOfType(RestartPlanSyntaxException.class,
                    () -> RestartPlan.parse(head(content)))).hasMessage(tail(content));
            case "yaml" -> checkYaml(keys(content));
            case "java" -> assertThat(content).isEqualTo(region(region));
            case "" -> assertThat(content).startsWith("plan     = "); // the grammar, see above
            default -> throw new AssertionError("no check for a block of kind " + kind);
        }
    }

    private static String head(String content) {
        return content.substring(0, content.indexOf(LINE));
    }

    private static String tail(String content) {
        return content.substring(content.indexOf(LINE) + LINE.length());
    }

    /** Lines {@code key: value}, without comments. */
    private static Map<String, String> keys(String lines) {
        return lines.lines().map(line -> line.replaceFirst(" +#.*", "").strip())
                .map(line -> line.split(": ?", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static RestartPolicy policy(Map<String, String> keys) {
        return RestartPolicy.of(RestartPlan.parse(keys.get("plan")))
                .withCount(RestartCount.parse(keys.getOrDefault("count", "1")))
                .withResetAfter(duration(keys.getOrDefault("reset-after", "0s")));
    }

    private static Duration duration(String text) {
        return ((PlanElement.Delay) RestartPlan.parse(List.of(text)).elements().get(0)).delay();
    }

    private static Simulation simulate(Map<String, String> keys) {
        return policy(keys).simulate(Arrays.stream(keys.get("ends").split(", ")).flatMap(RestartPlansDocTest::ends)
                .toArray(Simulation.End[]::new));
    }

    /** {@code REASON after DURATION} or {@code N starts fail REASON}. */
    private static Stream<Simulation.End> ends(String text) {
        Matcher failed = Pattern.compile("(\\d+) starts? fails? (.*)").matcher(text);
        if (failed.matches()) {
            return Stream.generate(() -> Simulation.End.failedStart(Reasons.of(failed.group(2))))
                    .limit(Integer.parseInt(failed.group(1)));
        }
        String[] parts = text.split(" after ");
        return Stream.of(Simulation.End.after(duration(parts[1]), Reasons.of(parts[0])));
    }

    /** A block of configuration is valid and without warnings. */
    private static void checkYaml(Map<String, String> keys) {
        Optional.ofNullable(keys.get("plan")).ifPresent(plan -> {
            assertThat(policy(keys).warnings().stream().filter(warning -> !warning.contains("changes nothing")))
                    .isEmpty();
        });
        assertThat(keys).as("YAML takes the bare word for true").doesNotContainKey("on");
        if (keys.containsKey("\"on\"")) {
            Map<String, String> plans = keys.entrySet().stream().filter(entry -> entry.getValue().startsWith("["))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            assertThat(PlanByReason.parse(plans).on()).hasSize(plans.size() - 1);
        }
        if ("infinity".equals(keys.get("count"))) {
            assertThat(policy(keys)).isEqualTo(RestartPolicy.POOL_DEFAULT);
        }
    }

    private static String region(String name) throws IOException {
        String source = Files.readString(EXAMPLES);
        String begin = "        // region " + name + "\n";
        int start = source.indexOf(begin) + begin.length();
        return source.substring(start, source.indexOf("        // end\n", start)).stripTrailing().stripIndent();
    }
}
