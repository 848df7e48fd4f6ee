package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestartCountTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "500", "infinity"})
    void readsWhatItPrints(String text) {
        assertThat(RestartCount.parse(text)).hasToString(text);
    }

    @Test
    void infinityIsInfinite() {
        assertThat(RestartCount.parse(" infinity ")).isEqualTo(RestartCount.INFINITY);
        assertThat(RestartCount.INFINITY.isInfinite()).isTrue();
        assertThat(RestartCount.of(3).isInfinite()).isFalse();
    }

    @ParameterizedTest(name = "default {0}, own {1}: {2}")
    @CsvSource({
            "5, 1, 6", "0, 3, 3", "5, infinity, infinity", "infinity, 2, 2", "infinity, infinity, infinity",
            "2000000000, 2000000000, infinity"
    })
    void appendsTheChildsOwnCountAsDirectorDoes(String byDefault, String own, String both) {
        assertThat(RestartCount.parse(byDefault).append(RestartCount.parse(own))).hasToString(both);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "three", "1.5", "99999999999"})
    void refusesWhatIsNoNumber(String text) {
        assertThatThrownBy(() -> RestartCount.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("count must be a number from 0 to 2147483647 or infinity, got: " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "9"})
    void showsTheBeginningOfALongTextOnly(String character) {
        String text = character.repeat(1_000_000);
        assertThatThrownBy(() -> RestartCount.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessage(
                        "count must be a number from 0 to 2147483647 or infinity, got: " + character.repeat(200) + "…");
    }

    @Test
    void refusesANegativeNumber() {
        assertThatThrownBy(() -> RestartCount.parse("-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("count must not be negative, got: -1");
    }
}
