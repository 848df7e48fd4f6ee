package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerFactory;
import io.github.ppool.spring.boot.Supervised;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Times that are as good as for ever, or none, where the application ends. */
class ShutdownPhaseTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "30s", "365000d", "9223372036854775807ms", "PT2562047788015215H", "PT2562047788015215H30M7.999999999S",
            "106751991167300d", "9223372036854775807ns"
    })
    void accepted_work_is_finished_however_long_the_phase(String timeout) throws Exception {
        List<Task<?>> tasks = closed(timeout);
        assertThat(tasks).hasSize(5).allSatisfy(task -> assertThat(task.state()).isEqualTo(TaskState.DONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "-1s", "-PT2562047788015215H", "-106751991167300d"})
    void a_phase_without_any_time_ends_at_once(String timeout) throws Exception {
        List<Task<?>> tasks = closed(timeout);
        assertThat(tasks).hasSize(5).allSatisfy(task -> assertThat(task.state().isFinal()).isTrue());
    }

    @SuppressWarnings("unchecked")
    private static List<Task<?>> closed(String timeout) throws InterruptedException {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run("--spring.lifecycle.timeout-per-shutdown-phase=" + timeout, "--ppool.pools.smtp.worker=factory",
                        "--ppool.pools.smtp.size=1", "--ppool.pools.smtp.max-overflow=0",
                        "--ppool.pools.smtp.shutdown="
                                + (timeout.startsWith("-") || timeout.equals("0s") ? "1s" : timeout));
        PoolClient<StringBuilder> pool = context.getBean("smtp", PoolClient.class);
        pool.transaction(worker -> worker.append("works"));
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(pool.asyncQueue(worker -> Thread.sleep(20)));
        }
        Thread closer = Thread.ofPlatform().daemon().start(context::close);
        assertThat(closer.join(Duration.ofSeconds(30))).as("the context is closed").isTrue();
        return tasks;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        WorkerFactory<StringBuilder> factory() {
            return StringBuilder::new;
        }

        @Bean
        @Supervised
        Runnable loop() {
            return () -> {
                try {
                    Thread.sleep(Duration.ofDays(1));
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                }
            };
        }
    }
}
