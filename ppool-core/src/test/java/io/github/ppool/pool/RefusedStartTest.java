package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pools are stopped by their names while they are refused because all pools were stopped. */
class RefusedStartTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final int TIMES = 20_000;

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void close() {
        system.close();
    }

    @Test
    void whoever_stops_a_pool_whose_start_is_refused_does_not_wait_for_ever() throws Exception {
        Pools pools = Pools.start(system);
        pools.close();
        AtomicBoolean refuses = new AtomicBoolean(true);
        Thread stopper = Thread.ofPlatform().start(() -> {
            while (refuses.get()) {
                var unused = pools.stopPool("pool", Duration.ZERO);
            }
        });
        PoolSpec<Object> spec = PoolSpec.builder("pool", Object::new).build();
        for (int i = 0; i < TIMES; i++) {
            assertThatThrownBy(() -> pools.startPool(spec)).isInstanceOf(PoolStoppedException.class);
        }
        refuses.set(false);
        assertThat(stopper.join(PATIENCE)).as("the stop is over").isTrue();
        assertThat(pools.names()).isEmpty();
    }
}
