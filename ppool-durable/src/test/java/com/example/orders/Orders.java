package com.example.orders;

import io.github.ppool.durable.DurableQueue;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

// tag::orders[]
@Service
class Orders {

    private final JdbcClient database;
    private final DurableQueue<Mail> sendMail;
    private final DurableQueue<Payment> bookPayment;

    Orders(JdbcClient database, DurableQueue<Mail> sendMail, DurableQueue<Payment> bookPayment) {
        this.database = database;
        this.sendMail = sendMail;
        this.bookPayment = bookPayment;
    }

    @Transactional
    void place(Order order) {
        database.sql("insert into orders (id) values (:id)").param("id", order.id()).update();
        bookPayment.enqueue(new Payment(order.id(), order.cents())); // exists if and only if this commits
        sendMail.with()
                .key("remind-" + order.id()) // at most one unfinished task of this key
                .delay(Duration.ofDays(3))
                .priority(-1)
                .enqueue(new Mail(order.mail(), "how was it?"));
        sendMail.enqueueAll(List.of(
                new Mail(order.mail(), "thanks"), new Mail("warehouse@example.org", "pack order " + order.id())));
    }
}
// end::orders[]
