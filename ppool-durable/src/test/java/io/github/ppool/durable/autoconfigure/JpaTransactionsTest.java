package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.durable.TaskQuery;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Table;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.EntityManagerFactoryUtils;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions of Hibernate: changes of its persistence context are one with the hand-over or the end of a task. */
@Timeout(60)
class JpaTransactionsTest {

    private static final Duration LONGEST = Duration.ofSeconds(50);

    enum Database {
        H2, POSTGRESQL;

        ApplicationContextRunner runner() {
            ApplicationContextRunner runner = this == H2
                    ? DurableRunner.h2()
                    : DurableRunner.postgres(TestDatabases.newPrefix());
            return runner.withUserConfiguration(Hibernate.class)
                    .withPropertyValues("ppool.pools.smtp.durable.plan=wait");
        }
    }

    /** A row that Hibernate writes, as a rule when the transaction commits. */
    @Entity(name = "Booking")
    @Table(name = "jpa_booking")
    static class Booking {
        @Id
        @Nullable
        String id;

        Booking() {}

        Booking(String id) {
            this.id = id;
        }
    }

    enum Way {
        RETURN, FLUSH_AND_THROW, BREAK_THE_COMMIT
    }

    record Payment(String id, Way way) {}

    /** A handler with a persistence context. */
    static class Books {
        @PersistenceContext
        @Nullable
        EntityManager entities;

        @PoolTask(pool = "smtp", name = "book", transactional = true)
        void book(Payment payment, DurableTask task) {
            assert entities != null;
            entities.persist(new Booking(payment.id() + "-" + task.id()));
            if (payment.way() == Way.FLUSH_AND_THROW) {
                entities.flush();
                throw new IllegalStateException("after the flush");
            }
            if (payment.way() == Way.BREAK_THE_COMMIT) {
                entities.persist(new Booking(payment.id())); // a row of this key is there, which the commit finds out
            }
        }
    }

    record Import(String id, int pages) {}

    /** A long task that commits page by page: the entities of a page and the checkpoint are one transaction. */
    static class Pages {
        private final TransactionTemplate transactions;
        private final List<String> begun = new CopyOnWriteArrayList<>();

        @PersistenceContext
        @Nullable
        EntityManager entities;

        Pages(JpaTransactionManager manager) {
            this.transactions = new TransactionTemplate(manager);
        }

        @PoolTask(pool = "smtp", name = "import")
        void importPages(Import work, DurableTask task) {
            int done = task.checkpoint(Integer.class).orElse(0);
            begun.add(task.attempt() + " after page " + done);
            for (int page = done + 1; page <= work.pages(); page++) {
                int now = page;
                transactions.executeWithoutResult(status -> page(work, task, now));
            }
        }

        private void page(Import work, DurableTask task, int page) {
            assert entities != null;
            entities.persist(new Booking(work.id() + "-" + page));
            task.checkpoint(page);
            if (page == 3 && task.attempt() == 1) {
                throw new IllegalStateException("after the checkpoint of page 3");
            }
            if (page == 4 && task.attempt() == 2) {
                entities.persist(new Booking(work.id() + "-1")); // it is there: the commit itself fails
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Hibernate {
        @Bean
        LocalContainerEntityManagerFactoryBean entityManagerFactory(DataSource source) {
            new JdbcTemplate(source).execute("create table if not exists jpa_booking (id varchar(200) primary key)");
            LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
            factory.setDataSource(source);
            factory.setPersistenceUnitName("books");
            factory.setPackagesToScan(JpaTransactionsTest.class.getPackageName());
            factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
            return factory;
        }

        @Bean
        @Primary
        JpaTransactionManager jpaTransactionManager(EntityManagerFactory factory) {
            return new JpaTransactionManager(factory);
        }

        @Bean
        Books books() {
            return new Books();
        }

        @Bean
        Pages pages(JpaTransactionManager manager) {
            return new Pages(manager);
        }

        @Bean
        Callers callers(DurableQueue<Payment> book, DurableQueue<Import> imports) {
            return new Callers(book, imports);
        }
    }

    record Callers(DurableQueue<Payment> book, DurableQueue<Import> imports) {}

    /** The parts of an application that a test needs. */
    private record Application(AssertableApplicationContext context) {
        long handOver(Payment payment) {
            return context.getBean(Callers.class).book().enqueue(payment).id();
        }

        @Nullable
        DurableTaskView task(long id) {
            return context.getBean(DurableTaskAdmin.class).find(id).orElse(null);
        }

        List<String> bookings(String id) {
            return context.getBean(JdbcTemplate.class)
                    .queryForList("select id from jpa_booking where id like ?", String.class, id + "%");
        }

        TransactionTemplate transactions() {
            return new TransactionTemplate(context.getBean(JpaTransactionManager.class));
        }
    }

    private static void on(Database database, Consumer<Application> test) {
        database.runner().run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(context.getBean(EntityManagerFactory.class).unwrap(SessionFactory.class)).isNotNull();
            test.accept(new Application(context));
        });
    }

