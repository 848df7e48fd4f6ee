package io.github.ppool.spring.boot.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** The settings of a request are bounded before their placeholders are expanded. */
class RequestSettingsTest {

    @Test
    void no_text_and_a_blank_one_have_no_settings() {
        assertThat(RequestSettings.read(null)).isEmpty();
        assertThat(RequestSettings.read("  \n")).isEmpty();
        assertThat(RequestSettings.read("# nothing")).isEmpty();
    }

    @Test
    void a_few_settings_are_read_as_in_a_file() {
        assertThat(RequestSettings.read("{size: 2, restart: {plan: [restart, 5s]}}"))
                .isEqualTo(Map.of("size", 2, "restart.plan[0]", "restart", "restart.plan[1]", "5s"));
    }

    @Test
    void aliases_and_merged_maps_are_read_as_in_a_file() {
        assertThat(RequestSettings.read("""
                creation: &c {plan: [5s], count: 3}
                restart: {<<: *c, count: 4}
                """)).isEqualTo(Map.of(
                "creation.plan[0]", "5s", "creation.count", 3, "restart.plan[0]", "5s", "restart.count", 4));
    }

    @Test
    void a_text_of_16_KB_is_read_and_one_byte_more_is_refused() {
        String start = "size: 1\n# ";
        String most = start + "x".repeat(RequestSettings.MOST_BYTES - start.length());
        assertThat(RequestSettings.read(most)).isEqualTo(Map.of("size", 1));
        refuses(most + "x", "settings must not be longer than 16384 bytes");
        refuses(start + "ä".repeat(RequestSettings.MOST_BYTES / 2), "settings must not be longer than 16384 bytes");
        refuses("[".repeat(10_000_000), "settings must not be longer than 16384 bytes");
    }

    @Test
    void a_thousand_settings_are_read_and_one_more_is_refused() {
        assertThat(RequestSettings.read(list(1_000))).hasSize(1_000);
        refuses(list(1_001), "settings must not be more than 1000, counted after all aliases are expanded");
        refuses(list(600) + "\n---\n" + list(600), "settings must not be more than 1000");
        refuses("{a: &a " + list(30, "x") + ", b: [" + "*a, ".repeat(34) + "]}", "settings must not be more than 1000");
    }

    /** A handful of lines that mean more settings than a machine has memory for. */
    @Test
    void aliases_that_stand_for_aliases_are_counted_without_being_expanded() {
        StringBuilder lists = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        StringBuilder maps = new StringBuilder("a0: &a0 {a: x, b: x, c: x}\n");
        StringBuilder merged = new StringBuilder("a0: &a0 {a: x}\n");
        StringBuilder names = new StringBuilder("a0: &a0 [x, x, x]\n");
        for (int i = 1; i <= 8; i++) {
            String before = "*a" + (i - 1);
            String four = before + " , " + before + " , " + before + " , " + before;
            lists.append("a").append(i).append(": &a").append(i).append(" [").append(four).append("]\n");
            maps.append("a").append(i).append(": &a").append(i).append(" {a: ").append(before).append(", b: ")
                    .append(before).append(", c: ").append(before).append(", d: ").append(before).append("}\n");
            merged.append("a").append(i).append(": &a").append(i).append(" {<<: [").append(four).append("]}\n");
            names.append("a").append(i).append(": &a").append(i).append(" {? [").append(four).append("] : x}\n");
        }
        for (String bomb : new String[]{lists.toString(), maps.toString(), merged.toString(), names.toString()}) {
            assertThat(bomb.length()).isLessThan(600);
            refuses(bomb, "settings must not be more than 1000");
        }
    }

    @Test
    void there_may_be_fifty_aliases_for_lists_and_maps() {
        String start = "{creation: &c {count: 1}, more: [";
        assertThat(RequestSettings.read(start + "*c ,".repeat(50) + "]}")).hasSize(51);
        refuses(start + "*c ,".repeat(51) + "]}",
                "settings must not have more than 50 aliases that stand for a list or a map");
        assertThat(RequestSettings.read("{a: &x 1, b: [" + "*x ,".repeat(500) + "]}")).hasSize(501);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "&a [*a]", "&a {size: *a}", "size: 1\nrestart: &a\n  plan: *a", "a: &a [b, &b [c, &c [*a]]]",
            "&a {? *a : 1}", "&a {<<: *a}", "a: &a {b: &b {c: *b}}", "size: 1\n---\n&a [*a]"
    })
    void settings_that_contain_themselves_are_refused(String recursive) {
        refuses(recursive, "settings must not contain themselves, but an alias stands within its own anchor, line ");
    }

    @Test
    void the_line_of_an_anchor_that_contains_itself_is_told() {
        refuses("size: 1\nrestart: &a\n  plan: [*a]", "its own anchor, line 2");
    }

    @Test
    void lists_and_maps_stand_within_each_other_fifty_deep_at_most() {
        assertThat(RequestSettings.read("{a: " + "[".repeat(49) + "1" + "]".repeat(49) + "}")).hasSize(1);
        String tooDeep = "settings must not have more than 50 levels of lists and maps within each other";
        refuses("{a: " + "[".repeat(50) + "1" + "]".repeat(50) + "}", tooDeep);
        refuses("[".repeat(8_000) + "1" + "]".repeat(8_000), tooDeep);
        refuses("{a: ".repeat(3_000), tooDeep);
        refuses("- ".repeat(8_000), tooDeep);
        String thirty = "[".repeat(29) + "1" + "]".repeat(29);
        refuses("a: &a " + thirty + "\nb: " + thirty.replace("1", "*a"), tooDeep);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "worker builders", "{worker: [", "*nobody", "a: 1\na: 2", "!!java.net.URL [x]", "size: \u0000", "\ud800",
            "[1, 2", "a: b: c", "\t- x", "%YAML 9.9\n---\nx: 1", "size: !!int x", "? \n: \n? \n: "
    })
    void what_is_no_map_of_settings_is_refused(String text) {
        refuses(text, "settings must be YAML as below the name of a pool");
    }

    private static void refuses(String yaml, String reason) {
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertThatExceptionOfType(
                InvalidEndpointRequestException.class)
                .isThrownBy(() -> RequestSettings.read(yaml))
                .withMessageContaining(reason));
    }

    private static String list(int items) {
        return list(items, "1");
    }

    private static String list(int items, String item) {
        return IntStream.range(0, items).mapToObj(i -> item).collect(Collectors.joining(",", "[", "]"));
    }
}
