package com.example.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.autoconfigure.DurableRunner;
import io.github.ppool.durable.engine.DurableEngine;
import io.github.ppool.pool.WorkerFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The examples of the documentation, in an application that runs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OrdersTest {

    enum Database {
        H2, POSTGRESQL;

        ApplicationContextRunner runner() {
            ApplicationContextRunner runner = this == H2
                    ? DurableRunner.h2()
                    : DurableRunner.postgres(TestDatabases.newPrefix());
            return runner.withUserConfiguration(Application.class).withPropertyValues(
                    "ppool.pools.smtp.worker=worker",
                    "ppool.pools.books.worker=clerk",
                    "ppool.pools.books.durable.plan=restart, wait",
                    "ppool.durable.poll=1h..1h");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Import({SendMail.class, MailUpgrade.class, BookPayment.class, Orders.class})
    static class Application {
        @Bean
        WorkerFactory<SmtpWorker> worker() {
            return SmtpWorker::new;
        }

        @Bean
        WorkerFactory<Object> clerk() {
            return Object::new;
        }
    }

    private static void on(Database database, Consumer<AssertableApplicationContext> test) {
        SmtpWorker.SENT.clear();
        database.runner().run(context -> {
            assertThat(context).hasNotFailed();
            // The claims of the start are over: from now on only a wake-up lets the node look again.
            DurableEngine engine = context.getBean(DurableEngine.class);
            await().until(() -> engine.figures().values().stream().allMatch(pool -> pool.claims() > 0));
            test.accept(context);
        });
    }

    private static List<DurableTaskView> tasks(AssertableApplicationContext context) {
        return context.getBean(DurableTaskAdmin.class).list(TaskQuery.ALL, 0, 100);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_handed_over_runs_after_the_commit_and_only_then(Database database) {
        on(database, context -> {
            Orders orders = context.getBean(Orders.class);
            new TransactionTemplate(context.getBean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
                orders.place(new Order("1", "a@b"), List.of(new Mail("c@d", "1"), new Mail("e@f", "2")));
                assertThat(SmtpWorker.SENT).isEmpty();
                assertThat(tasks(context)).hasSize(4);
            });
            await().atMost(Duration.ofSeconds(50)).until(() -> SmtpWorker.SENT.size() == 3);
            assertThat(SmtpWorker.SENT).anyMatch(sent -> sent.startsWith("a@b: thanks <"))
                    .anyMatch(sent -> sent.startsWith("c@d: 1 <")).anyMatch(sent -> sent.startsWith("e@f: 2 <"))
                    .doesNotHaveDuplicates();
            await().until(() -> tasks(context).size() == 1);
            assertThat(tasks(context)).singleElement()
                    .returns("remind-1", DurableTaskView::key)
                    .returns(-1, DurableTaskView::priority)
                    .returns(DurableTaskState.DELAYED, DurableTaskView::state);
            assertThat(context.getBean(DurableTaskAdmin.class).runNow(TaskQuery.ALL.withKey("remind-1"))).isOne();
            await().atMost(Duration.ofSeconds(50)).until(() -> SmtpWorker.SENT
                    .contains("a@b: how do you like it? <remind-1>"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void what_is_rolled_back_never_was(Database database) {
        on(database, context -> {
            Orders orders = context.getBean(Orders.class);
            assertThatIllegalStateException().isThrownBy(() -> orders.placeInVain(new Order("2", "x@y")));
            assertThat(tasks(context)).isEmpty();
            orders.place(new Order("3", "z@y"), List.of());
            await().atMost(Duration.ofSeconds(50)).until(() -> SmtpWorker.SENT.size() == 1);
            assertThat(SmtpWorker.SENT).singleElement().satisfies(sent -> assertThat(sent).startsWith("z@y: thanks"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void the_effects_of_a_transactional_method_are_one_with_its_end(Database database) {
        on(database, context -> {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            jdbc.execute("drop table if exists payment");
            jdbc.execute("create table payment (id varchar(10), cents bigint)");
            DurableQueue<Payment> queue = context.getBean(DurableQueues.class)
                    .queue("books", "bookPayment.book", 1, Payment.class);
            queue.enqueueAll(List.of(new Payment("one", 100), new Payment("bad", -1), new Payment("two", 200)));
            await().atMost(Duration.ofSeconds(50)).until(() -> tasks(context).size() == 1
                    && tasks(context).get(0).state() == DurableTaskState.LAID_DOWN);
            assertThat(jdbc.queryForList("select id from payment order by id", String.class))
                    .containsExactly("one", "two");
            assertThat(tasks(context)).singleElement()
                    .returns(2, DurableTaskView::attempts)
                    .returns("IllegalArgumentException", DurableTaskView::reason);
        });
    }

    @ParameterizedTest
    @EnumSource
    void payloads_of_an_older_version_are_upgraded_and_unreadable_ones_are_laid_down(Database database) {
        on(database, context -> {
            record OldMail(String to, String body) {}
            DurableQueues queues = context.getBean(DurableQueues.class);
            queues.queue("smtp", "send-mail", 1, OldMail.class).enqueue(new OldMail("old@a", "from version 1"));
            await().atMost(Duration.ofSeconds(50)).until(() -> SmtpWorker.SENT.size() == 1);
            assertThat(SmtpWorker.SENT.get(0)).startsWith("old@a: from version 1 <");
            queues.queue("smtp", "send-mail", 2, String.class).enqueue("hunter2");
            await().atMost(Duration.ofSeconds(50)).until(() -> tasks(context).stream()
                    .anyMatch(task -> task.state() == DurableTaskState.LAID_DOWN));
            assertThat(tasks(context)).singleElement()
                    .returns("unreadable", DurableTaskView::reason)
                    .satisfies(task -> assertThat(task.failure()).doesNotContain("hunter2"));
            // A version that this application does not know waits for another one.
            queues.queue("smtp", "send-mail", 3, Mail.class).enqueue(new Mail("new@a", ""));
            context.getBean(Orders.class).place(new Order("4", "z@y"), List.of());
            await().atMost(Duration.ofSeconds(50)).until(() -> SmtpWorker.SENT.size() == 2);
            assertThat(tasks(context)).anyMatch(task -> task.version() == 3
                    && task.state() == DurableTaskState.READY);
        });
    }

    @ParameterizedTest
    @EnumSource
    void an_application_that_starts_again_goes_on(Database database) {
        ApplicationContextRunner application = database.runner();
        application.withPropertyValues("ppool.durable.run=false").run(context -> {
            context.getBean(Orders.class).place(new Order("5", "a@b"), List.of());
        });
        SmtpWorker.SENT.clear();
        application.run(context -> await().atMost(Duration.ofSeconds(50)).until(() -> SmtpWorker.SENT.size() == 1));
    }

    @Configuration(proxyBeanMethods = false)
    @Import({QueuesOfOthers.class, Orders.class})
    static class WebApplication {
    }

    @ParameterizedTest
    @EnumSource
    void an_application_hands_over_to_another_one(Database database) {
        SmtpWorker.SENT.clear();
        String url = TestDatabases.newH2Url();
        String prefix = TestDatabases.newPrefix();
        (database == Database.H2
                ? DurableRunner.h2().withPropertyValues("spring.datasource.url=" + url)
                : DurableRunner.postgres(prefix)).withUserConfiguration(WebApplication.class).run(context -> {
                    assertThat(context).hasNotFailed();
                    context.getBean(Orders.class).place(new Order("6", "web@a"), List.of());
                    assertThat(tasks(context)).hasSize(2);
                });
        (database == Database.H2
                ? DurableRunner.h2().withPropertyValues("spring.datasource.url=" + url)
                : DurableRunner.postgres(prefix)).withUserConfiguration(Application.class)
                .withPropertyValues("ppool.pools.smtp.worker=worker", "ppool.pools.books.worker=clerk")
                .run(context -> await().atMost(Duration.ofSeconds(50))
                        .until(() -> SmtpWorker.SENT.stream().anyMatch(sent -> sent.startsWith("web@a: thanks"))));
    }
}
