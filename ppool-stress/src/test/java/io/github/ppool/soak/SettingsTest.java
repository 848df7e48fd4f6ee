package io.github.ppool.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SettingsTest {

    @Test
    void the_time_and_the_seed_are_arguments() {
        Settings settings = Settings.of("10m", "42");

        assertEquals(Duration.ofMinutes(10), settings.time());
        assertEquals(42, settings.seed());
    }

    @Test
    void a_time_that_is_none_is_refused() {
        assertMessage("the time must be like 30s, 10m or 8h, got: soon", () -> Settings.of("soon"));
        assertMessage("the time must be more than zero, got: PT0S", () -> Settings.of("0s"));
        assertTrue(assertThrows(IllegalArgumentException.class, Settings::of).getMessage().startsWith("usage:"));
    }

    @Test
    void a_rate_below_zero_is_refused() {
        assertMessage("soak.kills must not be negative, got: -1",
                () -> new Settings(Duration.ofSeconds(1), -1, 0, Fault.NONE));
    }

    @Test
    void a_fault_that_does_not_exist_is_refused_with_those_that_do() {
        String message = assertThrows(IllegalArgumentException.class, () -> Fault.parse("lose-tusk")).getMessage();

        assertTrue(message.startsWith("soak.fault must be one of none, lose-task, "), message);
        assertTrue(message.endsWith(", got: lose-tusk"), message);
    }

    @Test
    void every_fault_is_parsed_from_its_word() {
        for (Fault fault : Fault.values()) {
            assertEquals(fault, Fault.parse(fault.word()));
        }
    }

    @Test
    void the_warm_point_is_a_tenth_but_not_before_three_seconds_and_not_after_half_of_the_time() {
        assertEquals(Duration.ofSeconds(60), warmUp(600));
        assertEquals(Duration.ofSeconds(3), warmUp(20));
        assertEquals(Duration.ofSeconds(1), warmUp(2));
    }

    private static Duration warmUp(int seconds) {
        return new Settings(Duration.ofSeconds(seconds), 0, 0, Fault.NONE).warmUp();
    }

    private static void assertMessage(String message, Executable refused) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, refused).getMessage());
    }
}
