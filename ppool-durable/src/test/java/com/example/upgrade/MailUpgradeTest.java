package com.example.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.WorkerFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A payload that an old release has handed over, in a new one. */
@Timeout(60)
@SpringBootTest(properties = {"ppool.pools.smtp.worker=smtpWorker", "ppool.pools.smtp.size=1",
        "spring.datasource.url=jdbc:h2:mem:upgrade;DB_CLOSE_DELAY=-1"})
class MailUpgradeTest {

    private static final List<String> SENT = new CopyOnWriteArrayList<>();

    record OldMail(String to, String text) {}

    record Mail(List<String> to, String text) {}

    @Test
    void a_new_release_runs_what_an_old_one_has_handed_over(@Autowired DurableQueues queues) {
        queues.queue("smtp", "send-mail", 1, OldMail.class).enqueue(new OldMail("me@example.org", "hello"));
        await().untilAsserted(() -> assertThat(SENT).containsExactly("[me@example.org] hello, written by version 1"));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(MailUpgrade.class)
    static class NewRelease {

        @Bean
        WorkerFactory<StringBuilder> smtpWorker() {
            return StringBuilder::new;
        }

        @PoolTask(pool = "smtp", name = "send-mail", version = 2)
        void send(Mail mail, DurableTask task) {
            SENT.add(mail.to() + " " + mail.text() + ", written by version " + task.version());
        }
    }
}
