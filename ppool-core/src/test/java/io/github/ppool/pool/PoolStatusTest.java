package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolStatusTest {

    @ParameterizedTest
    @CsvSource({
            "RUNNING, is running", "RECOVERING, is recovering", "SUSPENDED, is suspended", "DRAINING, is draining",
            "STOPPED, is stopped", "GAVE_UP, has given up"
    })
    void each_phase_has_its_words(PoolPhase phase, String words) {
        PoolStatus status = new PoolStatus("smtp", phase, PoolState.READY, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 5,
                Duration.ZERO, 0,
                null);
        assertThat(status.explain()).startsWith("pool 'smtp' " + words + ": size 1, max-overflow 2; 0 of 5 waiting");
    }
}
