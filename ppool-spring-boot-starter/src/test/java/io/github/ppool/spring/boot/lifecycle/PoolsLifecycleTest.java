package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.spring.boot.PpoolPhases;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class PoolsLifecycleTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class, LifecycleAutoConfiguration.class))
            .withUserConfiguration(Workers.class)
            .withPropertyValues("ppool.pools.one.worker=factory", "ppool.pools.one.size=1",
                    "ppool.pools.one.max-overflow=0");

    @Test
    void pools_start_before_and_stop_after_the_web_server() {
        assertThat(PpoolPhases.POOLS)
                .isLessThan(WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE)
                .isLessThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
    }

    @Test
    void what_was_accepted_is_finished_before_the_application_ends() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Task<?>> running = new AtomicReference<>();
        AtomicReference<Task<?>> queued = new AtomicReference<>();
        runner.run(context -> {
            PoolClient<StringBuilder> pool = pool(context);
            running.set(pool.asyncQueue(worker -> {
                begun.countDown();
                Thread.sleep(300); // work that takes its time: it is under way when the context closes
            }));
            queued.set(pool.asyncQueue(worker -> worker.append("x")));
            begun.await();
        });
        assertThat(running.get().state()).isEqualTo(TaskState.DONE);
        assertThat(queued.get().state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void what_is_still_to_be_done_is_told_in_numbers(CapturedOutput output) {
        for (int waiting = 0; waiting < 3; waiting++) {
            int tasks = waiting;
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch told = new CountDownLatch(1);
            String expected = "pool 'one' is stopping: 1 worker is busy and " + switch (tasks) {
                case 0 -> "0 callers and tasks wait, they have up to";
                case 1 -> "1 caller or task waits, they have up to";
                default -> "2 callers and tasks wait, they have up to";
            };
            runner.run(context -> {
                PoolClient<StringBuilder> pool = pool(context);
                var unused = pool.asyncQueue(worker -> {
                    begun.countDown();
                    told.await();
                });
                begun.await();
                for (int i = 0; i < tasks; i++) {
                    unused = pool.asyncQueue(worker -> worker.append("x"));
                }
                Thread.ofVirtual().start(() -> {
                    try {
                        await().until(() -> output.toString().contains(expected));
                    } finally {
                        told.countDown();
                    }
                });
            });
            assertThat(output).contains(expected);
        }
    }

    @Test
    void what_takes_longer_than_the_phase_is_told_so() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Task<?>> running = new AtomicReference<>();
        AtomicReference<Task<?>> queued = new AtomicReference<>();
        AtomicLong closing = new AtomicLong();
        runner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1s", "ppool.pools.one.shutdown=200ms")
                .run(context -> {
                    PoolClient<StringBuilder> pool = pool(context);
                    running.set(pool.asyncQueue(worker -> {
                        begun.countDown();
                        new CountDownLatch(1).await();
                    }));
                    queued.set(pool.asyncQueue(worker -> worker.append("x")));
                    begun.await();
                    closing.set(System.nanoTime());
                });
        // The task never ends; with Spring's own limit it would take 30 seconds.
        assertThat(Duration.ofNanos(System.nanoTime() - closing.get())).isLessThan(Duration.ofSeconds(25));
        assertThat(running.get().state()).isEqualTo(TaskState.FAILED);
        assertThat(queued.get().state()).isEqualTo(TaskState.REJECTED);
    }

    @Test
    void a_pool_can_be_used_while_the_beans_are_made() {
        runner.withUserConfiguration(UsesEarly.class)
                .run(context -> assertThat(context.getBean("early")).isEqualTo("early"));
    }

    @Test
    void a_pool_refuses_its_callers_when_it_is_stopped() {
        AtomicReference<PoolClient<StringBuilder>> kept = new AtomicReference<>();
        runner.run(context -> kept.set(pool(context)));
        Assertions.assertThatExceptionOfType(PoolStoppedException.class).isThrownBy(() -> kept.get().checkout());
    }

    @Test
    void a_context_can_be_stopped_and_started_again_and_its_handles_are_good_again() {
        runner.run(context -> {
            PoolClient<StringBuilder> pool = pool(context);
            Pools pools = context.getBean(Pools.class);
            PoolClient<StringBuilder> atRunTime = pools
                    .startPool(PoolSpec.builder("other", StringBuilder::new).build());
            ConfigurableApplicationContext source = context.getSourceApplicationContext();
            source.stop();
            assertThat(pools.names()).isEmpty();
            source.start();
            assertThat(pools.names()).containsExactly("one", "other");
            works(pool);
            Assertions.assertThatExceptionOfType(PoolStoppedException.class).isThrownBy(atRunTime::checkout);
        });
    }

    @Test
    void a_context_that_is_stopped_for_a_checkpoint_holds_nothing_open_and_has_it_again_afterwards() {
        Set<Connection> open = ConcurrentHashMap.newKeySet();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
                .withBean("connections", WorkerFactory.class,
                        () -> (WorkerFactory<Connection>) () -> new Connection(open))
                .withPropertyValues("ppool.pools.one.worker=connections", "ppool.pools.one.size=3")
                .run(context -> {
                    await().until(() -> open.size() == 3);
                    Set<Connection> before = Set.copyOf(open);
                    ConfigurableApplicationContext source = context.getSourceApplicationContext();
                    source.stop();
                    assertThat(open).isEmpty();
                    source.start();
                    await().until(() -> open.size() == 3);
                    assertThat(open).doesNotContainAnyElementsOf(before);
                });
        assertThat(open).isEmpty();
    }

    private static final class Connection implements AutoCloseable {
        private final Set<Connection> open;

        Connection(Set<Connection> open) {
            this.open = open;
            open.add(this);
        }

        @Override
        public void close() {
            open.remove(this);
        }
    }

    @Test
    void contexts_one_after_the_other_leave_no_thread() {
        List<ProcessSystem> systems = new ArrayList<>();
        Set<Thread> before = Set.of();
        for (int start = 0; start < 10; start++) {
            runner.withPropertyValues("ppool.defaults.platform-threads=true").run(context -> {
                works(pool(context));
                systems.add(context.getBean(ProcessSystem.class));
            });
            if (start == 0) {
                before = Thread.getAllStackTraces().keySet();
            }
        }
        assertThat(systems).hasSize(10).allSatisfy(system -> {
            assertThat(system.processes()).isEmpty();
            assertThat(system.awaitThreads(Duration.ofSeconds(50))).isTrue();
        });
        Set<Thread> known = before;
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().contains("one"))
                .isSubsetOf(known));
    }

    @Test
    void a_handle_follows_its_pool_when_that_is_stopped_and_started_at_run_time() {
        runner.run(context -> {
            PoolClient<StringBuilder> pool = pool(context);
            Pools pools = context.getBean(Pools.class);
            PoolSpec<?> spec = pools.spec("one").orElseThrow();
            pools.stopPool("one", Duration.ZERO);
            pools.startPool(spec);
            works(pool);
        });
    }

    @Test
    void it_is_told_at_the_start_when_a_pool_cannot_stop_within_the_phase(CapturedOutput output) {
        runner.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1s", "ppool.pools.one.shutdown=5s")
                .run(context -> assertThat(output)
                        .contains("pool 'one' gives its workers PT5S to close",
                                "spring.lifecycle.timeout-per-shutdown-phase"));
    }

    @Test
    void no_thread_of_a_pool_is_left_when_the_context_is_closed() {
        AtomicReference<ProcessSystem> system = new AtomicReference<>();
        runner.run(context -> {
            works(pool(context));
            system.set(context.getBean(ProcessSystem.class));
        });
        assertThat(system.get().processes()).isEmpty();
        assertThat(system.get().orphanCount()).isZero();
    }

    private static void works(PoolClient<StringBuilder> pool) {
        String result = pool.transactionResult(worker -> worker.append("works").toString());
        assertThat(result).endsWith("works");
    }

    @SuppressWarnings("unchecked")
    private static PoolClient<StringBuilder> pool(BeanFactory beans) {
        return beans.getBean("one", PoolClient.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class Workers {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UsesEarly {
        @Bean
        String early(PoolClient<StringBuilder> one) {
            return one.transactionResult(worker -> worker.append("early").toString());
        }
    }
}
