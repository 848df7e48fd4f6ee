package com.example.orders;

import io.github.ppool.durable.DurableQueue;
import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import io.github.ppool.pool.WorkerFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** An application with durable tasks, of a user of ppool-test. */
@SpringBootApplication(proxyBeanMethods = false)
class OrdersApplication {

    record Mail(String to, String text) {}

    /** A connection to a mail server. */
    static class SmtpWorker {
        boolean broken;
        final List<String> sent = new ArrayList<>();

        void send(Mail mail) {
            if (broken) {
                throw new IllegalStateException("connection reset");
            }
            sent.add(mail.text());
        }
    }

    @Bean
    SmtpWorker onlySmtpWorker() {
        return new SmtpWorker();
    }

    @Bean
    WorkerFactory<SmtpWorker> smtpWorker(SmtpWorker only) {
        return () -> only;
    }

    @Component
    static class SendMail {

        @PoolTask(pool = "smtp", name = "send-mail")
        void send(Mail mail, SmtpWorker worker) {
            worker.send(mail);
        }
    }

    @Component
    static class Ship {

        private final JdbcClient database;

        Ship(JdbcClient database) {
            this.database = database;
        }

        @PoolTask(pool = "smtp", name = "ship", transactional = true)
        void ship(Long order) {
            database.sql("update orders set shipped = true where id = :id").param("id", order).update();
            if (order < 0) {
                throw new IllegalArgumentException("no such order");
            }
        }
    }

    @Component
    static class Report {

        static final List<Long> REPORTS = new ArrayList<>();

        @PoolTask(pool = "smtp", name = "report", cron = "0 0 3 * * *", zone = "UTC")
        void report(DurableTask task) {
            REPORTS.add(task.id());
        }
    }

    @Service
    static class Orders {

        private final JdbcClient database;
        private final DurableQueue<Mail> sendMail;
        private final DurableQueue<Long> ship;

        Orders(JdbcClient database, DurableQueue<Mail> sendMail, DurableQueue<Long> ship) {
            this.database = database;
            this.sendMail = sendMail;
            this.ship = ship;
        }

        @Transactional
        public void place(long id) {
            database.sql("insert into orders (id, shipped) values (:id, false)").param("id", id).update();
            ship.enqueue(id);
            sendMail.enqueue(new Mail("me@example.org", "thanks for order " + id));
            sendMail.with().delay(Duration.ofDays(3)).enqueue(new Mail("me@example.org", "how was it?"));
        }
    }
}
