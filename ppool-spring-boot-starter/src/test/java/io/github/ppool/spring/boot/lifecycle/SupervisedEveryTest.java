package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.Place;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.process.ProcessBody;
import io.github.ppool.process.ProcessContext;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.SupervisionTrees;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import io.github.ppool.supervisor.SupervisorSpec;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Beans that are called again and again, on a clock that stands still. */
class SupervisedEveryTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class));

    /** Counts its runs, and throws in those that the test names. */
    static class Files {

        final AtomicInteger runs = new AtomicInteger();
        volatile boolean broken;

        void deleteOld() {
            boolean fails = broken; // read before the run is counted: the test changes it as soon as it sees the run
            runs.incrementAndGet();
            if (fails) {
                throw new IllegalStateException("disk gone");
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Application {

        @Bean
        ManualClock clock() {
            return new ManualClock();
        }

        @Bean(destroyMethod = "close")
        ProcessSystem system(ManualClock clock) {
            return new ProcessSystem(clock);
        }

        @Bean
        Files files() {
            return new Files();
        }

        // tag::every[]
        @Bean
        @Supervised(every = "5s", initialDelay = "1s", plan = "restart, backoff 1s..1m x2 jitter 20%")
        Runnable cleaner(Files files) {
            return files::deleteOld;
        }
        // end::every[]
    }

    /** Waits until the bean pauses, and lets the pause be over. */
    private static void pauseOver(ManualClock clock, Duration pause) {
        await().until(() -> clock.nanosToNextTimer().orElse(0) == pause.toNanos());
        clock.advance(pause);
    }

    private static void hasRun(Files files, int times) {
        await().untilAsserted(() -> assertThat(files.runs).hasValue(times));
    }

    @Test
    void a_bean_is_called_again_and_again_with_its_pauses() {
        runner.withUserConfiguration(Application.class).run(context -> {
            ManualClock clock = context.getBean(ManualClock.class);
            Files files = context.getBean(Files.class);
            pauseOver(clock, Duration.ofSeconds(1));
            hasRun(files, 1);
            pauseOver(clock, Duration.ofSeconds(5));
            hasRun(files, 2);
            pauseOver(clock, Duration.ofSeconds(5));
            hasRun(files, 3);
            assertThat(restarts(context.getBean(SupervisionTrees.class))).isZero();
        });
    }

    private static long restarts(SupervisionTrees trees) throws InterruptedException {
        return trees.supervisor("cleaner").orElseThrow().child("cleaner").orElseThrow().restarts();
    }

    @Test
    void the_plan_decides_on_the_next_run_after_one_that_throws() {
        runner.withUserConfiguration(Application.class)
                .withPropertyValues("ppool.supervised.cleaner.plan=restart, 2s", "ppool.supervised.cleaner.every=7s",
                        "ppool.supervised.cleaner.initial-delay=3s")
                .run(context -> {
                    ManualClock clock = context.getBean(ManualClock.class);
                    Files files = context.getBean(Files.class);
                    files.broken = true;
                    pauseOver(clock, Duration.ofSeconds(3));
                    hasRun(files, 2); // again at once, and then the delay of the plan
                    files.broken = false;
                    pauseOver(clock, Duration.ofSeconds(2));
                    hasRun(files, 3);
                    pauseOver(clock, Duration.ofSeconds(7));
                    hasRun(files, 4);
                    assertThat(restarts(context.getBean(SupervisionTrees.class))).isEqualTo(2);
                });
    }

    /** Each run takes as long as the test says, by the clock of the test. */
    @Configuration(proxyBeanMethods = false)
    static class Rated {

        final AtomicInteger runs = new AtomicInteger();
        volatile Duration takes = Duration.ZERO;
        volatile boolean broken;

        @Bean
        ManualClock clock() {
            return new ManualClock();
        }

        @Bean(destroyMethod = "close")
        ProcessSystem system(ManualClock clock) {
            return new ProcessSystem(clock);
        }

        // tag::fixed-rate[]
        @Bean
        @Supervised(fixedRate = "10s")
        ProcessBody sampler() {
            return this::sample;
        }
        // end::fixed-rate[]

        private void sample(ProcessContext self) throws InterruptedException {
            boolean fails = broken; // both are read before the run is counted: the test changes them after that
            Duration time = takes;
            runs.incrementAndGet();
            if (fails) {
                throw new IllegalStateException("no sample");
            }
            if (!time.isZero()) {
                self.sleep(time);
            }
        }
    }

    @Test
    void a_bean_with_a_fixed_rate_keeps_its_rhythm_and_skips_the_times_that_pass_during_a_run() {
        runner.withUserConfiguration(Rated.class).run(context -> {
            ManualClock clock = context.getBean(ManualClock.class);
            Rated rated = context.getBean(Rated.class);
            await().untilAsserted(() -> assertThat(rated.runs).hasValue(1)); // at 0 s
            rated.takes = Duration.ofSeconds(3);
            pauseOver(clock, Duration.ofSeconds(10));
            await().untilAsserted(() -> assertThat(rated.runs).hasValue(2)); // at 10 s, until 13 s
            pauseOver(clock, Duration.ofSeconds(3));
            rated.takes = Duration.ofSeconds(24);
            pauseOver(clock, Duration.ofSeconds(7));
            await().untilAsserted(() -> assertThat(rated.runs).hasValue(3)); // at 20 s, until 44 s
            pauseOver(clock, Duration.ofSeconds(24));
            rated.takes = Duration.ZERO;
            pauseOver(clock, Duration.ofSeconds(6)); // the times 30 s and 40 s are skipped
            await().untilAsserted(() -> assertThat(rated.runs).hasValue(4)); // at 50 s
            pauseOver(clock, Duration.ofSeconds(10));
            await().untilAsserted(() -> assertThat(rated.runs).hasValue(5));
        });
    }

    @Test
    void after_a_run_that_throws_the_plan_decides_and_the_rhythm_goes_on() {
        runner.withUserConfiguration(Rated.class)
                .withPropertyValues("ppool.supervised.sampler.plan=4s", "ppool.supervised.sampler.fixed-rate=15s")
                .run(context -> {
                    ManualClock clock = context.getBean(ManualClock.class);
                    Rated rated = context.getBean(Rated.class);
                    await().untilAsserted(() -> assertThat(rated.runs).hasValue(1)); // at 0 s
                    await().until(() -> clock.nanosToNextTimer().orElse(0) == Duration.ofSeconds(15).toNanos());
                    rated.broken = true;
                    clock.advance(Duration.ofSeconds(15));
                    await().untilAsserted(() -> assertThat(rated.runs).hasValue(2)); // at 15 s, in vain
                    rated.broken = false;
                    pauseOver(clock, Duration.ofSeconds(4));
                    await().untilAsserted(() -> assertThat(rated.runs).hasValue(3)); // at 19 s, by the plan
                    pauseOver(clock, Duration.ofSeconds(11));
                    await().untilAsserted(() -> assertThat(rated.runs).hasValue(4)); // at 30 s
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Body {
        @Bean
        @Supervised(every = "1h")
        ProcessBody body(CountDownLatch ran) {
            return self -> ran.countDown();
        }

        @Bean
        CountDownLatch ran() {
            return new CountDownLatch(1);
        }
    }

    @Test
    void a_process_body_may_be_called_so_and_the_stop_does_not_wait_for_a_pause() {
        long[] begun = new long[1];
        runner.withUserConfiguration(Body.class).run(context -> {
            context.getBean(CountDownLatch.class).await();
            begun[0] = System.nanoTime();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - begun[0])).isLessThan(Duration.ofMinutes(1));
    }

    @Configuration(proxyBeanMethods = false)
    static class Loop {
        @Bean
        @Supervised
        Runnable loop() {
            return () -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Both {
        @Bean
        @Supervised(every = "1s", fixedRate = "1s")
        Runnable both() {
            return () -> {};
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Cycle {
        @Bean
        @Supervised(every = "1s")
        SmartLifecycle cycle() {
            return new PoolsCycle();
        }
    }

    static class PoolsCycle implements SmartLifecycle {
        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Tree {
        @Bean
        @Supervised(every = "1s")
        SupervisorSpec tree() {
            return SupervisorSpec.oneForOne("tree");
        }
    }

    @Test
    void wrong_pauses_are_told() {
        refused(Loop.class, "ppool.supervised.loop.every=0s", "every must be positive");
        refused(Loop.class, "ppool.supervised.loop.initial-delay=1s", "and every is not set");
        refused(Loop.class, "ppool.supervised.loop.fixed-rate=-1s", "fixed-rate must be positive");
        refused(Both.class, "ppool.enabled=true", "a fixed pause between them, and every is set, too");
        refused(Application.class, "ppool.supervised.cleaner.initial-delay=-1s",
                "initial-delay must not be negative");
        refused(Cycle.class, "ppool.enabled=true", "the bean is a SmartLifecycle, which is started once");
        refused(Tree.class, "ppool.enabled=true", "the bean is a SupervisorSpec, for which only the scope may be set");
    }

    private void refused(Class<?> configuration, String setting, String reason) {
        runner.withUserConfiguration(configuration).withPropertyValues(setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(reason));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class ScheduledApplication {

        final PoolClient<Place> reports;
        final CountDownLatch rendered = new CountDownLatch(2);

        ScheduledApplication(PoolClient<Place> reports) {
            this.reports = reports;
        }

        // tag::scheduled[]
        @Scheduled(fixedRate = 20)
        void renderAll() {
            reports.tasks(TaskOptions.DEFAULT.withTimeout(Duration.ofMinutes(5))).run(place -> render());
        }
        // end::scheduled[]

        private void render() {
            rendered.countDown();
        }
    }

    @Test
    void a_scheduled_method_hands_its_work_to_a_pool() {
        runner.withUserConfiguration(ScheduledApplication.class)
                .withPropertyValues("ppool.pools.reports.executor=true")
                .run(context -> context.getBean(ScheduledApplication.class).rendered.await());
    }
}
