package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableQueues;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.autoconfigure.DurableRunner.SmtpWorker;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;

/** The hand-over of tasks: their rows in the database, and the refusals. No task runs here. */
class HandOverTest {

    enum Database {
        H2, POSTGRESQL;

        ApplicationContextRunner runner() {
            ApplicationContextRunner runner = this == H2
                    ? DurableRunner.h2()
                    : DurableRunner.postgres(TestDatabases.newPrefix());
            return runner.withUserConfiguration(Handlers.class).withPropertyValues("ppool.durable.run=false",
                    "ppool.pools.fair.worker=smtpWorker", "ppool.pools.fair.durable.partitions=true");
        }
    }

    record Mail(String to, String text) {}

    record Order(int id) {}

    static class Mailing {
        @PoolTask(pool = "smtp", name = "send-mail", version = 2)
        void send(Mail mail, SmtpWorker worker) {
            worker.send(mail, "");
        }

        @PoolTask(pool = "smtp")
        void clean() {}

        @PoolTask(pool = "fair", name = "orders")
        void all(List<Order> orders) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Handlers {
        @Bean
        Mailing mailing() {
            return new Mailing();
        }

        @Bean
        Callers callers(DurableQueue<Mail> mails, DurableQueue<Void> clean, DurableQueue<List<Order>> orders) {
            return new Callers(mails, clean, orders);
        }
    }

    record Callers(DurableQueue<Mail> mails, DurableQueue<Void> clean, DurableQueue<List<Order>> orders) {}

    /** The parts of an application that a test needs. */
    private record Application(AssertableApplicationContext context) {
        DurableQueue<Mail> mails() {
            return context.getBean(Callers.class).mails();
        }

        DurableTaskAdmin admin() {
            return context.getBean(DurableTaskAdmin.class);
        }

        List<DurableTaskView> tasks() {
            return admin().list(TaskQuery.ALL, 0, 1_000);
        }

        TransactionTemplate transactions() {
            return new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        }
    }

