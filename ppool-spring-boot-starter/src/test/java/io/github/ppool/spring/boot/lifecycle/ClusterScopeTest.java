package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.spring.boot.Scope;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.SupervisionTrees.Standby;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.beans.PoolSpecBeansTest;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Trees of the cluster run on this node when the scope says so, and stand by otherwise. */
@Timeout(60)
class ClusterScopeTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));
    private final ApplicationContextRunner cluster = runner.withBean(ManualScope.class);

    @Test
    void a_loop_of_the_cluster_stands_by_until_this_node_gets_it() {
        cluster.withUserConfiguration(Loop.class).run(context -> {
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            Seen seen = context.getBean(Seen.class);
            assertThat(trees.names()).containsExactly("feed");
            assertThat(trees.standby("feed")).contains(new Standby(false, Optional.empty()));
            assertThat(trees.supervisor("feed").orElseThrow().countChildren().specs()).isZero();
            assertThat(seen.groups).isEmpty();

            ManualScope scope = context.getBean(ManualScope.class);
            scope.win("feed", "first");
            assertThat(seen.take()).isEqualTo("first");
            assertThat(trees.standby("feed")).isEmpty();
            assertThat(trees.supervisor("feed").orElseThrow().child("feed")).isPresent();

            scope.lose("feed", LONG);
            assertThat(trees.standby("feed")).contains(new Standby(false, Optional.empty()));
            assertThat(context.getBean(ProcessSystem.class).members("first")).noneMatch(Pid::isAlive);

            scope.win("feed", "second");
            assertThat(seen.take()).isEqualTo("second");
        });
    }

    @Test
    void its_plan_restarts_it_while_it_is_here_in_the_same_group() {
        cluster.withUserConfiguration(Loop.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            Seen seen = context.getBean(Seen.class);
            scope.win("feed", "g");
            seen.take();
            Supervisor tree = context.getBean(SupervisionTrees.class).supervisor("feed").orElseThrow();
            Pid first = tree.child("feed").orElseThrow().pid();
            context.getBean(ProcessSystem.class).exit(first, ExitReason.of("boom"));
            assertThat(seen.take()).isEqualTo("g");
            assertThat(scope.givenUp).isEmpty();
        });
    }

    @Test
    void it_leaves_when_the_application_stops() {
        AtomicReference<ManualScope> kept = new AtomicReference<>();
        cluster.withUserConfiguration(Loop.class).run(context -> {
            kept.set(context.getBean(ManualScope.class));
            kept.get().win("feed", "g");
            context.getBean(Seen.class).take();
        });
        assertThat(kept.get().left).containsExactly("feed");
    }

    @Test
    void a_body_that_does_not_mind_its_interrupt_is_killed_after_the_time() {
        cluster.withUserConfiguration(Deaf.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            ProcessSystem system = context.getBean(ProcessSystem.class);
            Deaf deaf = context.getBean(Deaf.class);
            scope.win("deaf", "g");
            deaf.begun.await();
            assertThat(system.members("g")).hasSize(2);
            scope.lose("deaf", Duration.ZERO);
            assertThat(system.members("g")).isNotEmpty().noneMatch(Pid::isAlive);
            await().until(() -> system.members("g").size() == 1); // the thread of the supervisor has its end
            deaf.end.countDown();
            await().until(() -> system.members("g").isEmpty());
        });
    }

    @Test
    void processes_that_the_tree_has_spawned_beside_it_are_killed_too() {
        cluster.withUserConfiguration(Spawner.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            scope.win("spawner", "g");
            Pid aside = (Pid) context.getBean(Seen.class).take();
            assertThat(aside.isAlive()).isTrue();
            scope.lose("spawner", LONG);
            assertThat(aside.isAlive()).isFalse();
        });
    }

    @Test
    void a_specification_has_its_scope_from_the_annotation_or_from_a_setting() {
        cluster.withUserConfiguration(Specs.class)
                .withPropertyValues("ppool.supervised.by-setting.scope=cluster", "ppool.supervised.back.scope=node")
                .run(context -> {
                    SupervisionTrees trees = context.getBean(SupervisionTrees.class);
                    assertThat(trees.standby("annotated")).isPresent();
                    assertThat(trees.standby("bySetting")).isPresent();
                    assertThat(trees.standby("back")).isEmpty();
                    ManualScope scope = context.getBean(ManualScope.class);
                    assertThat(scope.trees.keySet()).containsExactlyInAnyOrder("annotated", "bySetting");
                    scope.win("annotated", "g");
                    assertThat(context.getBean(Seen.class).take()).isEqualTo("g");
                    assertThat(trees.supervisor("annotated").orElseThrow().countChildren().active()).isOne();
                });
    }

    @Test
    void a_tree_that_ends_too_often_gives_up_here_and_tells_the_scope() {
        cluster.withUserConfiguration(Failing.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            scope.win("failing", "g");
            assertThat(scope.givenUp.poll(50, TimeUnit.SECONDS)).isNotNull();
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            assertThat(trees.hasGivenUp("failing")).isFalse();
            scope.trees.get("failing").rest(true);
            scope.lose("failing", LONG);
            assertThat(trees.standby("failing").orElseThrow().resting()).isTrue();
            assertThat(trees.standby("failing").orElseThrow().lastExit()).isPresent();
            scope.trees.get("failing").rest(false);
            scope.win("failing", "g2");
            assertThat(scope.givenUp.poll(50, TimeUnit.SECONDS)).isNotNull();
        });
    }

    @Test
    void a_start_that_fails_leaves_nothing_behind() {
        cluster.withUserConfiguration(NoStart.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            assertThatIllegalStateException().isThrownBy(() -> scope.win("noStart", "g"))
                    .withMessageStartingWith("the tree 'noStart' could not be started: ");
            assertThat(context.getBean(ProcessSystem.class).members("g")).noneMatch(Pid::isAlive);
            await().until(() -> context.getBean(ProcessSystem.class).members("g").isEmpty());
            assertThat(context.getBean(SupervisionTrees.class).standby("noStart")).isPresent();
        });
    }

    @Test
    void a_second_start_and_a_stop_too_many_are_refused_or_ignored() {
        cluster.withUserConfiguration(Loop.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            scope.lose("feed", LONG);
            scope.win("feed", "g");
            assertThatIllegalStateException().isThrownBy(() -> scope.win("feed", "h"))
                    .withMessage("the tree 'feed' runs already");
            assertThat(context.getBean(Seen.class).take()).isEqualTo("g");
        });
    }

    @Test
    void a_stand_in_that_is_killed_is_the_end_of_the_run_here() {
        cluster.withUserConfiguration(Loop.class).run(context -> {
            ManualScope scope = context.getBean(ManualScope.class);
            ProcessSystem system = context.getBean(ProcessSystem.class);
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            Pid standIn = trees.supervisor("feed").orElseThrow().pid();
            scope.win("feed", "g");
            context.getBean(Seen.class).take();
            system.exit(standIn, ExitReason.KILL);
            assertThat(scope.givenUp.poll(50, TimeUnit.SECONDS)).isEqualTo(ExitReason.KILLED);
            scope.lose("feed", LONG);
            scope.win("feed", "g2");
            assertThat(context.getBean(Seen.class).take()).isEqualTo("g2");
        });
    }

    @Test
    void without_a_cluster_the_application_does_not_start() {
        runner.withUserConfiguration(Loop.class).run(context -> {
            assertThat(PoolSpecBeansTest.analysis(context).getDescription())
                    .isEqualTo("The supervised bean 'feed' has the scope cluster, but the application has no cluster:"
                            + " there is no ClusterScope bean.");
            assertThat(PoolSpecBeansTest.analysis(context).getAction())
                    .isEqualTo("Add the module ppool-cluster and a DataSource to the application, or set"
                            + " ppool.supervised.feed.scope to node.");
        });
        runner.withUserConfiguration(Loop.class)
                .withPropertyValues("ppool.supervised.feed.scope=node")
                .run(context -> assertThat(context.getBean(Seen.class).take()).isEqualTo("none"));
    }

    @Test
    void a_lifecycle_can_not_be_of_the_cluster() {
        cluster.withUserConfiguration(Life.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("ppool.supervised.life.scope: the bean is a SmartLifecycle, which Spring starts"
                        + " on each node"));
    }

    @Test
    void rules_of_restarts_for_a_specification_are_refused() {
        cluster.withUserConfiguration(Specs.class)
                .withPropertyValues("ppool.supervised.annotated.plan=5s")
                .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining(
                        "ppool.supervised.annotated.plan: the bean is a SupervisorSpec, for which only the scope"));
        cluster.withUserConfiguration(PlannedSpec.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("ppool.supervised.planned.count: the bean is a SupervisorSpec"));
        cluster.withUserConfiguration(Loop.class)
                .withPropertyValues("ppool.supervised.feed.scope=galaxy")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("ppool.supervised.feed.scope"));
    }

    /** The groups that bodies have found. */
    static final class Seen {
        final LinkedBlockingQueue<Object> groups = new LinkedBlockingQueue<>();

        void tell(ProcessContext self) {
            Object group = self.group();
            groups.add(group == null ? "none" : group);
        }

        Object take() throws InterruptedException {
            Object next = groups.poll(50, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }

        void tellAndWait(ProcessContext self) throws InterruptedException {
            tell(self);
            self.receive();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Loop {
        @Bean
        Seen seen() {
            return new Seen();
        }

        @Bean
        @Supervised(plan = "restart", scope = Scope.CLUSTER)
        ProcessBody feed(Seen seen) {
            return seen::tellAndWait;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Deaf {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);

        @Bean
        @Supervised(scope = Scope.CLUSTER, shutdown = "1h")
        Runnable deaf() {
            return () -> {
                begun.countDown();
                while (end.getCount() > 0) {
                    try {
                        end.await();
                    } catch (InterruptedException ignoredOnPurpose) {
                        // the test is about code that does not mind its interrupt
                    }
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Spawner {
        @Bean
        Seen seen() {
            return new Seen();
        }

        @Bean
        @Supervised(scope = Scope.CLUSTER)
        ProcessBody spawner(Seen seen) {
            return self -> {
                seen.groups.add(self.system().spawn(ProcessContext::receive, SpawnOptions.labelled("aside")));
                self.receive();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Specs {
        @Bean
        Seen seen() {
            return new Seen();
        }

        @Bean
        @Supervised(scope = Scope.CLUSTER)
        SupervisorSpec annotated(Seen seen) {
            return SupervisorSpec.oneForOne("annotated")
                    .children(ChildSpec.of("a", ChildStart.body("a", seen::tellAndWait)));
        }

        @Bean
        SupervisorSpec bySetting() {
            return SupervisorSpec.oneForOne("bySetting");
        }

        @Bean
        @Supervised(scope = Scope.CLUSTER)
        SupervisorSpec back() {
            return SupervisorSpec.oneForOne("back");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PlannedSpec {
        @Bean
        @Supervised(scope = Scope.CLUSTER, count = "3")
        SupervisorSpec planned() {
            return SupervisorSpec.oneForOne("planned");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Failing {
        @Bean
        @Supervised(plan = "stop", scope = Scope.CLUSTER)
        Runnable failing() {
            return () -> {
                throw new IllegalStateException("no work for this loop");
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoStart {
        @Bean
        @Supervised(scope = Scope.CLUSTER)
        SupervisorSpec noStart() {
            return SupervisorSpec.oneForOne("noStart")
                    .children(ChildSpec.of("a", ChildStart.process("a",
                            self -> InitResult.stop(ExitReason.of("not today")))));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Life {
        @Bean
        @Supervised(scope = Scope.CLUSTER)
        SmartLifecycle life() {
            return new SmartLifecycle() {
                @Override
                public void start() {}

                @Override
                public void stop() {}

                @Override
                public boolean isRunning() {
                    return false;
                }
            };
        }
    }
}
