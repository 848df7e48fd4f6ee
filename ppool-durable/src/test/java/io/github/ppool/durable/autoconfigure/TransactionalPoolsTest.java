package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.spring.boot.PoolSpecCustomizer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The threads of pools with transactional methods. */
@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD) // the tests share the list of tasks that have run
class TransactionalPoolsTest {

    private static final Map<String, Boolean> VIRTUAL = new ConcurrentHashMap<>();

    static class Tasks {
        @PoolTask(pool = "smtp", name = "plain")
        void plain(String text) {
            VIRTUAL.put("plain", Thread.currentThread().isVirtual());
        }

        @PoolTask(pool = "books", name = "book", transactional = true)
        void book(String text) {
            VIRTUAL.put("book", Thread.currentThread().isVirtual());
        }

        @PoolTask(pool = "oldBooks", name = "old", transactional = true)
        void old(String text) {
            VIRTUAL.put("old", Thread.currentThread().isVirtual());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Handlers {
        @Bean
        Tasks tasks() {
            return new Tasks();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {
        @Bean
        PoolSpecCustomizer virtualBooks() {
            return (pool, spec) -> {
                if (pool.equals("books")) {
                    spec.platformThreads(false);
                }
            };
        }
    }

    private final ApplicationContextRunner runner = DurableRunner.h2().withUserConfiguration(Handlers.class)
            .withPropertyValues("ppool.pools.books.worker=smtpWorker", "ppool.pools.oldBooks.worker=smtpWorker");

    @BeforeEach
    void clear() {
        VIRTUAL.clear();
    }

    private static void runAll(ApplicationContextRunner application) {
        application.run(context -> {
            assertThat(context).hasNotFailed();
            DurableQueues queues = context.getBean(DurableQueues.class);
            queues.queue("smtp", "plain", 1, String.class).enqueue("a");
            queues.queue("books", "book", 1, String.class).enqueue("b");
            queues.queue("oldBooks", "old", 1, String.class).enqueue("c");
            await().atMost(Duration.ofSeconds(50)).until(() -> VIRTUAL.size() == 3);
        });
    }

    @Test
    void a_pool_with_a_transactional_method_has_platform_threads_unless_it_is_set_otherwise() {
        runAll(runner.withPropertyValues("ppool.pools.oldBooks.platform-threads=false"));
        assertThat(VIRTUAL).isEqualTo(Map.of("plain", true, "book", false, "old", true));
    }

    @Test
    void the_defaults_and_a_customizer_of_the_application_have_the_last_word() {
        runAll(runner.withPropertyValues("ppool.defaults.platform-threads=false"));
        assertThat(VIRTUAL).isEqualTo(Map.of("plain", true, "book", true, "old", true));
        VIRTUAL.clear();
        runAll(runner.withUserConfiguration(Customizers.class));
        assertThat(VIRTUAL).isEqualTo(Map.of("plain", true, "book", true, "old", false));
    }
}