    private static void on(Database database, Consumer<Application> test) {
        database.runner().run(context -> {
            assertThat(context).hasNotFailed();
            test.accept(new Application(context));
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_task_has_what_it_was_handed_over_with(Database database) {
        on(database, application -> {
            Instant at = Instant.now().plusSeconds(3_600);
            EnqueuedTask plain = application.mails().enqueue(new Mail("a@b", "hello"));
            EnqueuedTask late = application.mails().with().key("k-1").priority(-3).delay(Duration.ofDays(3))
                    .enqueue(new Mail("c@d", "later"));
            EnqueuedTask timed = application.mails().with().delay(Duration.ofDays(1)).at(at).enqueue(new Mail("", ""));
            DurableTaskView view = application.admin().find(plain.id()).orElseThrow();
            assertThat(plain.isNew()).isTrue();
            assertThat(view).returns("smtp", DurableTaskView::pool)
                    .returns("send-mail", DurableTaskView::name)
                    .returns(2, DurableTaskView::version)
                    .returns(DurableTaskState.READY, DurableTaskView::state)
                    .returns("{\"text\":\"hello\",\"to\":\"a@b\"}".length(), task -> task.payload().length())
                    .returns(0, DurableTaskView::attempts);
            assertThat(view.payload()).contains("\"to\":\"a@b\"").doesNotContain("Mail");
            assertThat(application.admin().find(late.id()).orElseThrow())
                    .returns(DurableTaskState.DELAYED, DurableTaskView::state)
                    .returns("k-1", DurableTaskView::key)
                    .returns(-3, DurableTaskView::priority)
                    .satisfies(task -> assertThat(Duration.between(task.enqueuedAt(), task.readyAt()))
                            .isBetween(Duration.ofDays(3).minusSeconds(1), Duration.ofDays(3).plusSeconds(1)));
            assertThat(application.admin().find(timed.id()).orElseThrow().readyAt())
                    .isBetween(at.minusMillis(1), at.plusMillis(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_task_exists_exactly_if_the_transaction_commits(Database database) {
        on(database, application -> {
            application.transactions().executeWithoutResult(status -> {
                application.mails().enqueue(new Mail("rolled", "back"));
                application.mails().enqueueAll(List.of(new Mail("1", ""), new Mail("2", "")));
                assertThat(application.tasks()).hasSize(3);
                status.setRollbackOnly();
            });
            assertThat(application.tasks()).isEmpty();
            application.transactions().executeWithoutResult(status -> application.mails().enqueue(new Mail("c", "")));
            assertThat(application.tasks()).hasSize(1);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_transaction_of_another_kind_that_binds_its_connection_is_joined(Database database) {
        on(database, application -> {
            PlatformTransactionManager other = new BindingTransactions(
                    application.context().getBean(DataSource.class));
            List<Mail> many = new ArrayList<>();
            for (int i = 0; i < 2_500; i++) {
                many.add(new Mail(String.valueOf(i), ""));
            }
            new TransactionTemplate(other).executeWithoutResult(status -> {
                application.mails().enqueueAll(many);
                application.mails().with().key("k").enqueue(new Mail("", ""));
                application.mails().with().key("k").enqueue(new Mail("", ""));
                status.setRollbackOnly();
            });
            assertThat(application.tasks()).isEmpty();
            new TransactionTemplate(other).executeWithoutResult(status -> application.mails().enqueueAll(many));
            assertThat(application.admin().counts()).containsOnlyKeys("smtp");
            assertThat(application.admin().counts().get("smtp")).containsEntry(DurableTaskState.READY, 2_500L);
        });
    }

    /** Binds a connection as the transaction manager of JPA does: without telling that a transaction is active. */
    private static final class BindingTransactions extends AbstractPlatformTransactionManager {
        private static final long serialVersionUID = 1L;
        private final transient DataSource source;

        BindingTransactions(DataSource source) {
            this.source = source;
        }

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            try {
                Connection connection = source.getConnection();
                connection.setAutoCommit(false);
                TransactionSynchronizationManager.bindResource(source, new ConnectionHolder(connection));
            } catch (java.sql.SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        private Connection bound() {
            return ((ConnectionHolder) TransactionSynchronizationManager.getResource(source)).getConnection();
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            try {
                bound().commit();
            } catch (java.sql.SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            try {
                bound().rollback();
            } catch (java.sql.SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        protected void doCleanupAfterCompletion(Object transaction) {
            try (Connection connection = bound()) {
                TransactionSynchronizationManager.unbindResource(source);
                connection.setAutoCommit(true);
            } catch (java.sql.SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void tasks_are_handed_over_all_or_none_in_the_order_of_the_payloads(Database database) {
        on(database, application -> {
            List<EnqueuedTask> all = application.mails()
                    .enqueueAll(List.of(new Mail("1", ""), new Mail("2", ""), new Mail("3", "")));
            assertThat(all).extracting(task -> application.admin().find(task.id()).orElseThrow().payload())
                    .satisfiesExactly(one -> assertThat(one).contains("\"1\""),
                            two -> assertThat(two).contains("\"2\""), three -> assertThat(three).contains("\"3\""));
            assertThat(application.mails().enqueueAll(List.of())).isEmpty();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> application.mails().enqueueAll(Arrays.asList(new Mail("4", ""), null)))
                    .withMessage("payload of 'send-mail' must not be null");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> application.mails()
                            .enqueueAll(List.of(new Mail("4", ""), new Mail("5", "x".repeat(1_100_000)))))
                    .withMessageContaining("payload of 'send-mail' must have at most 1048576 bytes"
                            + " (ppool.durable.longest-payload), got: 11000");
            assertThat(application.tasks()).hasSize(3);
        });
    }

    @ParameterizedTest
    @EnumSource
    void of_a_key_there_is_one_unfinished_task(Database database) {
        on(database, application -> {
            EnqueuedTask first = application.mails().with().key("once").enqueue(new Mail("1", ""));
            EnqueuedTask second = application.mails().with().key("once").enqueue(new Mail("2", ""));
            assertThat(second).isEqualTo(new EnqueuedTask(first.id(), false));
            assertThat(application.tasks()).hasSize(1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> application.mails().with().key("once")
                            .enqueueAll(List.of(new Mail("1", ""), new Mail("2", ""))))
                    .withMessage("payloads must be at most one for the key 'once', got: 2");
        });
    }

    @ParameterizedTest
    @EnumSource
    void options_have_limits(Database database) {
        on(database, application -> {
            DurableQueue.Options<Mail> with = application.mails().with();
            refused(() -> with.key(""), "key must have 1 to 200 characters, got 0");
            refused(() -> with.key("x".repeat(201)), "key must have 1 to 200 characters, got 201");
            refused(() -> with.key("a\0b"),
                    "key must consist of characters that a database can store, got U+0000 at 1");
            refused(() -> with.key("\ud83d"),
                    "key must consist of characters that a database can store, got U+D83D at 0");
            refused(() -> with.delay(Duration.ofMillis(-1)), "delay must be from zero to ten years, got: PT-0.001S");
            refused(() -> with.delay(Duration.ofDays(3_654)), "delay must be from zero to ten years, got: PT87696H");
            Instant past = Instant.now().minus(Duration.ofHours(25));
            refused(() -> with.at(past), "time must not have passed by more than a day, got: " + past);
            Instant far = Instant.now().plus(Duration.ofDays(3_654));
            refused(() -> with.at(far), "time must not be more than ten years ahead, got: " + far);
            refused(() -> with.priority(1_001), "priority must be from -1000 to 1000, got: 1001");
            refused(() -> with.priority(-1_001), "priority must be from -1000 to 1000, got: -1001");
            assertThatIllegalStateException().isThrownBy(() -> with.partition("a"))
                    .withMessage("the pool 'smtp' has no partitions: set ppool.pools.smtp.durable.partitions or"
                            + " partition-rate");
            refused(() -> application.context().getBean(Callers.class).orders().with().partition(""),
                    "partition must have 1 to 200 characters, got 0");
            assertThat(application.tasks()).isEmpty();
            EnqueuedTask longest = with.key("\ud83d\ude00".repeat(100)).priority(1_000)
                    .at(Instant.now().minus(Duration.ofHours(23))).enqueue(new Mail("", ""));
            assertThat(application.admin().find(longest.id()).orElseThrow())
                    .returns(DurableTaskState.READY, DurableTaskView::state)
                    .returns("\ud83d\ude00".repeat(100), DurableTaskView::key);
        });
    }

    private static void refused(Runnable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
    }

    @ParameterizedTest
    @EnumSource
    void generic_payloads_partitions_and_tasks_without_a_payload(Database database) {
        on(database, application -> {
            Callers callers = application.context().getBean(Callers.class);
            EnqueuedTask orders = callers.orders().with().partition("customer-1")
                    .enqueue(List.of(new Order(1), new Order(2)));
            EnqueuedTask clean = callers.clean().enqueue(null);
            assertThat(application.admin().find(orders.id()).orElseThrow())
                    .returns("[{\"id\":1},{\"id\":2}]", DurableTaskView::payload)
                    .returns("customer-1", DurableTaskView::partition);
            assertThat(application.admin().find(clean.id()).orElseThrow())
                    .returns(null, DurableTaskView::payload)
                    .returns("mailing.clean", DurableTaskView::name);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_transaction_that_only_reads_gives_the_database_s_error(Database database) {
        on(database, application -> {
            TransactionTemplate reading = application.transactions();
            reading.setReadOnly(true);
            Runnable call = () -> reading.executeWithoutResult(
                    status -> application.mails().enqueue(new Mail("", "")));
            if (database == Database.POSTGRESQL) {
                assertThatThrownBy(call::run).isInstanceOf(DataAccessException.class)
                        .hasMessageContaining("read-only transaction");
            }
            if (database == Database.H2) {
                // H2 takes no notice of a connection that only reads.
                call.run();
            }
            assertThat(application.tasks()).hasSize(database == Database.H2 ? 1 : 0);
        });
    }

    /** Has a value that no JSON can have. */
    static final class Circle {
        public @Nullable Circle self = this;

        public String getSecret() {
            throw new IllegalStateException("hunter2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void queues_for_methods_of_other_applications(Database database) {
        on(database, application -> {
            DurableQueues queues = application.context().getBean(DurableQueues.class);
            EnqueuedTask far = queues.queue("elsewhere", "far-away", 3, Mail.class).with().partition("p")
                    .enqueue(new Mail("x", "y"));
            assertThat(application.admin().find(far.id()).orElseThrow())
                    .returns("elsewhere", DurableTaskView::pool)
                    .returns(3, DurableTaskView::version)
                    .returns("p", DurableTaskView::partition);
            EnqueuedTask list = queues.queue("elsewhere", "many", 1, new TypeReference<List<Order>>() {
            })
                    .enqueue(List.of(new Order(7)));
            assertThat(application.admin().find(list.id()).orElseThrow().payload()).isEqualTo("[{\"id\":7}]");
            refused(() -> queues.queue("", "a", 1, Mail.class),
                    "pool must be a name of 1 to 200 characters, got: ''");
            refused(() -> queues.queue("p", "a b", 1, Mail.class),
                    "name must have 1 to 100 letters, digits and - _ ., got: 'a b'");
            refused(() -> queues.queue("p", "a", 0, Mail.class), "version must be at least 1, got: 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queues.queue("fair", "send-mail", 2, Mail.class))
                    .withMessageStartingWith("pool of 'send-mail' must be 'smtp', as the method ");
            assertThatIllegalStateException()
                    .isThrownBy(() -> queues.queue("smtp", "send-mail", 1, Mail.class).with().partition("p"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queues.queue("p", "circle", 1, Circle.class).enqueue(new Circle()))
                    .withMessageStartingWith("payload of 'circle' must be a value that Jackson writes as JSON: ")
                    .withMessageContaining("Circle").withMessageNotContaining("hunter2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> queues.queue("p", "none", 1, Object.class).enqueue(java.util.Optional.empty()))
                    .withMessage("payload of 'none' must not be written as null");
        });
    }

    @ParameterizedTest
    @EnumSource
    void the_statements_are_part_of_what_the_template_sees(Database database) {
        on(database, application -> application.transactions().executeWithoutResult(status -> {
            application.mails().enqueue(new Mail("", ""));
            String prefix = application.context().getEnvironment().getProperty("ppool.cluster.table-prefix", "ppool_");
            assertThat(application.context().getBean(JdbcTemplate.class)
                    .queryForObject("select count(*) from " + prefix + "task", Integer.class)).isOne();
        }));
    }
}
