package io.github.ppool.durable.store;

import com.zaxxer.hikari.HikariDataSource;

class H2TaskStoreTest extends JdbcTaskStoreContract {

    @Override
    HikariDataSource newDataSource() {
        return TaskDatabases.h2(12);
    }

    @Override
    String platform() {
        return "h2";
    }
}
