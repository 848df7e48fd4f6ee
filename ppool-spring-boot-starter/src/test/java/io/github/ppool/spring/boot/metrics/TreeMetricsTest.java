package io.github.ppool.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.TreesListener;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.supervisor.ChildSpec;
import io.github.ppool.supervisor.ChildStart;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.supervisor.SupervisorEvent;
import io.github.ppool.supervisor.SupervisorSpec;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class TreeMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class, PpoolMetricsAutoConfiguration.class))
            .withBean(MeterRegistry.class, () -> registry)
            .withUserConfiguration(Mail.class);

    @Test
    void children_that_crash_and_are_restarted_are_counted() {
        runner.run(context -> {
            Supervisor mail = context.getBean(SupervisionTrees.class).supervisor("mail").orElseThrow();
            assertThat(gauge(TreeMetrics.UP)).isEqualTo(1);
            assertThat(gauge(TreeMetrics.CHILDREN)).isEqualTo(2);
            context.getBean(ProcessSystem.class).exit(mail.pid("sender").orElseThrow(), ExitReason.KILL);
            patiently().untilAsserted(() -> {
                assertThat(counter(TreeMetrics.EXITS, "crashed")).isEqualTo(1);
                assertThat(counter(TreeMetrics.RESTARTS, "restarted")).isEqualTo(1);
                assertThat(gauge(TreeMetrics.CHILDREN)).isEqualTo(2);
            });
            mail.terminateChild("sender");
            assertThat(gauge(TreeMetrics.CHILDREN)).isEqualTo(1);
        });
    }

    @Test
    void a_tree_that_has_given_up_for_good_is_not_up_and_has_no_children() {
        runner.withPropertyValues("ppool.intensity=0").run(context -> {
            Supervisor mail = context.getBean(SupervisionTrees.class).supervisor("mail").orElseThrow();
            context.getBean(ProcessSystem.class).exit(mail.pid(), ExitReason.KILL);
            patiently().untilAsserted(() -> {
                assertThat(gauge(TreeMetrics.UP)).isZero();
                assertThat(gauge(TreeMetrics.CHILDREN)).isZero();
            });
        });
    }

    @Test
    void the_meters_of_a_tree_go_away_when_it_is_stopped_and_come_back_with_it() {
        runner.run(context -> {
            context.getSourceApplicationContext().stop();
            assertThat(trees()).isEmpty();
            context.getSourceApplicationContext().start();
            assertThat(gauge(TreeMetrics.CHILDREN)).isEqualTo(2);
        });
        assertThat(trees()).isEmpty();
    }

    @Test
    void what_a_supervisor_tells_after_its_tree_was_stopped_makes_no_meter() {
        runner.run(context -> {
            context.getSourceApplicationContext().stop();
            context.getBean(TreeMetrics.class)
                    .supervised("mail", new SupervisorEvent.GaveUp(
                            context.getBean(ProcessSystem.class).rootPid(), "sender", ExitReason.SHUTDOWN));
            assertThat(trees()).isEmpty();
        });
    }

    @Test
    void listeners_of_the_application_are_told_beside_that_of_the_specification() {
        List<String> told = new CopyOnWriteArrayList<>();
        runner.withBean(TreesListener.class, () -> new TreesListener() {
            @Override
            public void supervised(String tree, SupervisorEvent event) {
                told.add(tree + " " + event.getClass().getSimpleName());
            }
        }).run(context -> {
            assertThat(told).containsExactly("mail ChildStarted", "mail ChildStarted");
            assertThat(context.getBean(Mail.class).own).hasSize(2);
        });
    }

    @Test
    void a_caller_who_starts_and_ends_a_child_by_himself_tells_the_listeners_before_he_goes_on() {
        List<Thread> told = new CopyOnWriteArrayList<>();
        runner.withBean(TreesListener.class, () -> new TreesListener() {
            @Override
            public void supervised(String tree, SupervisorEvent event) {
                told.add(Thread.currentThread());
            }
        }).run(context -> {
            Supervisor mail = context.getBean(SupervisionTrees.class).supervisor("mail").orElseThrow();
            // Awaitility asks on a thread of its own; until the supervisor waits for messages, it answers calls
            await().until(() -> {
                told.clear();
                mail.startChild(ChildSpec.of("extra", ChildStart.body("extra", self -> self.receive())));
                mail.terminateAndDeleteChild("extra");
                return told.equals(List.of(Thread.currentThread(), Thread.currentThread()));
            });
        });
    }

    private List<Meter> trees() {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("tree") != null)
                .toList();
    }

    private double gauge(String name) {
        return registry.get(name).tag("tree", "mail").gauge().value();
    }

    private double counter(String name, String outcome) {
        return registry.get(name).tag("tree", "mail").tag("outcome", outcome).counter().count();
    }

    @Configuration(proxyBeanMethods = false)
    static class Mail {
        final List<SupervisorEvent> own = new CopyOnWriteArrayList<>();

        @Bean
        SupervisorSpec mail() {
            return SupervisorSpec.oneForOne("mail")
                    .listener(own::add)
                    .children(
                            ChildSpec.of("store", ChildStart.body("store", self -> self.receive())),
                            ChildSpec.of("sender", ChildStart.body("sender", self -> self.receive())));
        }
    }

    /** A counter is there only after the first count. */
    private static ConditionFactory patiently() {
        return await().ignoreExceptionsInstanceOf(MeterNotFoundException.class);
    }
}
