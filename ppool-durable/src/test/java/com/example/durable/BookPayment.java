package com.example.durable;

import io.github.ppool.durable.PoolTask;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

@Component
class BookPayment {
    private final JdbcTemplate database;

    BookPayment(JdbcTemplate database) {
        this.database = database;
    }

    @PoolTask(pool = "books", transactional = true) // its writes and the completion are one transaction
    void book(Payment payment) {
        database.update("insert into payment (id, cents) values (?, ?)", payment.id(), payment.cents());
        if (payment.cents() < 0) {
            throw new IllegalArgumentException("a payment must be positive");
        }
    }
}
