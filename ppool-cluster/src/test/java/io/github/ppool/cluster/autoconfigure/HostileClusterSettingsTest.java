package io.github.ppool.cluster.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.cluster.store.SqlTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Each setting of the cluster with each bad value: it works, or the error names the setting, its rule, the value. */
class HostileClusterSettingsTest {

    private static final String PREFIX = "ppool.cluster";
    private static final int LONGEST_TEXT = 1_000;
    private static final List<String> VALUES = List.of("", " ", "0", "-1", "1", "1ns", "-1ns", "1500us", "2999ms",
            "15s", "-15s", "1d", "86400001ms", "9223372036854775807", "-9223372036854775808", "9223372036854775807s",
            "-9223372036854775808s", "PT2562047788015215H30M7.999999999S", "-PT2562047788015215H30M8S",
            "PT9223372036854775807.001S", "100000000000000000000", "106751991167301d", "5 parsecs", "1e400", "NaN",
            "true", "maybe", "null", "always", "sometimes", "${db.password}", "x".repeat(200), "x".repeat(201),
            "x".repeat(100_000), "9".repeat(100_000), "a\u0000b", "a\nb", "\u001b[31m", "\u2028", "\u202etxt",
            "\ud83d\ude00", "; drop table ppool_node; --", "a.b.c", "ppool_", "jobs.ppool_", ".", "ä", "1,2");

    @Test
    void each_value_works_or_is_refused_by_the_name_of_its_setting() throws IOException {
        List<String> settings = settings();
        assertThat(settings).hasSize(ClusterProperties.class.getRecordComponents().length);
        List<String> works = new ArrayList<>();
        for (String setting : settings) {
            for (String value : VALUES) {
                String refusal = refusal(setting, Map.of(setting, value));
                if (refusal == null) {
                    works.add(setting + "=" + value);
                }
            }
            // a list in place of one value
            assertThat(refusal(setting, Map.of(setting + "[0]", "1", setting + "[1]", "2"))).as(setting).isNotNull();
        }
        assertThat(works).contains("ppool.cluster.lease=15s", "ppool.cluster.permit-rest=1d",
                "ppool.cluster.table-prefix=jobs.ppool_", "ppool.cluster.node-name=" + "x".repeat(200))
                .hasSizeLessThan(settings.size() * VALUES.size() / 2);
    }

    /** The text of the refusal, which is checked; null if the settings work. */
    private static String refusal(String setting, Map<String, String> values) {
        try {
            ClusterProperties bound = new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(PREFIX,
                    Bindable.of(ClusterProperties.class), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
            var unused = bound.leaseSettings();
            try {
                var tables = new SqlTables(bound.tablePrefix());
            } catch (IllegalArgumentException wrong) {
                throw ClusterProperties.wrongPrefix(wrong);
            }
            return null;
        } catch (BindException unreadable) { // Spring Boot's own analysis shows the property and its value
            assertThat(unreadable.getName().toString()).isIn(setting, PREFIX);
            return unreadable.toString();
        } catch (ClusterStartException wrong) {
            assertThat(wrong.getMessage()).startsWith("The setting " + setting + " must ").contains(", got")
                    .hasSizeLessThan(LONGEST_TEXT)
                    .matches(text -> text.chars().noneMatch(Character::isISOControl), "on one line");
            assertThat(wrong.remedy()).isNotBlank();
            return wrong.getMessage();
        }
    }

    private static List<String> settings() throws IOException {
        List<Map<String, Object>> properties = JsonPath.read(Files.readString(
                Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json")), "$.properties");
        Stream<String> names = properties.stream().map(property -> (String) property.get("name"));
        return names.filter(name -> name.startsWith(PREFIX + ".")).toList();
    }
}
