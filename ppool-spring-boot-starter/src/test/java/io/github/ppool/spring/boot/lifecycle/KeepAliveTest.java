package io.github.ppool.spring.boot.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.spring.boot.Supervised;
import io.github.ppool.spring.boot.autoconfigure.PpoolAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The thread that keeps the virtual machine alive; its effect is tested in virtual machines of their own. */
class KeepAliveTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(PpoolAutoConfiguration.class))
            .withUserConfiguration(Loop.class);

    private static List<Thread> keepers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(KeepAlive.THREAD))
                .toList();
    }

    @Test
    void one_thread_that_is_no_daemon_lives_as_long_as_the_context() {
        List<Thread> before = keepers();
        Thread[] mine = new Thread[1];
        runner.run(context -> {
            List<Thread> now = keepers().stream().filter(thread -> !before.contains(thread)).toList();
            assertThat(now).hasSize(1).allSatisfy(thread -> assertThat(thread.isDaemon()).isFalse());
            mine[0] = now.getFirst();
        });
        await().atMost(Duration.ofSeconds(50)).until(() -> !mine[0].isAlive());
    }

    @Test
    void there_is_none_if_it_is_switched_off_or_ppool_is() {
        List<Thread> before = keepers();
        for (String off : List.of("ppool.keep-alive=false", "ppool.enabled=false")) {
            runner.withPropertyValues(off).run(context -> {
                assertThat(context).doesNotHaveBean(KeepAlive.class);
                assertThat(before).containsAll(keepers());
            });
        }
    }

    @Test
    void a_context_that_is_stopped_and_started_again_has_one_again() {
        runner.run(context -> {
            KeepAlive keepAlive = context.getBean(KeepAlive.class);
            context.getSourceApplicationContext(org.springframework.context.ConfigurableApplicationContext.class)
                    .stop();
            assertThat(keepAlive.isRunning()).isFalse();
            List<Thread> before = keepers();
            context.getSourceApplicationContext(org.springframework.context.ConfigurableApplicationContext.class)
                    .start();
            assertThat(keepAlive.isRunning()).isTrue();
            assertThat(keepers().stream().filter(thread -> !before.contains(thread))).hasSize(1);
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Loop {
        @Bean
        @Supervised
        Runnable loop() {
            return () -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            };
        }
    }
}
