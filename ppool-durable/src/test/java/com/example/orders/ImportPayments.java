package com.example.orders;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

// tag::pages[]
@Component
class ImportPayments {

    private final JdbcClient database;
    private final TransactionTemplate transactions; // JPA's manager does as well

    ImportPayments(JdbcClient database, TransactionTemplate transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    @PoolTask(pool = "books", name = "import-payments")
    void importPages(BankStatement statement, DurableTask task) {
        int done = task.checkpoint(Integer.class).orElse(0);
        for (int page = done + 1; page <= statement.pages(); page++) {
            int now = page;
            transactions.executeWithoutResult(status -> {
                database.sql("update account set cents = cents + :cents").param("cents", statement.cents()).update();
                task.checkpoint(now); // commits with the page, or not at all
            });
            task.progress(100 * now / statement.pages(), "page " + now);
        }
    }
}
// end::pages[]
