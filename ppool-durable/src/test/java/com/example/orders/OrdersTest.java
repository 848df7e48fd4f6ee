package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableTaskAdmin;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.health.DurableHealthIndicator;
import io.github.ppool.durable.observation.LinkedAttemptHandler;
import io.github.ppool.spring.boot.DurableOperations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.test.simple.SimpleSpan;
import io.micrometer.tracing.test.simple.SimpleTracer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** The application of the page "Durable work". */
@Timeout(60)
@SpringBootTest(properties = {"spring.config.location=classpath:orders.yml",
        "spring.datasource.url=jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1"})
class OrdersTest {

    @Autowired
    private Orders orders;

    @Autowired
    private JdbcClient database;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private DurableTaskAdmin tasks;

    @Autowired
    private DurableOperations operations;

    @BeforeEach
    void tables() {
        tasks.cancel(TaskQuery.ALL);
        await().untilAsserted(() -> assertThat(tasks.list(TaskQuery.ALL, 0, 10)).isEmpty());
        SmtpWorker.SENT.clear();
        database.sql("create table if not exists orders (id bigint primary key)").update();
        database.sql("create table if not exists account (cents bigint not null)").update();
        database.sql("delete from orders").update();
        database.sql("delete from account").update();
        database.sql("insert into account (cents) values (0)").update();
    }

    private long cents() {
        return database.sql("select cents from account").query(Long.class).single();
    }

    @Test
    void what_an_order_hands_over_is_done_after_its_commit() {
        orders.place(new Order(1, "me@example.org", 250));
        await().untilAsserted(() -> assertThat(SmtpWorker.SENT).hasSize(2));
        await().untilAsserted(() -> assertThat(cents()).isEqualTo(250));
        assertThat(SmtpWorker.SENT).anyMatch(sent -> sent.startsWith("me@example.org thanks "));
        assertThat(tasks.list(TaskQuery.ALL.withName("send-mail"), 0, 10)).singleElement()
                .satisfies(reminder -> assertThat(reminder.state()).isEqualTo(DurableTaskState.DELAYED));
    }

    @Test
    void what_a_rolled_back_order_hands_over_never_exists() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> {
            orders.place(new Order(2, "me@example.org", 250));
            throw new IllegalStateException("no credit");
        })).hasMessage("no credit");
        assertThat(tasks.list(TaskQuery.ALL, 0, 10)).isEmpty();
        assertThat(SmtpWorker.SENT).isEmpty();
        assertThat(cents()).isZero();
    }

    @Test
    void each_page_of_an_import_is_booked_once(@Autowired DurableQueue<BankStatement> importPayments) {
        importPayments.enqueue(new BankStatement(7, 10));
        await().untilAsserted(() -> assertThat(tasks.list(TaskQuery.ALL, 0, 10)).isEmpty());
        assertThat(cents()).isEqualTo(70);
    }

    @Test
    void an_operator_runs_a_reminder_now() {
        orders.place(new Order(3, "me@example.org", 1));
        List<DurableTaskView> reminders = tasks.list(TaskQuery.ALL.withKey("remind-3"), 0, 10);
        assertThat(reminders).hasSize(1);
        assertThat(operations.change(DurableOperations.Change.RUN_NOW, reminders.getFirst().id())).isTrue();
        await().untilAsserted(() -> assertThat(SmtpWorker.SENT).contains("me@example.org how was it? remind-3"));
    }

    @Test
    void a_failure_is_tried_again_by_the_plan() {
        SmtpWorker.BREAKS.set(1);
        orders.place(new Order(4, "me@example.org", 1));
        await().untilAsserted(() -> assertThat(SmtpWorker.SENT).hasSize(2));
    }

    @Test
    void the_console_shows_what_waits() {
        orders.place(new Order(5, "me@example.org", 1));
        DurableOperations.Summary summary = operations.summary();
        assertThat(summary.pools()).anySatisfy(pool -> {
            assertThat(pool.pool()).isEqualTo("smtp");
            assertThat(pool.delayed()).isEqualTo(1);
        });
        DurableTaskView reminder = tasks.list(TaskQuery.ALL.withKey("remind-5"), 0, 10).getFirst();
        DurableOperations.Task shown = operations.task(reminder.id()).orElseThrow();
        assertThat(shown.state()).isEqualTo(DurableOperations.State.DELAYED);
        assertThat(JsonPath.<String>read(shown.payload(), "$.text")).isEqualTo("how was it?");
        assertThat(operations.tasks(new DurableOperations.Filter("smtp", "send-mail",
                DurableOperations.State.DELAYED, "remind-5", null, null, null), 0, 10)).hasSize(1);
        assertThat(operations.change(DurableOperations.Change.DROP, reminder.id())).isTrue();
        assertThat(operations.task(reminder.id())).isEmpty();
    }

    @Test
    void the_meters_count_attempts(@Autowired MeterRegistry registry) {
        orders.place(new Order(6, "me@example.org", 1));
        await().ignoreExceptions().untilAsserted(() -> assertThat(registry.get("ppool.durable.ended")
                .tags("pool", "books", "task", "book-payment", "outcome", "succeeded").timer().count()).isPositive());
        assertThat(registry.get("ppool.durable.claims").tags("pool", "books", "result", "tasks").functionCounter()
                .count()).isPositive();
        assertThat(registry.get("ppool.durable.wait").tags("pool", "books", "task", "book-payment").timer().count())
                .isPositive();
    }

    @Test
    void the_health_is_up(@Autowired DurableHealthIndicator indicator) {
        await().untilAsserted(() -> assertThat(indicator.health().getStatus()).isEqualTo(Status.UP));
        assertThat(indicator.health().getDetails()).containsEntry("running", true).containsEntry("lease", "held");
    }

    @Test
    void the_span_of_an_attempt_is_linked_to_that_of_the_order(@Autowired SimpleTracer tracer) {
        SimpleSpan request = tracer.nextSpan().name("request").start();
        try (Tracer.SpanInScope scope = tracer.withSpan(request)) {
            assertThat(scope).isNotNull();
            orders.place(new Order(7, "me@example.org", 1));
        } finally {
            request.end();
        }
        await().untilAsserted(() -> assertThat(List.copyOf(tracer.getSpans()))
                .filteredOn(span -> "durable task book-payment".equals(span.getName()))
                .anySatisfy(span -> assertThat(span.getLinks()).singleElement().satisfies(link -> assertThat(
                        link.getTraceContext().spanId()).isEqualTo(request.context().spanId()))));
    }

    /** The observability that Spring Boot's modules bring to an application. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Observability {

        @Bean
        SimpleMeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        SimpleTracer tracer() {
            return new SimpleTracer();
        }

        @Bean
        ObservationRegistry observationRegistry(SimpleTracer tracer) {
            ObservationRegistry registry = ObservationRegistry.create();
            registry.observationConfig().observationHandler(new LinkedAttemptHandler(tracer));
            return registry;
        }
    }
}
