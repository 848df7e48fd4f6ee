package io.github.ppool.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ExitReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestartTypeTest {

    @ParameterizedTest(name = "{0} after {1}: {2}")
    @CsvSource({
            "permanent, normal, true", "permanent, shutdown, true", "permanent, shutdown:bye, true",
            "permanent, boom, true", "permanent, killed, true",
            "transient, normal, false", "transient, shutdown, false", "transient, shutdown:bye, false",
            "transient, boom, true", "transient, killed, true",
            "temporary, normal, false", "temporary, shutdown, false", "temporary, shutdown:bye, false",
            "temporary, boom, false", "temporary, killed, false"
    })
    void tellsWhoIsRestartedAfterWhat(String type, String reason, boolean restarted) {
        assertThat(RestartType.parse(type).restartsAfter(Reasons.of(reason))).isEqualTo(restarted);
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatItPrints(RestartType type) {
        assertThat(RestartType.parse(type.toString())).isEqualTo(type);
        assertThat(RestartType.parse(type.name())).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "always", "perm"})
    void refusesAnotherWordAndNamesThoseThatItKnows(String word) {
        assertThatThrownBy(() -> RestartType.parse(word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("restart type must be one of permanent, transient, temporary, got: " + word);
    }

    @Test
    void showsTheBeginningOfALongWordOnly() {
        assertThatThrownBy(() -> RestartType.parse("x".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "restart type must be one of permanent, transient, temporary, got: " + "x".repeat(200) + "…");
    }

    @ParameterizedTest
    @EnumSource
    void treatsAFailureAsACrash(RestartType type) {
        assertThat(type.restartsAfter(ExitReason.failure(new IllegalStateException("x"))))
                .isEqualTo(type != RestartType.TEMPORARY);
    }
}
