package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import java.util.List;

class PoolSpecTest {

    private static PoolSpec.Builder<Object> spec() {
        return PoolSpec.builder("smtp", Object::new);
    }

    private static Arguments refused(String message, Consumer<PoolSpec.Builder<Object>> setting) {
        return Arguments.of(message, setting);
    }

    static final List<Arguments> REFUSED = List.of(
            refused("size must not be negative, got: -1", spec -> spec.size(-1)),
            refused("max-overflow must not be negative, got: -2", spec -> spec.maxOverflow(-2)),
            refused("queue-capacity must not be negative, got: -3", spec -> spec.queueCapacity(-3)),
            refused("creation.parallelism must be at least 1, got: 0", spec -> spec.creationParallelism(0)),
            refused("creation.failure-limit must not be negative, got: -1", spec -> spec.creationFailureLimit(-1)),
            refused("shutdown must be positive, got: PT0S", spec -> spec.shutdown(Duration.ZERO)),
            refused("task-timeout must be positive, got: PT-1S", spec -> spec.taskTimeout(Duration.ofSeconds(-1))),
            refused("validate-after-idle must be positive, got: PT0S", spec -> spec.validateAfterIdle(Duration.ZERO)),
            refused("checkout-timeout must not be negative, got: PT-0.001S",
                    spec -> spec.checkoutTimeout(Duration.ofMillis(-1))),
            refused("overflow-ttl must not be negative, got: PT-1S", spec -> spec.overflowTtl(Duration.ofSeconds(-1))),
            refused("max-lifetime must be positive, got: PT0S", spec -> spec.maxLifetime(Duration.ZERO)),
            refused("lifetime-jitter must be from 0 to 1, got: 1.5", spec -> spec.lifetimeJitter(1.5)),
            refused("lifetime-jitter must be from 0 to 1, got: NaN", spec -> spec.lifetimeJitter(Double.NaN)),
            refused("max-uses must not be negative, got: -1", spec -> spec.maxUses(-1)),
            refused("max-idle must be positive, got: PT0S", spec -> spec.maxIdle(Duration.ZERO)),
            refused("keep-alive must be positive, got: PT0S", spec -> spec.keepAlive(Duration.ZERO)),
            refused("await-ready must not be negative, got: PT-1S", spec -> spec.awaitReady(Duration.ofSeconds(-1))),
            refused(
                    "task-restart must not contain wait: nobody could restart a task, got: [restart, wait] count 1",
                    spec -> spec.taskRestart(RestartPolicy.of(RestartPlan.parse("[restart, wait]")))),
            refused(
                    "size + max-overflow must be from 0 to 100000, got: 99999 + 2",
                    spec -> spec.size(99_999).maxOverflow(2).build()),
            refused("size must be at most 100000, got: 100001", spec -> spec.size(100_001)),
            refused("size must be at most 100000, got: 2147483647", spec -> spec.size(Integer.MAX_VALUE)),
            refused("max-overflow must be at most 100000, got: 2147483647",
                    spec -> spec.maxOverflow(Integer.MAX_VALUE)));

    @ParameterizedTest(name = "{0}")
    @FieldSource("REFUSED")
    void a_setting_out_of_its_range_is_refused_with_its_name_its_rule_and_its_value(
            String message, Consumer<PoolSpec.Builder<Object>> setting) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setting.accept(spec()))
                .withMessage(message);
    }

    @Test
    void a_blank_name_and_missing_values_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolSpec.builder(" ", Object::new))
                .withMessage("name must not be blank, got: ' '");
        assertThatNullPointerException().isThrownBy(() -> spec().strategy(null))
                .withMessage("strategy must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> spec().restart(null))
                .withMessage("restart must not be null");
    }

    @Test
    void the_defaults_are_those_of_poolboy() {
        PoolSpec<Object> spec = spec().build();
        assertThat(spec.size()).isEqualTo(5);
        assertThat(spec.maxOverflow()).isEqualTo(10);
        assertThat(spec.strategy()).isEqualTo(PoolStrategy.LIFO);
        assertThat(spec.checkoutTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.overflowTtl()).isZero();
        assertThat(spec.restart()).isEqualTo(new WorkerRestart.ByPlan(RestartPolicy.POOL_DEFAULT));
    }

    @Test
    void a_builder_of_a_specification_has_all_its_settings() {
        PoolSpec<Object> spec = spec().size(3).maxUses(9).keepAlive(Duration.ofSeconds(2)).build();
        PoolSpec<Object> copy = spec.toBuilder().size(4).build();
        assertThat(copy).usingRecursiveComparison().ignoringFields("sizes.size").isEqualTo(spec);
        assertThat(copy.size()).isEqualTo(4);
    }

    @Test
    void the_greatest_pools_are_allowed() {
        assertThat(spec().size(PoolSpec.MOST_WORKERS).maxOverflow(0).build().size()).isEqualTo(100_000);
        assertThat(spec().size(0).maxOverflow(PoolSpec.MOST_WORKERS).build().maxOverflow()).isEqualTo(100_000);
    }

    @Test
    void a_pool_is_not_resized_to_more_than_it_may_have() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(spec().size(1).maxOverflow(1).build());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pools.admin().resize("smtp", Integer.MAX_VALUE, 1))
                    .withMessage("size must be at most 100000, got: 2147483647");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pools.admin().resize("smtp", 1, 100_001))
                    .withMessage("max-overflow must be at most 100000, got: 100001");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pools.admin().resize("smtp", 60_000, 60_000))
                    .withMessage("size + max-overflow must be from 0 to 100000, got: 60000 + 60000");
            assertThat(pool.status().size()).isEqualTo(1);
            assertThat(pool.status().maxOverflow()).isEqualTo(1);
        }
    }

    @Test
    void names_of_pools_are_unique_and_free_again_after_a_stop() throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> first = pools.startPool(spec().build());
            assertThatThrownBy(() -> pools.startPool(spec().build()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("name of a pool must be free, but there is a pool 'smtp' already");
            assertThat(pools.pool("smtp")).containsSame(first);
            assertThat(pools.stopPool("smtp", Duration.ZERO)).isTrue();
            assertThat(pools.stopPool("smtp", Duration.ZERO)).isFalse();
            assertThat(pools.admin().resize("smtp", 1, 1)).isFalse();
            assertThatThrownBy(first::checkout).isInstanceOf(PoolStoppedException.class);
            assertThat(pools.startPool(spec().build()).status().phase()).isEqualTo(PoolPhase.RUNNING);
            pools.stop(Duration.ZERO);
            assertThatThrownBy(() -> pools.startPool(spec().build())).isInstanceOf(PoolStoppedException.class);
        }
    }
}
