package io.github.ppool.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisibleTextTest {

    /** The separators of lines and paragraphs, and the marks, embeddings, overrides and isolates of direction. */
    private static final Set<Integer> SEPARATORS_AND_DIRECTIONS = Set.of(0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a,
            0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069);

    private static boolean isHidden(int c) {
        return Character.isISOControl(c) || SEPARATORS_AND_DIRECTIONS.contains(c);
    }

    @Test
    void a_text_without_control_characters_is_the_very_same() {
        for (String text : new String[]{"", "pool 'smtp' is running", "C:\\new\\table",
                "žluťoučký kůň, 日本語, עברית, 👩‍🚀"}) {
            assertThat(VisibleText.of(text)).isSameAs(text);
        }
    }

    @Test
    void ends_of_lines_and_tabs_are_written_by_their_letters() {
        assertThat(VisibleText.of("one\r\nWARN two\tthree")).isEqualTo("one\\r\\nWARN two\\tthree");
    }

    @Test
    void other_control_characters_are_written_by_their_numbers() {
        String text = "\0 " + (char) 0x1b + "[31m " + (char) 0x85 + (char) 0x2028 + (char) 0x202e + "end";
        assertThat(VisibleText.of(text)).isEqualTo("\\u0000 \\u001b[31m \\u0085\\u2028\\u202eend");
    }

    @Test
    void every_character_but_those_is_kept() {
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String text = "a" + (char) c + "z";
            String visible = VisibleText.of(text);
            if (isHidden(c)) {
                assertThat(visible).as("%x", c).matches("a\\\\(n|r|t|u[0-9a-f]{4})z");
            } else {
                assertThat(visible).isSameAs(text);
            }
        }
    }

    @Test
    void no_two_control_characters_look_the_same() {
        Set<String> visible = IntStream.rangeClosed(0, Character.MAX_VALUE).filter(VisibleTextTest::isHidden)
                .mapToObj(c -> VisibleText.of(String.valueOf((char) c))).collect(Collectors.toSet());
        assertThat(visible).hasSize(65 + SEPARATORS_AND_DIRECTIONS.size());
    }
}
