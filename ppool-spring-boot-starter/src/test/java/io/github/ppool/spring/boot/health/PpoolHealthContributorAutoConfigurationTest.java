package io.github.ppool.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PpoolHealthContributorAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolHealthContributorAutoConfiguration.class));

    @Test
    void there_is_a_contributor() {
        runner.run(context -> assertThat(context).hasSingleBean(PoolsHealthContributor.class));
    }

    @Test
    void there_is_none_when_it_is_disabled() {
        runner.withPropertyValues("management.health.ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthContributor.class));
    }

    @Test
    void there_is_none_without_pools() {
        runner.withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HealthContributor.class));
    }

    @Test
    void there_is_none_without_the_class_of_contributors() {
        runner.withClassLoader(new FilteredClassLoader(HealthContributor.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Pools.class)
                        .doesNotHaveBean("ppoolHealthContributor"));
    }

    @Test
    void it_backs_off_from_one_of_the_application() {
        HealthIndicator own = () -> Health.up().build();
        runner.withBean("ppoolHealthIndicator", HealthIndicator.class, () -> own)
                .run(context -> assertThat(context).getBean(HealthContributor.class).isSameAs(own));
    }

    @Test
    void a_pool_that_works_is_up_with_details() {
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            pools.startPool(PoolSpec.builder("good", Object::new).size(1).build());
            Health health = health(context.getBean(PoolsHealthContributor.class), "good");
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("phase", "running")
                    .containsEntry("size", 1)
                    .containsKeys("maxOverflow", "idle", "checkedOut", "waitingToRestart", "queueDepth",
                            "queueCapacity");
        });
    }

    @Test
    void a_pool_with_workers_that_wait_for_their_restart_is_degraded() {
        runner.run(context -> {
            var pool = context.getBean(Pools.class)
                    .startPool(PoolSpec.builder("crashing", Object::new)
                            .size(1)
                            .maxOverflow(0)
                            .restart(RestartPolicy.of(RestartPlan.parse("[1h]")))
                            .build());
            pool.syncQueue(worker -> {
                throw new IllegalStateException("crash");
            });
            Health health = health(context.getBean(PoolsHealthContributor.class), "crashing");
            while (health.getStatus().equals(Status.UP)) {
                health = health(context.getBean(PoolsHealthContributor.class), "crashing");
            }
            assertThat(health.getStatus()).isEqualTo(PoolsHealthContributor.DEGRADED);
            assertThat(health.getDetails())
                    .containsEntry("lastFailure", "java.lang.IllegalStateException")
                    .containsEntry("waitingToRestart", 1);
        });
    }

    @Test
    void a_pool_with_a_full_queue_is_degraded() {
        runner.run(context -> {
            var pool = context.getBean(Pools.class)
                    .startPool(PoolSpec.builder("full", Object::new)
                            .size(1)
                            .maxOverflow(0)
                            .queueCapacity(1)
                            .build());
            CountDownLatch release = new CountDownLatch(1);
            pool.syncQueue(worker -> release.await());
            pool.asyncQueue(worker -> {});
            assertThat(health(context.getBean(PoolsHealthContributor.class), "full").getStatus())
                    .isEqualTo(PoolsHealthContributor.DEGRADED);
            release.countDown();
        });
    }

    @Test
    void a_pool_that_is_suspended_is_out_of_service() {
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            pools.startPool(PoolSpec.builder("paused", Object::new).build());
            pools.suspend("paused");
            assertThat(health(context.getBean(PoolsHealthContributor.class), "paused").getStatus())
                    .isEqualTo(Status.OUT_OF_SERVICE);
        });
    }

    @Test
    void a_pool_whose_tree_gave_up_is_down() {
        runner.withPropertyValues("ppool.intensity=0").run(context -> {
            var pool = context.getBean(Pools.class)
                    .startPool(PoolSpec.builder("lost", Object::new)
                            .size(1)
                            .restart(RestartPolicy.of(RestartPlan.parse("[stop]")))
                            .build());
            pool.syncQueue(worker -> {
                throw new IllegalStateException("crash");
            });
            Health health = health(context.getBean(PoolsHealthContributor.class), "lost");
            while (!health.getStatus().equals(Status.DOWN)) {
                health = health(context.getBean(PoolsHealthContributor.class), "lost");
            }
            assertThat(health.getDetails()).containsEntry("phase", "gave_up");
        });
    }

    @Test
    void pools_come_and_go() {
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            PoolsHealthContributor contributor = context.getBean(PoolsHealthContributor.class);
            assertThat(contributor.stream()).isEmpty();
            pools.startPool(PoolSpec.builder("late", Object::new).build());
            assertThat(contributor.stream().map(HealthContributors.Entry::name)).containsExactly("late");
            pools.stopPool("late", java.time.Duration.ZERO);
            assertThat(contributor.getContributor("late")).isNull();
        });
    }

    private static Health health(PoolsHealthContributor contributor, String name) {
        HealthIndicator indicator = (HealthIndicator) Objects.requireNonNull(contributor.getContributor(name));
        return Objects.requireNonNull(indicator.health());
    }
}
