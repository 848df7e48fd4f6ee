package io.github.ppool.durable.store;

import com.zaxxer.hikari.HikariDataSource;

class PostgresTaskStoreTest extends JdbcTaskStoreContract {

    @Override
    HikariDataSource newDataSource() {
        return TaskDatabases.postgres(12);
    }

    @Override
    String platform() {
        return "postgresql";
    }
}
