package com.example.orders;

import io.github.ppool.durable.DurableTask;
import io.github.ppool.durable.PoolTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

// tag::cron[]
@Component
class CleanUp {

    private final JdbcClient database;

    CleanUp(JdbcClient database) {
        this.database = database;
    }

    @PoolTask(pool = "books", name = "clean-up", cron = "0 0 3 * * *", zone = "Europe/Berlin")
    void deleteOldOrders(DurableTask task) {
        int page = task.checkpoint(Integer.class).orElse(0); // an attempt after a crash goes on from here
        while (deletePage(page) > 0) {
            task.checkpoint(++page);
            task.progress(Math.min(99, page), "page " + page);
        }
    }
    // end::cron[]

    private int deletePage(int page) {
        return database.sql("delete from orders where id in (select id from orders where id % 10 = :page)")
                .param("page", page)
                .update();
    }
}
