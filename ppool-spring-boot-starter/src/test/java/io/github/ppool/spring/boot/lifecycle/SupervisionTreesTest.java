package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.InitResult;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.restart.RestartType;
import io.github.ppool.spring.boot.PpoolPhases;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.beans.PoolSpecBeansTest;
import io.github.ppool.supervisor.ChildDefaults;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Shutdown;
import io.github.ppool.supervisor.StartFunction;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Supervision trees of the application's own beans. */
@ExtendWith(OutputCaptureExtension.class)
class SupervisionTreesTest {

    private static final List<String> events = new CopyOnWriteArrayList<>();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));

    @BeforeEach
    void nothingHappened() {
        events.clear();
    }

    @Test
    void a_specification_that_is_a_bean_runs_as_a_tree_below_ppool() {
        runner.withUserConfiguration(MailTree.class).run(context -> {
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            assertThat(trees.names()).containsExactly("mail");
            Supervisor mail = trees.supervisor("mail").orElseThrow();
            assertThat(mail.whichChildren()).extracting(child -> child.id()).containsExactly("store", "sender");
            Pools pools = context.getBean(Pools.class);
            assertThat(Supervisor.of(pools.system(), pools.supervisor()).pids()).containsExactly(mail.pid());
        });
    }

    @Test
    void its_children_may_have_a_default_child_specification_and_the_supervisor_a_registered_name() {
        runner.withUserConfiguration(Accounts.class).run(context -> {
            ProcessSystem system = context.getBean(ProcessSystem.class);
            Supervisor accounts = Supervisor.named(system, "bank").orElseThrow();
            assertThat(context.getBean(SupervisionTrees.class).supervisor("accounts")).contains(accounts);
            assertThat(accounts.pids()).extracting(Pid::label).containsExactly("ann at bank", "bob at bank");
            Pid ann = accounts.pid("ann").orElseThrow();
            system.exit(ann, ExitReason.KILL);
            await().until(() -> accounts.pid("ann").filter(pid -> !pid.equals(ann)).isPresent());
            assertThat(accounts.pid("ann").orElseThrow().label()).isEqualTo("ann at bank");
        });
    }

    @Test
    void two_trees_of_one_registered_name_keep_the_application_from_starting() {
        runner.withUserConfiguration(Accounts.class, SameName.class).run(context -> {
            FailureAnalysis analysis = PoolSpecBeansTest.analysis(context);
            assertThat(analysis.getDescription()).startsWith("The supervision tree of the bean 'other' could not be"
                    + " started: its registered name 'bank' belongs to the process <").endsWith("> already.");
            assertThat(analysis.getAction()).startsWith("Give one of the two another registered name.");
        });
    }

    @Test
    void a_tree_with_a_child_that_has_no_start_keeps_the_application_from_starting() {
        runner.withUserConfiguration(NoStart.class).run(context -> {
            FailureAnalysis analysis = PoolSpecBeansTest.analysis(context);
            assertThat(analysis.getDescription()).contains("The supervision tree of the bean 'none' could not be"
                    + " started: ", "child 'ann' must have a start");
            assertThat(analysis.getAction()).startsWith("Correct the specification.");
        });
    }

    @Test
    void its_children_may_use_pools_and_are_restarted_as_the_specification_says() {
        runner.withUserConfiguration(UsesPool.class)
                .withPropertyValues("ppool.pools.one.worker=factory")
                .run(context -> {
                    Supervisor tree = context.getBean(SupervisionTrees.class).supervisor("user").orElseThrow();
                    await().until(() -> events.contains("used"));
                    Pid first = tree.pid("loop").orElseThrow();
                    context.getBean(ProcessSystem.class).exit(first, ExitReason.KILL);
                    await().until(() -> tree.pid("loop").filter(pid -> !pid.equals(first)).isPresent());
                });
    }

    @Test
    void trees_are_started_in_order_after_the_pools_and_before_the_web_server_and_stopped_in_reverse() {
        runner.withUserConfiguration(Two.class).run(context -> {
            assertThat(context.getBean(SupervisionTrees.class).names()).containsExactly("earlier", "later");
            assertThat(events).containsExactly("start earlier", "start later");
        });
        assertThat(events).containsExactly("start earlier", "start later", "stop later", "stop earlier");
        assertThat(PpoolPhases.TREES)
                .isGreaterThan(PpoolPhases.POOLS)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                .isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
    }

    @Test
    void a_tree_that_gives_up_is_started_again_and_its_name_leads_to_the_new_supervisor() {
        runner.withUserConfiguration(GivesUp.class).run(context -> {
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            Supervisor first = trees.supervisor("fragile").orElseThrow();
            context.getBean(ProcessSystem.class).exit(first.pid("only").orElseThrow(), ExitReason.KILL);
            await().until(() -> trees.supervisor("fragile").filter(now -> !now.equals(first)).isPresent());
        });
    }

    @Test
    void a_tree_that_ends_too_often_stays_down_and_pools_and_other_trees_go_on(CapturedOutput output) {
        AtomicReference<ProcessSystem> system = new AtomicReference<>();
        runner.withUserConfiguration(GivesUp.class, UsesPool.class)
                .withPropertyValues("ppool.pools.one.worker=factory")
                .run(context -> {
                    system.set(context.getBean(ProcessSystem.class));
                    SupervisionTrees trees = context.getBean(SupervisionTrees.class);
                    for (int end = 0; end <= Pools.DEFAULT_INTENSITY.intensity(); end++) {
                        await().until(() -> trees.supervisor("fragile").isPresent());
                        assertThat(trees.hasGivenUp("fragile")).isFalse();
                        Supervisor tree = trees.supervisor("fragile").orElseThrow();
                        system.get().exit(tree.pid("only").orElseThrow(), ExitReason.KILL);
                        await().until(() -> !tree.pid().isAlive());
                    }
                    await().until(() -> trees.hasGivenUp("fragile"));
                    assertThat(trees.supervisor("fragile")).isEmpty();
                    assertThat(trees.names()).containsExactly("fragile", "user");
                    assertThat(trees.hasGivenUp("user")).isFalse();
                    assertThat(trees.supervisor("user")).isPresent();
                    assertThat(context.getBean(Pools.class).supervisor().isAlive()).isTrue();
                    context.getBean(Pools.class).pool("one").orElseThrow().transaction(worker -> {});
                });
        assertThat(output)
                .containsOnlyOnce("the supervision tree 'fragile' stays down: its supervisor has ended 6 times"
                        + " within PT1M, the last time with shutdown; pools and other trees go on");
        assertThat(system.get().processes()).isEmpty();
    }

    @Test
    void a_tree_that_has_given_up_runs_again_when_the_context_is_started_again() {
        runner.withUserConfiguration(GivesUp.class).run(context -> {
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            for (int end = 0; end <= Pools.DEFAULT_INTENSITY.intensity(); end++) {
                await().until(() -> trees.supervisor("fragile").isPresent());
                Pid tree = trees.supervisor("fragile").orElseThrow().pid();
                context.getBean(ProcessSystem.class).exit(tree, ExitReason.KILL);
                await().until(() -> !tree.isAlive());
            }
            await().until(() -> trees.hasGivenUp("fragile"));
            context.getSourceApplicationContext().stop();
            context.getSourceApplicationContext().start();
            assertThat(trees.supervisor("fragile")).isPresent();
            assertThat(trees.hasGivenUp("fragile")).isFalse();
        });
    }

    @Test
    void a_tree_that_can_not_be_started_keeps_the_application_from_starting_and_those_before_it_are_stopped() {
        runner.withUserConfiguration(Two.class, Fails.class).run(context -> {
            FailureAnalysis analysis = PoolSpecBeansTest.analysis(context);
            assertThat(analysis.getDescription())
                    .contains("The supervision tree of the bean 'broken' could not be started: its child 'database'")
                    .contains("no database");
            assertThat(analysis.getAction()).startsWith("Let the child start");
        });
        assertThat(events).containsExactly("start earlier", "start later", "stop later", "stop earlier");
    }

    @Test
    void a_tree_that_does_not_stop_within_the_phase_is_killed(CapturedOutput output) {
        AtomicReference<ProcessSystem> system = new AtomicReference<>();
        runner.withUserConfiguration(Stubborn.class)
                .withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1s")
                .run(context -> system.set(context.getBean(ProcessSystem.class)));
        assertThat(output).contains("the supervision tree 'stubborn' did not stop within PT0.9S and is killed");
        await().until(() -> system.get().processes().isEmpty());
    }

    @Test
    void nothing_is_left_when_the_application_has_ended_and_a_context_can_be_started_again() {
        AtomicReference<ProcessSystem> system = new AtomicReference<>();
        runner.withUserConfiguration(MailTree.class).run(context -> {
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            context.getSourceApplicationContext().stop();
            assertThat(trees.names()).isEmpty();
            assertThat(trees.supervisor("mail")).isEmpty();
            context.getSourceApplicationContext().start();
            assertThat(trees.supervisor("mail")).isPresent();
            system.set(context.getBean(ProcessSystem.class));
        });
        assertThat(system.get().processes()).isEmpty();
    }

    @Test
    void when_ppool_gives_up_the_trees_are_down_with_it_and_the_application_still_ends_in_order() {
        AtomicReference<ProcessSystem> system = new AtomicReference<>();
        runner.withUserConfiguration(GivesUp.class).withPropertyValues("ppool.intensity=0").run(context -> {
            system.set(context.getBean(ProcessSystem.class));
            SupervisionTrees trees = context.getBean(SupervisionTrees.class);
            Supervisor tree = trees.supervisor("fragile").orElseThrow();
            system.get().exit(tree.pid("only").orElseThrow(), ExitReason.KILL);
            await().until(() -> !context.getBean(Pools.class).supervisor().isAlive());
            assertThat(trees.supervisor("fragile")).isEmpty();
            assertThat(trees.names()).containsExactly("fragile");
        });
        assertThat(system.get().processes()).isEmpty();
    }

    @Test
    void there_is_no_tree_without_such_beans_or_if_they_are_no_candidates() {
        runner.run(context -> assertThat(context.getBean(SupervisionTrees.class).names()).isEmpty());
        runner.withUserConfiguration(Part.class)
                .run(context -> assertThat(context.getBean(SupervisionTrees.class).names()).isEmpty());
    }

    @Test
    void no_tree_is_started_if_ppool_is_disabled() {
        runner.withUserConfiguration(Two.class)
                .withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(SupervisionTrees.class));
        assertThat(events).isEmpty();
    }

    @Test
    void an_application_that_has_trees_of_its_own_making_starts_them_itself() {
        runner.withUserConfiguration(Two.class, OwnTrees.class)
                .run(context -> assertThat(context).hasSingleBean(SupervisionTrees.class).hasBean("ownTrees"));
        assertThat(events).isEmpty();
    }

    private static ChildSpec loop(String id) {
        return ChildSpec.of(id, ChildStart.body(id, self -> self.receive()));
    }

    private static SupervisorSpec telling(String name) {
        ProcessBody body = self -> {
            self.trapExits(true);
            self.receive();
            events.add("stop " + name);
        };
        return SupervisorSpec.oneForOne(name)
                .children(ChildSpec.of("only", ChildStart.process(name, self -> {
                    self.trapExits(true);
                    events.add("start " + name);
                    return InitResult.ok(body);
                })));
    }

    // tag::tree-bean[]
    @Configuration(proxyBeanMethods = false)
    static class MailTree {
        @Bean
        SupervisorSpec mail() {
            return SupervisorSpec.restForOne("mail")
                    .intensity(3, Duration.ofSeconds(10))
                    .children(loop("store"), loop("sender"));
        }
    }
    // end::tree-bean[]

    @Configuration(proxyBeanMethods = false)
    static class Accounts {
        @Bean
        @Order(1)
        SupervisorSpec accounts() {
            StartFunction account = (above, arguments) -> above.startLink(
                    self -> InitResult.ok(same -> same.receive()),
                    SpawnOptions.labelled(arguments.get(1) + " at " + arguments.get(0)));
            return SupervisorSpec.oneForOne("accounts")
                    .registered("bank")
                    .defaultChildSpec(ChildDefaults.NONE.start(account, List.of("bank")))
                    .children(ChildSpec.appending("ann", "ann"), ChildSpec.appending("bob", "bob"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SameName {
        @Bean
        @Order(2)
        SupervisorSpec other() {
            return SupervisorSpec.oneForOne("other").registered("bank").children(loop("only"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoStart {
        @Bean
        SupervisorSpec none() {
            return SupervisorSpec.oneForOne("none").children(ChildSpec.appending("ann"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsesPool {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        SupervisorSpec user(PoolClient<StringBuilder> one) {
            return SupervisorSpec.oneForOne("user")
                    .children(ChildSpec.of("loop", ChildStart.body("loop", self -> {
                        one.transaction(worker -> events.add("used"));
                        self.receive();
                    })));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Two {
        @Bean
        @Order(2)
        SupervisorSpec later() {
            return telling("later");
        }

        @Bean
        @Order(1)
        SupervisorSpec earlier() {
            return telling("earlier");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class GivesUp {
        @Bean
        SupervisorSpec fragile() {
            return SupervisorSpec.oneForOne("fragile")
                    .intensity(0, Duration.ofSeconds(10))
                    .children(loop("only").restart(RestartType.PERMANENT));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Fails {
        @Bean
        SupervisorSpec broken() {
            return SupervisorSpec.oneForOne("broken")
                    .children(ChildSpec.of("database", ChildStart.process("database", self -> {
                        throw new IllegalStateException("no database");
                    })));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Stubborn {
        @Bean
        SupervisorSpec stubborn() {
            CountDownLatch never = new CountDownLatch(1);
            return SupervisorSpec.oneForOne("stubborn")
                    .children(ChildSpec.of("child", ChildStart.process("child", self -> {
                        self.trapExits(true);
                        return InitResult.ok(same -> never.await());
                    })).shutdown(Shutdown.infinity()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Part {
        @Bean(autowireCandidate = false)
        SupervisorSpec part() {
            return telling("part");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnTrees {
        @Bean
        SupervisionTrees ownTrees() {
            return new SupervisionTrees() {
                @Override
                public Set<String> names() {
                    return Set.of();
                }

                @Override
                public Optional<Supervisor> supervisor(String name) {
                    return Optional.empty();
                }
            };
        }
    }
}
