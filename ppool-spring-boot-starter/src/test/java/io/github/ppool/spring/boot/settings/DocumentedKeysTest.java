package io.github.ppool.spring.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/** Each setting that the documentation names is there. */
class DocumentedKeysTest {

    private static final Path DOCS = Path.of("..", "docs");

    private final Set<String> settings = settings();
    private final Set<String> meters = find("(?m)^\\| `(ppool\\.[a-z.]+)` \\| (gauge|timer|counter|long task timer) ",
            read("reference/pool-meters.md"));

    @Test
    void each_setting_in_the_table_of_pools_is_one_of_a_pool_or_of_all() {
        String page = read("reference/worker-life.md");
        String table = find("(?s)(\\| setting \\| default \\|[^\\n]*\\n.*?)\\n\\n", page).iterator().next();
        Set<String> named = table.lines()
                .skip(2)
                .flatMap(row -> find("`([a-z.-]+)`", row.split("\\|")[1]).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).hasSizeGreaterThan(15)
                .allMatch(key -> isKnown("ppool.defaults." + key) || isKnown("ppool." + key));
    }

    @Test
    void each_setting_and_meter_that_is_named_anywhere_is_there() throws IOException {
        try (Stream<Path> pages = Files.walk(DOCS)) {
            Set<String> named = pages.filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> !page.startsWith(DOCS.resolve("adr"))) // they tell of their time
                    .flatMap(page -> find("`((?:management\\.[a-z.]+\\.)?ppool\\.[a-z<][^`=]*)(?:=[^`]*)?`",
                            read(DOCS.relativize(page).toString())).stream())
                    // the settings and meters of ppool-cluster and ppool-durable have a test there
                    .filter(key -> !key.matches("(management\\.health\\.)?ppool\\.(cluster|durable)\\..*"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(named).hasSizeGreaterThan(40)
                    .allMatch(key -> meters.contains(key) || isKnown(key));
        }
    }

    @Test
    void what_is_not_there_would_be_found() {
        assertThat(isKnown("ppool.defaults.sizes")).isFalse();
        assertThat(isKnown("ppool.defaults.max")).isFalse();
        assertThat(isKnown("ppool.supervised.<bean>.pan")).isFalse();
        assertThat(isKnown("ppool.pools.<name>.restart.plan")).isTrue();
        assertThat(isKnown("ppool.supervised.<bean>.plan")).isTrue();
    }

    /** A setting, or a prefix of settings. */
    private boolean isKnown(String key) {
        String plain = key.replaceFirst("\\.…?$", "").replaceFirst("^ppool\\.pools\\.<name>", "ppool.defaults");
        return settings.stream().anyMatch(setting -> setting.equals(plain) || setting.startsWith(plain + "."));
    }

    private static Set<String> settings() {
        try (InputStream metadata = DocumentedKeysTest.class.getResourceAsStream(
                "/META-INF/spring-configuration-metadata.json")) {
            Set<String> settings = new TreeSet<>(
                    JsonPath.<List<String>>read(Objects.requireNonNull(metadata), "$.properties[*].name"));
            // The metadata does not have the values of a map.
            settings.add("ppool.pools");
            Stream.of(PpoolProperties.Supervised.class.getRecordComponents())
                    .map(RecordComponent::getName)
                    .map(name -> "ppool.supervised.<bean>." + DataObjectPropertyName.toDashedForm(name))
                    .forEach(settings::add);
            Stream.of(PpoolProperties.Group.class.getRecordComponents())
                    .map(RecordComponent::getName)
                    .map(name -> "ppool.groups.<name>." + DataObjectPropertyName.toDashedForm(name))
                    .forEach(settings::add);
            return settings;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static String read(String page) {
        try {
            return Files.readString(DOCS.resolve(page));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static Set<String> find(String regex, String text) {
        return Pattern.compile(regex).matcher(text).results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
