package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.SharedRate;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.ClusterLimits;
import io.github.ppool.spring.boot.ClusterRates;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;

/** The settings that the documentation shows work, and ppool does not warn of them. */
@ExtendWith(OutputCaptureExtension.class)
class DocumentedYamlTest {

    /** The block with the line before it. */
    private static final Pattern BLOCK = Pattern.compile("([^\\n]*)\\n```ya?ml\\n(.*?)\\n```", Pattern.DOTALL);
    /** In the line before a block that shows an odd setting on purpose. */
    private static final String WARNED_OF = "is warned of";
    private static final Pattern SETTING = Pattern.compile("\\| `(…|ppool\\.|management\\.)([^`]*)` \\|.*");

    /** A block of YAML on a page. */
    record Block(String page, String before, String yaml) {
        @Override
        public String toString() {
            return page + ": " + yaml.lines().findFirst().orElse("");
        }
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                if (!settings(block.group(2)).isEmpty()) {
                    blocks.add(new Block(page.getFileName().toString(), block.group(1), block.group(2)));
                }
            }
        }
        return blocks;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("..", "docs"))) { // the folders of how-tos and tutorials too
            return Stream.concat(Stream.of(Path.of("..", "README.md")),
                    docs.filter(page -> page.toString().endsWith(".md")).sorted()).toList();
        }
    }

    /** The settings of ppool in a block; the settings of one pool may stand alone. */
    private static Map<String, String> settings(String yaml) {
        Map<String, String> settings = new TreeMap<>();
        try {
            new YamlPropertySourceLoader()
                    .load("block", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
                    .forEach(document -> {
                        for (String name : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                            String value = String.valueOf(document.getProperty(name));
                            if (name.startsWith("ppool.")) {
                                settings.put(name, value);
                            } else if (SettingKeys.ofPool().stream().anyMatch(
                                    key -> name.equals(key) || name.startsWith(key + "[")
                                            || name.startsWith(key + "."))) {
                                settings.put("ppool.pools.documented." + name, value);
                            }
                        }
                    });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        // Tests of ppool-cluster and ppool-durable start applications with these.
        settings.keySet().removeIf(key -> key.startsWith("ppool.cluster.") || isDurable(key));
        return settings;
    }

    private static boolean isDurable(String key) {
        return key.startsWith("ppool.durable.") || key.matches("ppool\\.(defaults|pools\\.[^.]+)\\.durable[.\\[].*");
    }

    @Test
    void there_is_yaml_in_the_documentation() throws IOException {
        assertThat(blocks().stream().map(Block::page)).contains("declare-pools.md", "restart-plans.md");
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void an_application_starts_with_what_is_documented_and_nothing_is_warned_of(Block block, CapturedOutput output) {
        Map<String, String> settings = settings(block.yaml());
        Set<String> workers = new TreeSet<>(Set.of("anyWorker"));
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withBean(ClusterLimits.class, () -> (pool, limit) -> (gated, process) -> () -> {})
                .withBean(ClusterRates.class, () -> (pool, rate) -> new UnusedRate(rate))
                .withPropertyValues("ppool.defaults.worker=anyWorker", "ppool.defaults.size=1");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String name = setting.getKey();
            if (name.matches(".*\\.command\\[\\d+]")) { // a program that is here
                runner = runner.withPropertyValues(name.substring(0, name.lastIndexOf('[')) + "=cat");
                continue;
            }
            if (name.endsWith(".directory")) { // a directory that is here
                runner = runner.withPropertyValues(name + "=.");
                continue;
            }
            if (name.endsWith(".worker")) {
                workers.add(setting.getValue());
            } else if (name.contains(".depends-on")) {
                for (String pool : setting.getValue().split(",", -1)) {
                    runner = runner.withPropertyValues("ppool.pools." + pool.strip() + ".worker=anyWorker");
                }
            } else if (name.matches("ppool\\.groups\\..*\\.members\\[\\d+]")) {
                runner = runner.withPropertyValues("ppool.pools." + setting.getValue() + ".worker=anyWorker");
            } else if (name.startsWith("ppool.supervised.")) {
                String bean = name.split("\\.", -1)[2];
                runner = runner.withBean(bean, SupervisedLoop.class);
            }
            runner = runner.withPropertyValues(name + "=" + setting.getValue());
        }
        for (String worker : workers) {
            runner = runner.withBean(worker, WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new);
        }
        runner.run(context -> assertThat(context).hasNotFailed());
        boolean warned = output.toString().lines().anyMatch(line -> line.contains("WARN") && line.contains("ppool"));
        assertThat(warned).as(output.toString()).isEqualTo(block.before().contains(WARNED_OF));
    }

    /** A rate over a cluster, of which no node has a share. */
    private record UnusedRate(Rate rate) implements SharedRate {
        @Override
        public void opened(RateShare share) {}

        @Override
        public void wanted(RateShare share) {}

        @Override
        public void closed(RateShare share) {}
    }

    @io.github.ppool.spring.boot.Supervised
    static class SupervisedLoop implements Runnable {
        @Override
        public void run() {
            try {
                Thread.sleep(java.time.Duration.ofDays(1));
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void every_setting_is_in_the_table() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "properties.md"));
        List<String> keys = SettingKeys.ofPool();
        assertThat(keys.stream().filter(key -> keys.stream().noneMatch(below -> below.startsWith(key + "."))))
                .hasSizeGreaterThan(30)
                .allSatisfy(key -> assertThat(page).contains("| `…" + key + "` |"));
    }

    /**
     * Each key in a table of settings, on any page, can be set: an unknown key is refused at the start. Those of the
     * modules ppool-cluster and ppool-durable are their own tests'.
     */
    @TestFactory
    Stream<DynamicTest> every_setting_in_a_table_exists() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (Path page : pages()) {
            boolean ofSettings = false;
            for (String line : Files.readAllLines(page)) {
                if (!line.startsWith("|")) {
                    ofSettings = false;
                } else if (line.startsWith("| setting")) {
                    ofSettings = true;
                }
                Matcher setting = SETTING.matcher(line);
                if (ofSettings && setting.matches() && !setting.group(1).startsWith("management.")) {
                    String prefix = setting.group(1).equals("…") ? "ppool.pools.documented." : setting.group(1);
                    keys.add((prefix + setting.group(2)).replace("<bean>", "loop")
                            .replace("groups.<name>", "groups.crew").replace("<name>", "documented"));
                }
            }
        }
        keys.removeIf(key -> key.startsWith("ppool.cluster.") || isDurable(key));
        assertThat(keys).hasSizeGreaterThan(45);
        ApplicationContextRunner runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withBean("loop", SupervisedLoop.class)
                .withBean("anyWorker", WorkerFactory.class, () -> (WorkerFactory<Object>) Object::new);
        return keys.stream().map(key -> DynamicTest.dynamicTest(key,
                () -> runner.withPropertyValues("ppool.pools.smtp.worker=anyWorker",
                        "ppool.pools.documented.worker=anyWorker", key + "=", "ppool.defaults.worker=anyWorker")
                        .withPropertyValues(key.startsWith("ppool.groups.") // no group is without members
                                ? new String[]{"ppool.groups.crew.members=smtp,documented"}
                                : new String[0])
                        .run(context -> assertThat(context).hasNotFailed())));
    }
}
