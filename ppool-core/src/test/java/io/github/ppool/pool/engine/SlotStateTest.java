package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The transitions of a slot. {@link Slot#become} asserts them, so every test of a pool tries them out. */
class SlotStateTest {

    private static final String TABLE = """
            REQUESTED   → STARTING, GONE
            STARTING    → FAILING, CHECKING, IDLE, BORROWED, WORKING, CRASHING, RESTARTING, DISMISSED, GONE
            FAILING     → STARTING, RESTARTING, DISMISSED, GONE
            CHECKING    → CHECKING, IDLE, BORROWED, WORKING, CRASHING, RESTARTING, DISMISSED, GONE
            IDLE        → CHECKING, IDLE, BORROWED, WORKING, CRASHING, RESTARTING, DISMISSED, GONE
            BORROWED    → CHECKING, IDLE, BORROWED, QUARANTINED, WORKING, CRASHING, RESTARTING, DISMISSED, GONE
            QUARANTINED → CHECKING, IDLE, BORROWED, WORKING, CRASHING, RESTARTING, DISMISSED, GONE
            WORKING     → CHECKING, IDLE, BORROWED, WORKING, CRASHING, RESTARTING, DISMISSED, GONE
            CRASHING    → CRASHING, RESTARTING, DISMISSED, GONE
            RESTARTING  → STARTING, RESTARTING, DOWN, DISMISSED, GONE
            DOWN        → STARTING, RESTARTING, DOWN, DISMISSED, GONE
            DISMISSED   → DISMISSED, GONE
            GONE        →
            """;

    @Test
    void each_state_has_these_successors() {
        String table = Arrays.stream(SlotState.values())
                .map(state -> String.format("%-11s → ", state) + Arrays.stream(SlotState.values())
                        .filter(state::canBecome)
                        .map(Enum::name)
                        .collect(Collectors.joining(", ")))
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(table).isEqualTo(TABLE);
    }

    @Test
    void any_other_step_fails_at_once_where_assertions_are_enabled() throws Exception {
        try (ProcessSystem system = new ProcessSystem(); Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools
                    .startPool(PoolSpec.builder("pool", Object::new).size(1).maxOverflow(0).build());
            pool.checkout().close(); // so the worker is there
            PoolEngine<?> engine = EngineInvariants.engineOf(pool);
            Slot<?> slot = engine.core.workers.slots.iterator().next();
            engine.core.lock();
            try {
                assertThatThrownBy(() -> slot.become(SlotState.STARTING)).isInstanceOf(AssertionError.class)
                        .hasMessageContaining("cannot become STARTING");
            } finally {
                engine.core.unlock();
            }
            assertThatThrownBy(() -> slot.become(SlotState.IDLE)).as("without the lock")
                    .isInstanceOf(AssertionError.class);
        }
    }
}
