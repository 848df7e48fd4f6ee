package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.github.ppool.CapturedLog;
import io.github.ppool.conformance.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Size 0 and max-overflow 0: poolboy's pool without room, LYSE's limit of 0. The clock stands still. */
@Timeout(60)
class AlwaysFullTest {

    private static final String WARNING = "Pool 'full' has size 0 and max-overflow 0: it is always full, and all"
            + " callers and tasks that wait do so until it is resized";

    private final CapturedLog log = CapturedLog.open();
    private final World world = new World();
    private final Pools pools = world.perform(() -> Pools.start(world.system()));

    @AfterEach
    void close() {
        world.close();
        log.close();
    }

    private PoolClient<String> start(PoolStrategy strategy) {
        PoolSpec<String> spec = PoolSpec.builder("full", () -> "worker")
                .size(0)
                .maxOverflow(0)
                .strategy(strategy)
                .queueCapacity(2)
                .build();
        PoolClient<String> pool = world.perform(() -> pools.startPool(spec));
        world.quiesce();
        return pool;
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_to_be_had_at_once_and_all_others_wait(PoolStrategy strategy) {
        PoolClient<String> pool = start(strategy);
        assertThat(pool.status()).returns(PoolState.FULL, PoolStatus::state).returns(0, PoolStatus::workers)
                .returns(PoolPhase.RUNNING, PoolStatus::phase);
        assertThat(world.perform(() -> pool.run(worker -> {}))).isEmpty();
        assertThat(world.perform(pool::tryCheckout)).isEmpty();
        assertThatThrownBy(() -> pool.checkout(Duration.ZERO)).isInstanceOf(CheckoutTimeoutException.class);
        World.Errand<Lease<String>> waits = world.begin(() -> pool.checkout(Duration.ofSeconds(5)));
        Task<?> task = world.perform(() -> pool.asyncQueue(worker -> {}));
        world.advance(Duration.ofMillis(4_999));
        assertThat(waits.isDone()).isFalse();
        assertThat(pool.status().queueDepth()).isEqualTo(2);
        assertThatThrownBy(() -> pool.asyncQueue(worker -> {}))
                .isInstanceOf(PoolRejectedException.class)
                .hasMessageContaining("queue-capacity 2 is reached")
                .hasMessageContaining("size 0, max-overflow 0");
        world.advance(Duration.ofMillis(1));
        assertThatThrownBy(waits::result).isInstanceOf(CheckoutTimeoutException.class);
        assertThat(task.state()).isEqualTo(TaskState.QUEUED);
        assertThat(world.perform(() -> pools.stopPool(pool, Duration.ofSeconds(1)))).isTrue();
        assertThat(task.state()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    void the_log_warns_once_at_the_start() {
        start(PoolStrategy.LIFO);
        world.advance(Duration.ofHours(1));
        assertThat(log.messages(Level.WARN)).containsExactly(WARNING);
    }

    @ParameterizedTest
    @EnumSource
    void a_resize_gives_it_room_and_takes_it_away(PoolStrategy strategy) {
        PoolClient<String> pool = start(strategy);
        World.Errand<String> waits = world.begin(() -> pool.transactionResult(worker -> worker));
        world.quiesce();
        assertThat(world.perform(() -> pools.admin().resize("full", 0, 1))).isTrue();
        world.quiesce();
        assertThat(waits.result()).isEqualTo("worker");
        assertThat(pool.status().workers()).isZero();
        world.perform(() -> pools.admin().resize("full", 2, 0));
        world.quiesce();
        assertThat(pool.status().available()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            assertThat(world.<String>perform(() -> pool.transactionResult(worker -> worker))).isEqualTo("worker");
        }
        world.perform(() -> pools.admin().resize("full", 0, 0));
        world.quiesce();
        assertThat(pool.status()).returns(0, PoolStatus::workers).returns(PoolState.FULL, PoolStatus::state);
        assertThat(world.perform(pool::tryCheckout)).isEmpty();
        assertThat(log.messages(Level.WARN)).isEqualTo(List.of(WARNING, WARNING));
    }
}