    @ParameterizedTest
    @EnumSource
    void what_a_handler_has_persisted_and_the_end_of_its_task_are_committed(Database database) {
        on(database, application -> {
            String id = UUID.randomUUID().toString();
            long task = application.handOver(new Payment(id, Way.RETURN));
            await().atMost(LONGEST).until(() -> application.task(task) == null);
            assertThat(application.bookings(id)).containsExactly(id + "-" + task);
        });
    }

    @ParameterizedTest
    @EnumSource
    void neither_is_there_after_an_exception(Database database) {
        on(database, application -> {
            String id = UUID.randomUUID().toString();
            long task = application.handOver(new Payment(id, Way.FLUSH_AND_THROW));
            DurableTaskView failed = awaitLaidDown(application, task);
            assertThat(failed.reason()).isEqualTo("IllegalStateException");
            assertThat(application.bookings(id)).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void neither_is_there_if_the_commit_fails(Database database) {
        on(database, application -> {
            String id = UUID.randomUUID().toString();
            application.context().getBean(JdbcTemplate.class).update("insert into jpa_booking (id) values (?)", id);
            long task = application.handOver(new Payment(id, Way.BREAK_THE_COMMIT));
            awaitLaidDown(application, task);
            assertThat(application.bookings(id)).containsExactly(id);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_task_that_is_handed_over_exists_if_the_persistence_context_is_committed(Database database) {
        on(database, application -> {
            String id = UUID.randomUUID().toString();
            EntityManagerFactory factory = application.context().getBean(EntityManagerFactory.class);
            for (boolean commit : new boolean[]{false, true}) {
                String own = id + commit;
                Long task = application.transactions().execute(status -> {
                    if (!commit) {
                        status.setRollbackOnly();
                    }
                    EntityManager entities = EntityManagerFactoryUtils
                            .getTransactionalEntityManager(factory);
                    assert entities != null;
                    entities.persist(new Booking(own));
                    return application.handOver(new Payment(own, Way.RETURN));
                });
                assert task != null;
                if (commit) {
                    await().atMost(LONGEST).until(() -> application.bookings(own).size() == 2);
                } else {
                    assertThat(application.task(task)).isNull();
                    assertThat(application.bookings(own)).isEmpty();
                }
            }
            assertThat(application.context().getBean(DurableTaskAdmin.class).list(TaskQuery.ALL, 0, 10)).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_checkpoint_is_one_with_what_a_page_has_persisted(Database database) {
        database.runner().withPropertyValues("ppool.pools.smtp.durable.plan=restart*5, wait").run(context -> {
            Application application = new Application(context);
            String id = UUID.randomUUID().toString();
            long task = context.getBean(Callers.class).imports().enqueue(new Import(id, 5)).id();
            await().atMost(LONGEST).until(() -> application.task(task) == null);
            assertThat(context.getBean(Pages.class).begun)
                    .containsExactly("1 after page 0", "2 after page 2", "3 after page 3");
            assertThat(application.bookings(id))
                    .as("each page once")
                    .containsExactlyInAnyOrder(id + "-1", id + "-2", id + "-3", id + "-4", id + "-5");
        });
    }

    private static DurableTaskView awaitLaidDown(Application application, long task) {
        await().atMost(LONGEST).until(() -> {
            DurableTaskView seen = application.task(task);
            return seen != null && seen.state() == DurableTaskState.LAID_DOWN;
        });
        DurableTaskView laidDown = application.task(task);
        assert laidDown != null;
        return laidDown;
    }
}
