package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.beans.DurableStartException;
import io.github.ppool.durable.health.DurableHealthProperties;
import io.github.ppool.spring.boot.DurablePools;
import io.github.ppool.spring.boot.DurableSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** The table of the settings of durable tasks in the documentation is that of the metadata, which tells the truth. */
class DurablePropertyTableTest {

    private static final String HEADING = "\n## Durable tasks\n";
    /** A test of ppool-observer compares the rest of the page. */
    private static final String NEXT = "\n## The observer\n";
    private static final String HEALTH = "management.health.ppool.durable.";
    private static final String POOL = "ppool.defaults.durable.";

    /** {@code -Dppool.docs.write=true} writes the table instead of comparing it. */
    @Test
    void the_table_of_the_documentation_is_that_of_the_metadata() throws IOException {
        Path page = Path.of("..", "docs", "properties.md");
        String present = Files.readString(page);
        String table = table();
        int begin = present.contains(HEADING) ? present.indexOf(HEADING) : present.length();
        int end = present.contains(NEXT) ? present.indexOf(NEXT) : present.length();
        if (Boolean.getBoolean("ppool.docs.write")) {
            Files.writeString(page, present.substring(0, begin) + table + present.substring(end));
            return;
        }
        assertThat(present.substring(begin, end)).isEqualTo(table);
    }

    /** Values in words, and values that the rules refuse. */
    private static final Map<String, String> ALLOWED = Map.of(
            "ppool.durable.enabled", "`true`, `false`",
            "ppool.durable.run", "`true`, `false`",
            "ppool.durable.initialize-schema", "`embedded`, `always`, `never`",
            "ppool.durable.poll", "two durations from 1ms to 1h with `..` between them, or one",
            "ppool.durable.history", "duration, 0 to 3653d",
            "ppool.durable.ageing", "duration, 1ms to 3653d",
            "ppool.durable.longest-payload", "size of data, 1B to 16MB",
            HEALTH + "laid-down", "whole number, 0 or more",
            HEALTH + "oldest-ready", "duration, zero or more");

    @Test
    void limits_of_the_health_below_zero_are_refused() {
        assertThat(new DurableHealthProperties(0, Duration.ZERO)).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> new DurableHealthProperties(-1, Duration.ZERO))
                .withMessageContaining(HEALTH + "laid-down");
        assertThatIllegalArgumentException().isThrownBy(() -> new DurableHealthProperties(0, Duration.ofNanos(-1)))
                .withMessageContaining(HEALTH + "oldest-ready");
    }

    @Test
    void the_bounds_in_the_table_are_those_of_the_rules() {
        Duration most = Duration.ofDays(3653);
        DataSize payload = DataSize.ofMegabytes(16);
        assertThat(settings("1ms..1h", Duration.ZERO, Duration.ofMillis(1), payload).engineSettings()).isNotNull();
        assertThat(settings("1h", most, most, payload).engineSettings()).isNotNull();
        for (DurableProperties refused : List.of(settings("0ms..1s", most, most, payload),
                settings("1s..61m", most, most, payload), settings("2s..1s", most, most, payload),
                settings("often", most, most, payload), settings("1s", Duration.ofNanos(-1), most, payload),
                settings("1s", most.plusNanos(1), most, payload), settings("1s", most, Duration.ZERO, payload),
                settings("1s", most, most.plusNanos(1), payload))) {
            assertThatExceptionOfType(DurableStartException.class).as(refused.toString())
                    .isThrownBy(refused::engineSettings);
        }
        for (DataSize allowed : List.of(DataSize.ofBytes(1), payload)) {
            assertThat(settings("1s", most, most, allowed).checkedLongestPayload()).isEqualTo(allowed);
        }
        for (DataSize refused : List.of(DataSize.ofBytes(0), DataSize.ofBytes(payload.toBytes() + 1))) {
            assertThatExceptionOfType(DurableStartException.class)
                    .isThrownBy(() -> settings("1s", most, most, refused).checkedLongestPayload());
        }
        assertThat(Arrays.stream(SchemaMode.values()).map(mode -> "`" + mode.name().toLowerCase(Locale.ROOT) + "`"))
                .containsExactlyInAnyOrder(ALLOWED.get("ppool.durable.initialize-schema").split(", "));
    }

    private static DurableProperties settings(String poll, Duration history, Duration ageing, DataSize payload) {
        return new DurableProperties(true, true, SchemaMode.EMBEDDED, poll, history, ageing, payload);
    }

    private static String table() throws IOException {
        StringBuilder table = new StringBuilder(HEADING).append("""

                With the module ppool-durable. The names of its tables begin as `ppool.cluster.table-prefix` says.

                | setting | default | type, allowed values | |
                |---|---|---|---|
                """);
        List<Map<String, Object>> settings = properties(Files.readString(
                Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json"))).stream()
                .filter(property -> name(property).startsWith("ppool.durable.") || name(property).startsWith(HEALTH))
                .sorted(Comparator.comparing((Map<String, Object> property) -> name(property).startsWith(HEALTH))
                        .thenComparing(DurablePropertyTableTest::name))
                .toList();
        assertThat(settings).hasSameSizeAs(ALLOWED.keySet())
                .hasSize(DurableProperties.class.getRecordComponents().length + 2);
        for (Map<String, Object> setting : settings) {
            Object value = setting.get("defaultValue");
            String description = (String) setting.get("description");
            assertThat(description).as(name(setting)).endsWith(".");
            table.append("| `").append(name(setting)).append("` | ").append(value == null ? "" : "`" + value + "`")
                    .append(" | ").append(ALLOWED.get(name(setting))).append(" | ").append(description).append(" |\n");
        }
        return table.toString();
    }

    @Test
    void the_defaults_in_the_metadata_are_those_of_a_pool_that_sets_nothing() throws IOException {
        Path starter = Path.of("..", "ppool-spring-boot-starter", "target", "classes", "META-INF",
                "spring-configuration-metadata.json");
        List<Map<String, Object>> ofPools = properties(Files.readString(starter)).stream()
                .filter(property -> name(property).startsWith(POOL))
                .toList();
        assertThat(ofPools).hasSize(8);
        String[] told = ofPools.stream()
                .filter(property -> property.containsKey("defaultValue"))
                .map(property -> name(property).replace(POOL, "ppool.pools.smtp.durable.") + "="
                        + text(Objects.requireNonNull(property.get("defaultValue"))))
                .toArray(String[]::new);
        assertThat(told).hasSize(4);
        DurableRunner.h2().withPropertyValues(told).run(context -> {
            assertThat(context).hasNotFailed();
            DurableSettings settings = context.getBean(DurablePools.class).settings("smtp");
            assertThat(settings.plan().plans()).isEqualTo(DurableSettings.DEFAULT_PLAN.plans());
            assertThat(settings).usingRecursiveComparison().ignoringFields("plan").isEqualTo(DurableSettings.DEFAULT);
        });
    }

    private static List<Map<String, Object>> properties(String metadata) {
        return JsonPath.read(metadata, "$.properties");
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : String.valueOf(value);
    }

    private static String name(Map<String, Object> property) {
        return (String) property.get("name");
    }
}
