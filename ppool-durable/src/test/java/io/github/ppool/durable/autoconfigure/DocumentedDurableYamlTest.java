package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.WorkerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;

/** An application starts with the settings of durable tasks that the documentation shows. */
class DocumentedDurableYamlTest {

    private static final Pattern BLOCK = Pattern.compile("\\n```ya?ml\\n(.*?)\\n```", Pattern.DOTALL);
    /** A row of a table of settings: the second cell is the default. */
    private static final Pattern KEY = Pattern.compile("\\| `(ppool\\.durable\\.[a-z-]+)` \\| (?:`| \\|)");

    /** The test of the starter reads these blocks without the settings of durable tasks. */
    private static final String DURABLE = "durable";

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("..", "docs"))) {
            return Stream.concat(Stream.of(Path.of("..", "README.md")),
                    docs.filter(page -> page.toString().endsWith(".md") && !page.endsWith("reference/meters.md"))
                            .sorted())
                    .toList();
        }
    }

    private static Map<String, String> settings(String yaml) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        new YamlPropertySourceLoader()
                .load("block", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                .forEach(document -> {
                    for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                        String whole = name.startsWith(DURABLE) ? "ppool.pools.documented." + name : name;
                        if (whole.startsWith("ppool.")) {
                            settings.put(whole, String.valueOf(document.getProperty(name)));
                        }
                    }
                });
        return settings;
    }

    @TestFactory
    Stream<DynamicTest> an_application_starts_with_each_block() throws IOException {
        List<DynamicTest> tests = new java.util.ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult block : BLOCK.matcher(Files.readString(page)).results().toList()) {
                if (block.group(1).contains(DURABLE)) {
                    Map<String, String> settings = settings(block.group(1));
                    tests.add(DynamicTest.dynamicTest(page.getFileName() + ": " + settings.keySet(),
                            () -> starts(settings)));
                }
            }
        }
        return tests.stream();
    }

    private static void starts(Map<String, String> settings) {
        Set<String> workers = new TreeSet<>(Set.of("anyWorker"));
        ApplicationContextRunner runner = DurableRunner.h2()
                .withPropertyValues("ppool.defaults.worker=anyWorker", "ppool.defaults.size=1");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (setting.getKey().endsWith(".worker") && !setting.getValue().equals("smtpWorker")) {
                workers.add(setting.getValue());
            }
            runner = runner.withPropertyValues(setting.getKey() + "=" + setting.getValue());
        }
        for (String worker : workers) {
            runner = runner.withBean(worker, WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new);
        }
        runner.run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void each_setting_of_durable_tasks_that_any_page_names_is_there() throws IOException {
        Set<String> known = new TreeSet<>();
        for (var component : DurableProperties.class.getRecordComponents()) {
            known.add("ppool.durable." + org.springframework.boot.context.properties.bind.DataObjectPropertyName
                    .toDashedForm(component.getName()));
        }
        Set<String> named = new TreeSet<>();
        for (Path page : pages()) {
            KEY.matcher(Files.readString(page)).results().forEach(key -> named.add(key.group(1)));
        }
        assertThat(named).isNotEmpty().isSubsetOf(known);
    }
}
