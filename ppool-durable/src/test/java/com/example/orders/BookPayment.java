package com.example.orders;

import io.github.ppool.durable.PoolTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

// tag::transactional[]
@Component
class BookPayment {

    private final JdbcClient database;

    BookPayment(JdbcClient database) {
        this.database = database;
    }

    @PoolTask(pool = "books", name = "book-payment", transactional = true)
    void book(Payment payment) {
        database.sql("update account set cents = cents + :cents").param("cents", payment.cents()).update();
    }
}
// end::transactional[]
