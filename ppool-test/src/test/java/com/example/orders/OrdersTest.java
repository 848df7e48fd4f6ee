package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.test.durable.AutoConfigureDurableTasks;
import io.github.ppool.test.durable.DurableTasks;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;

// tag::durable[]
@SpringBootTest(properties = "spring.config.location=classpath:orders.yml")
@AutoConfigureDurableTasks
@Transactional
class OrdersTest {

    @Autowired
    DurableTasks tasks;

    @Autowired
    OrdersApplication.Orders orders;

    @Autowired
    OrdersApplication.SmtpWorker smtp;

    @Test
    void an_order_is_confirmed_at_once_and_asked_about_after_three_days() {
        orders.place(7);
        assertThat(smtp.sent).isEmpty();
        assertThat(tasks.payloads("send-mail", OrdersApplication.Mail.class))
                .extracting(OrdersApplication.Mail::text)
                .containsExactly("thanks for order 7", "how was it?");

        tasks.drain();
        assertThat(smtp.sent).containsExactly("thanks for order 7");

        tasks.advance(Duration.ofDays(3));
        assertThat(smtp.sent).containsExactly("thanks for order 7", "how was it?");
        assertThat(tasks.enqueued("send-mail")).isEmpty();
    }
    // end::durable[]

    @Autowired
    JdbcClient database;

    @BeforeEach
    void nothingWasSent() {
        smtp.sent.clear();
        smtp.broken = false;
    }

    private Boolean shipped(long id) {
        return database.sql("select shipped from orders where id = :id").param("id", id).query(Boolean.class).single();
    }

    @Test
    void a_transactional_task_runs_on_the_transaction_of_the_test() {
        orders.place(8);
        assertThat(shipped(8)).isFalse();
        assertThat(tasks.drain()).isEqualTo(2);
        assertThat(shipped(8)).isTrue();
        assertThat(tasks.enqueued("ship")).isEmpty();
    }

    @Test
    void what_a_failed_transactional_task_has_written_is_undone_and_the_test_goes_on() {
        orders.place(-1);
        tasks.drain();
        assertThat(shipped(-1)).isFalse();
        assertThat(tasks.laidDown("ship")).singleElement()
                .satisfies(task -> assertThat(task.reason()).isEqualTo("IllegalArgumentException"));
    }

    @Test
    void a_failure_is_tried_again_when_the_plan_says_so() {
        smtp.broken = true;
        orders.place(9);
        tasks.drain();
        assertThat(smtp.sent).isEmpty();
        assertThat(tasks.enqueued("send-mail").getFirst().attempts()).isEqualTo(2);

        smtp.broken = false;
        tasks.advance(Duration.ofSeconds(59));
        assertThat(smtp.sent).isEmpty();
        tasks.advance(Duration.ofSeconds(1));
        assertThat(smtp.sent).containsExactly("thanks for order 9");
    }

    @Test
    void a_cron_time_that_passes_makes_a_task() {
        OrdersApplication.Report.REPORTS.clear();
        tasks.drain();
        assertThat(OrdersApplication.Report.REPORTS).isEmpty();
        tasks.advance(Duration.ofDays(1));
        assertThat(OrdersApplication.Report.REPORTS).hasSize(1);
    }

    @Test
    void the_tests_before_have_left_nothing() {
        assertThat(tasks.enqueued("send-mail")).isEmpty();
        assertThat(tasks.drain()).isZero();
    }
}
