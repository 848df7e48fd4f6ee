package io.github.ppool.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class PpoolHealthContributorAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolHealthContributorAutoConfiguration.class));

    @Test
    void there_is_a_contributor() {
        runner.run(context -> assertThat(context)
                .hasSingleBean(PoolsHealthContributor.class)
                .hasSingleBean(TreesHealthIndicator.class)
                .hasBean("ppoolTreesHealthIndicator"));
    }

    @Test
    void the_one_for_liveness_backs_off_from_one_of_the_application() {
        HealthIndicator own = () -> Health.up().build();
        runner.withBean("ppoolTreesHealthIndicator", HealthIndicator.class, () -> own)
                .run(context -> assertThat(context)
                        .hasSingleBean(PoolsHealthContributor.class)
                        .doesNotHaveBean(TreesHealthIndicator.class));
    }

    @Test
    void the_one_for_liveness_is_up_without_any_tree_or_pool() {
        runner.run(context -> assertThat(context.getBean(TreesHealthIndicator.class).health())
                .isEqualTo(Health.up().withDetail("supervisor", "running").build()));
    }

    @Test
    void a_tree_that_is_about_to_be_started_again_is_degraded_and_has_not_given_up() {
        SupervisionTrees between = new SupervisionTrees() {
            @Override
            public Set<String> names() {
                return Set.of("tree");
            }

            @Override
            public Optional<Supervisor> supervisor(String name) {
                return Optional.empty();
            }

            @Override
            public boolean hasGivenUp(String name) {
                return false;
            }
        };
        runner.withBean(SupervisionTrees.class, () -> between).run(context -> {
            Health health = health(context.getBean(PoolsHealthContributor.class), "tree");
            assertThat(health.getStatus()).isEqualTo(PoolsHealthContributor.DEGRADED);
            assertThat(health.getDetails()).containsEntry("supervisor", "restarting");
            assertThat(context.getBean(TreesHealthIndicator.class).health().getStatus()).isEqualTo(Status.UP);
        });
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
                        .doesNotHaveBean("ppoolPoolsHealthContributor"));
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
    void a_pool_that_has_turned_somebody_away_is_degraded_for_a_while() {
        ManualClock clock = new ManualClock();
        runner.withBean(ProcessSystem.class, () -> new ProcessSystem(clock))
                .withPropertyValues("management.health.ppool.shedding-window=10s")
                .run(context -> {
                    var pool = context.getBean(Pools.class)
                            .startPool(PoolSpec.builder("busy", Object::new)
                                    .size(1)
                                    .maxOverflow(0)
                                    .queueCapacity(0)
                                    .build());
                    var held = pool.checkoutAsync().toCompletableFuture().join();
                    PoolsHealthContributor contributor = context.getBean(PoolsHealthContributor.class);
                    assertThat(health(contributor, "busy").getStatus()).isEqualTo(Status.UP);
                    assertThatExceptionOfType(PoolRejectedException.class)
                            .isThrownBy(() -> pool.asyncQueue(worker -> {}));
                    assertThat(health(contributor, "busy").getStatus()).isEqualTo(PoolsHealthContributor.DEGRADED);
                    assertThat(health(contributor, "busy").getDetails()).containsEntry("shedding", true);
                    clock.advance(Duration.ofSeconds(10));
                    assertThat(health(contributor, "busy").getStatus()).isEqualTo(Status.UP);
                    assertThat(held.isOpen()).isTrue();
                    held.close(); // or the stop of the pool waits for it
                });
    }

    @Test
    void a_negative_window_is_refused() {
        runner.withPropertyValues("management.health.ppool.shedding-window=-1s").run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessage("management.health.ppool.shedding-window must not be negative, got: PT-1S"));
    }

    @Test
    void a_pool_that_is_suspended_is_out_of_service() {
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            pools.startPool(PoolSpec.builder("paused", Object::new).build());
            pools.admin().suspend("paused");
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
    void a_tree_whose_children_run_is_up() {
        runner.withUserConfiguration(Tree.class).run(context -> {
            Health health = health(context.getBean(PoolsHealthContributor.class), "tree");
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            // One child, and the supervisor below with its own.
            assertThat(health.getDetails())
                    .containsEntry("supervisor", "running")
                    .containsEntry("running", 3)
                    .containsEntry("restarting", 0)
                    .containsEntry("down", 0);
            assertThat(context.getBean(PoolsHealthContributor.class).stream().map(HealthContributors.Entry::name))
                    .containsExactly("tree");
        });
    }

    @Test
    void a_tree_with_a_child_that_waits_for_its_restart_is_degraded_at_any_depth() {
        runner.withUserConfiguration(Tree.class).run(context -> {
            PoolsHealthContributor contributor = context.getBean(PoolsHealthContributor.class);
            crash(context, "deep");
            await().until(() -> health(contributor, "tree").getStatus().equals(PoolsHealthContributor.DEGRADED));
            assertThat(health(contributor, "tree").getDetails())
                    .containsEntry("restarting", 1)
                    .containsEntry("lastExit", "killed");
        });
    }

    @Test
    void a_child_that_somebody_has_stopped_is_no_failure() {
        runner.withUserConfiguration(Tree.class).run(context -> {
            context.getBean(SupervisionTrees.class).supervisor("tree").orElseThrow().terminateChild("shallow");
            Health health = health(context.getBean(PoolsHealthContributor.class), "tree");
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsEntry("running", 2).containsEntry("down", 0);
        });
    }

    @Test
    void a_tree_that_has_given_up_is_down() {
        runner.withUserConfiguration(Tree.class).withPropertyValues("ppool.intensity=0").run(context -> {
            PoolsHealthContributor contributor = context.getBean(PoolsHealthContributor.class);
            crash(context, "shallow");
            await().until(() -> health(contributor, "tree").getStatus().equals(Status.DOWN));
            assertThat(health(contributor, "tree").getDetails()).containsEntry("supervisor", "gave up");
        });
    }

    @Test
    void a_supervisor_that_does_not_answer_in_time_is_busy() {
        CountDownLatch release = new CountDownLatch(1);
        runner.withUserConfiguration(Tree.class).run(context -> {
            Supervisor tree = context.getBean(SupervisionTrees.class).supervisor("tree").orElseThrow();
            var started = tree.startChildAsync(ChildSpec.of("slow", ChildStart.process("slow", self -> {
                release.await();
                return InitResult.ok(same -> same.receive());
            }))).toCompletableFuture();
            Health health = health(context.getBean(PoolsHealthContributor.class), "tree");
            assertThat(health.getStatus()).isEqualTo(PoolsHealthContributor.DEGRADED);
            assertThat(health.getDetails()).containsEntry("supervisor", "busy");
            release.countDown();
            started.join();
        });
    }

    private static void crash(AssertableApplicationContext context, String label) {
        ProcessSystem system = context.getBean(ProcessSystem.class);
        Pid child = system.processes().stream().filter(pid -> pid.toString().contains(label)).findFirst().orElseThrow();
        system.exit(child, ExitReason.KILL);
    }

    @Test
    void pools_come_and_go() {
        runner.run(context -> {
            Pools pools = context.getBean(Pools.class);
            PoolsHealthContributor contributor = context.getBean(PoolsHealthContributor.class);
            assertThat(contributor.stream()).isEmpty();
            pools.startPool(PoolSpec.builder("late", Object::new).build());
            assertThat(contributor.stream().map(HealthContributors.Entry::name)).containsExactly("late");
            pools.stopPool("late", Duration.ZERO);
            assertThat(contributor.getContributor("late")).isNull();
        });
    }

    private static Health health(PoolsHealthContributor contributor, String name) {
        HealthIndicator indicator = (HealthIndicator) Objects.requireNonNull(contributor.getContributor(name));
        return Objects.requireNonNull(indicator.health());
    }

    @Configuration(proxyBeanMethods = false)
    static class Tree {
        @Bean
        SupervisorSpec tree() {
            SupervisorSpec below = SupervisorSpec.oneForOne("below")
                    .children(ChildSpec.of("deep", ChildStart.body("deep", self -> self.receive()))
                            .policy(RestartPolicy.of(RestartPlan.parse("[1h]"))));
            return SupervisorSpec.oneForOne("tree")
                    .intensity(0, Duration.ofSeconds(1))
                    .children(
                            ChildSpec.of("shallow", ChildStart.body("shallow", self -> self.receive())),
                            ChildSpec.supervisor("below", below));
        }
    }
}
