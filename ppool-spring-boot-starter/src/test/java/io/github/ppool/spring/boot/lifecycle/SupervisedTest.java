package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.spring.boot.beans.PoolSpecBeansTest;
import io.github.ppool.supervisor.Supervisor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

/** Beans that loop for ever, or live between start and stop, and are started again when they die. */
@ExtendWith(OutputCaptureExtension.class)
class SupervisedTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));

    @Test
    void a_loop_that_throws_or_returns_is_run_again() {
        runner.withUserConfiguration(Loops.class).run(context -> {
            AtomicInteger runs = context.getBean(AtomicInteger.class);
            await().until(() -> runs.get() == 3);
            Supervisor tree = context.getBean(SupervisionTrees.class).supervisor("loop").orElseThrow();
            assertThat(tree.child("loop").orElseThrow().restarts()).isEqualTo(2);
        });
    }

    @Test
    void a_loop_is_interrupted_at_the_end_and_waited_for() {
        AtomicReference<AtomicInteger> cleanedUp = new AtomicReference<>();
        AtomicReference<ProcessSystem> system = new AtomicReference<>();
        runner.withUserConfiguration(CleansUp.class).run(context -> {
            context.getBean("begun", CountDownLatch.class).await();
            cleanedUp.set(context.getBean(AtomicInteger.class));
            system.set(context.getBean(ProcessSystem.class));
        });
        assertThat(cleanedUp.get()).hasValue(1);
        assertThat(system.get().processes()).isEmpty();
        assertThat(system.get().orphanCount()).isZero();
    }

    @Test
    void a_loop_that_does_not_mind_its_interrupt_is_told_of(CapturedOutput output) {
        AtomicReference<CountDownLatch> end = new AtomicReference<>();
        runner.withUserConfiguration(Deaf.class).run(context -> {
            context.getBean("begun", CountDownLatch.class).await();
            end.set(context.getBean("end", CountDownLatch.class));
        });
        end.get().countDown();
        assertThat(output).contains("the supervised bean 'deaf' was interrupted and still runs after PT0.05S");
    }

    @Test
    void a_process_body_and_an_annotated_class_are_supervised_too() {
        runner.withUserConfiguration(Body.class).run(context -> {
            assertThat(context.getBean(SupervisionTrees.class).names()).containsExactlyInAnyOrder("body", "annotated");
            await().untilAsserted(() -> assertThat(context.getBean(Annotated.class).runs).hasValueGreaterThan(1));
        });
    }

    @Test
    void a_lifecycle_that_dies_is_started_again() {
        runner.withUserConfiguration(Poller.class).run(context -> {
            PollingBean poller = context.getBean(PollingBean.class);
            assertThat(poller.starts).hasValue(1);
            poller.running = false;
            await().until(() -> poller.running);
            assertThat(poller.starts).hasValue(2);
        });
    }

    @Test
    void a_lifecycle_that_spring_stops_is_not_taken_for_dead() {
        AtomicReference<PollingBean> kept = new AtomicReference<>();
        runner.withUserConfiguration(Poller.class).run(context -> {
            PollingBean poller = context.getBean(PollingBean.class);
            kept.set(poller);
            context.getSourceApplicationContext().stop();
            assertThat(poller.running).isFalse();
            context.getSourceApplicationContext().start();
            assertThat(poller.starts).hasValue(2);
            assertThat(context.getBean("poller.supervised", SmartLifecycle.class).isRunning()).isTrue();
        });
        assertThat(kept.get().starts).hasValue(2);
        assertThat(kept.get().running).isFalse();
    }

    @Test
    void settings_take_the_place_of_what_the_annotation_says() {
        runner.withUserConfiguration(CleansUp.class)
                .withPropertyValues("ppool.supervised.careful.plan=1s, wait", "ppool.supervised.careful.count=7")
                .run(context -> {
                    Supervisor tree = context.getBean(SupervisionTrees.class).supervisor("careful").orElseThrow();
                    assertThat(tree.plan("careful")).contains(RestartPlan.parse("[1s, wait]"));
                    assertThat(tree.effectiveSpec("careful").orElseThrow().restart().toString()).contains("count 7");
                });
    }

    @Test
    void a_setting_for_a_bean_that_is_not_annotated_is_refused() {
        runner.withUserConfiguration(CleansUp.class)
                .withPropertyValues("ppool.supervised.carefull.count=7")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("ppool.supervised.carefull: there is no bean 'carefull'"));
    }

    @Test
    void a_plan_that_can_not_be_read_is_refused_wherever_it_stands() {
        runner.withUserConfiguration(WrongPlan.class).run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("ppool.supervised.wrong.plan: not a restart plan, column 1"));
        runner.withUserConfiguration(CleansUp.class)
                .withPropertyValues("ppool.supervised.careful.plan=restrat")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasMessageContaining("ppool.supervised.careful.plan: not a restart plan, column 1"));
    }

    @Test
    void a_plan_that_restarts_without_a_pause_is_pointed_out(CapturedOutput output) {
        runner.withUserConfiguration(Loops.class).run(context -> assertThat(output)
                .contains("ppool.supervised.loop.plan is \"[restart]\": restarts for ever without a pause"));
    }

    @Test
    void a_bean_that_can_not_be_supervised_is_refused() {
        runner.withUserConfiguration(NoLoop.class)
                .run(context -> assertThat(PoolSpecBeansTest.analysis(context).getDescription())
                        .isEqualTo("The bean 'text' of class java.lang.String is annotated with @Supervised, but it is"
                                + " no Runnable, ProcessBody or SmartLifecycle."));
        runner.withUserConfiguration(NoSingleton.class)
                .run(context -> assertThat(PoolSpecBeansTest.analysis(context).getDescription())
                        .contains("but it is no singleton."));
    }

    @Test
    void nothing_is_supervised_if_ppool_is_disabled() {
        runner.withUserConfiguration(Loops.class)
                .withPropertyValues("ppool.enabled=false")
                .run(context -> assertThat(context.getBean(AtomicInteger.class)).hasValue(0));
    }

    @Configuration(proxyBeanMethods = false)
    static class Loops {
        @Bean
        AtomicInteger runs() {
            return new AtomicInteger();
        }

        // tag::supervised[]
        @Bean
        @Supervised(plan = "restart", count = "infinity")
        Runnable loop(AtomicInteger runs) {
            return () -> {
                switch (runs.incrementAndGet()) {
                    case 1 -> throw new IllegalStateException("the first run crashes");
                    case 2 -> {
                        // the second run just ends
                    }
                    default -> waitUntilInterrupted();
                }
            };
        }
        // end::supervised[]
    }

    private static void waitUntilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            Thread.currentThread().interrupt();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class CleansUp {
        @Bean
        CountDownLatch begun() {
            return new CountDownLatch(1);
        }

        @Bean
        AtomicInteger cleanedUp() {
            return new AtomicInteger();
        }

        @Bean
        @Supervised
        Runnable careful(CountDownLatch begun, AtomicInteger cleanedUp) {
            return () -> {
                begun.countDown();
                waitUntilInterrupted();
                cleanedUp.incrementAndGet();
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Deaf {
        @Bean
        CountDownLatch begun() {
            return new CountDownLatch(1);
        }

        @Bean
        CountDownLatch end() {
            return new CountDownLatch(1);
        }

        @Bean
        @Supervised(shutdown = "50ms")
        Runnable deaf(@Qualifier("begun") CountDownLatch begun, @Qualifier("end") CountDownLatch end) {
            return () -> {
                begun.countDown();
                while (end.getCount() > 0) {
                    LockSupport.parkNanos(1_000_000); // goes on in spite of its interrupt
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Body {
        @Bean
        @Supervised
        ProcessBody body() {
            return self -> self.receive();
        }

        @Bean
        Annotated annotated() {
            return new Annotated();
        }
    }

    @Supervised(plan = "1ms")
    static class Annotated implements Runnable {
        final AtomicInteger runs = new AtomicInteger();

        @Override
        public void run() {
            runs.incrementAndGet();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Poller {
        @Bean
        @Supervised(plan = "restart, 1s")
        PollingBean poller() {
            return new PollingBean();
        }
    }

    static final class PollingBean implements SmartLifecycle {
        final AtomicInteger starts = new AtomicInteger();
        volatile boolean running;

        @Override
        public void start() {
            starts.incrementAndGet();
            running = true;
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class WrongPlan {
        @Bean
        @Supervised(plan = "retry")
        Runnable wrong() {
            return () -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoLoop {
        @Bean
        @Supervised
        String text() {
            return "no loop";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoSingleton {
        @Bean
        @Supervised
        @Scope("prototype")
        Runnable each() {
            return () -> {};
        }
    }
}
