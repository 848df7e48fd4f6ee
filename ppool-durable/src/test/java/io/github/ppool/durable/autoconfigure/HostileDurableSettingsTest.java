package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.durable.beans.DurableStartException;
import io.github.ppool.durable.health.DurableHealthProperties;
import io.github.ppool.guard.CauseChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Each setting of durable tasks with each bad value: it works, or the error names the setting, its rule, the value. */
class HostileDurableSettingsTest {

    private static final String PREFIX = "ppool.durable";
    private static final String HEALTH = "management.health.ppool.durable";
    private static final int LONGEST_TEXT = 1_000;
    private static final List<String> VALUES = List.of("", " ", "0", "-1", "1", "2147483648", "1ns", "-1ns", "1500us",
            "999us", "1ms", "-1d", "3653d", "3654d", "9223372036854775807", "-9223372036854775808",
            "9223372036854775807s", "-9223372036854775808s", "PT2562047788015215H30M7.999999999S",
            "-PT2562047788015215H30M8S", "PT9223372036854775807.001S", "100000000000000000000", "106751991167301d",
            "5 parsecs", "1e400", "NaN", "true", "maybe", "null", "embedded", "sometimes", "50ms..1s", "1s..50ms",
            "1s..", "..", "...", "1ns..1s", "1ms..9223372036854775807s", "9223372036854775807s..9223372036854775807s",
            "-9223372036854775808s..1s", "106751991167301d..1s", "1ms..1ms..1ms", "a..b", "1B", "0B", "-1B", "16MB",
            "17MB", "9223372036854775807B", "9223372036854775807TB", "8192PB", "${db.password}", "x".repeat(100_000),
            "9".repeat(100_000), "9".repeat(20) + ".." + "9".repeat(20), "a\u0000b", "a\nb", "\u001b[31m", "\u2028",
            "\ud83d\ude00");

    @Test
    void each_value_works_or_is_refused_by_the_name_of_its_setting() throws IOException {
        List<String> settings = settings();
        assertThat(settings).hasSize(DurableProperties.class.getRecordComponents().length
                + DurableHealthProperties.class.getRecordComponents().length);
        List<String> works = new ArrayList<>();
        for (String setting : settings) {
            for (String value : VALUES) {
                if (refusal(setting, Map.of(setting, value)) == null) {
                    works.add(setting + "=" + value);
                }
            }
            // a list in place of one value
            assertThat(refusal(setting, Map.of(setting + "[0]", "1", setting + "[1]", "2"))).as(setting).isNotNull();
        }
        assertThat(works).contains("ppool.durable.poll=50ms..1s", "ppool.durable.history=3653d",
                "ppool.durable.longest-payload=16MB", "management.health.ppool.durable.laid-down=0")
                .hasSizeLessThan(settings.size() * VALUES.size() / 2);
    }

    /** The text of the refusal, which is checked; null if the settings work. */
    private static String refusal(String setting, Map<String, String> values) {
        Binder binder = new Binder(new MapConfigurationPropertySource(values));
        try {
            if (setting.startsWith(HEALTH)) {
                var unused = binder.bindOrCreate(HEALTH, Bindable.of(DurableHealthProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
            } else {
                DurableProperties bound = binder.bindOrCreate(PREFIX, Bindable.of(DurableProperties.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
                var engine = bound.engineSettings();
                var payload = bound.checkedLongestPayload();
            }
            return null;
        } catch (BindException unreadable) { // Spring Boot's own analysis shows the property and its value
            assertThat(unreadable.getName().toString()).isIn(setting, PREFIX, HEALTH);
            for (Throwable cause : CauseChain.of(unreadable)) {
                if (String.valueOf(cause.getMessage()).startsWith(HEALTH)) {
                    assertThat(cause).hasMessageStartingWith(setting + " must not be negative, got: ");
                }
            }
            return unreadable.toString();
        } catch (DurableStartException wrong) {
            assertThat(wrong.getMessage()).startsWith("The setting " + setting + " must ").contains(", got")
                    .hasSizeLessThan(LONGEST_TEXT)
                    .matches(text -> text.chars().noneMatch(Character::isISOControl), "on one line");
            return wrong.getMessage();
        }
    }

    private static List<String> settings() throws IOException {
        List<Map<String, Object>> properties = JsonPath.read(Files.readString(
                Path.of("target", "classes", "META-INF", "spring-configuration-metadata.json")), "$.properties");
        return properties.stream()
                .map(property -> (String) property.get("name"))
                .filter(name -> name.startsWith(PREFIX + ".") || name.startsWith(HEALTH + "."))
                .toList();
    }
}
