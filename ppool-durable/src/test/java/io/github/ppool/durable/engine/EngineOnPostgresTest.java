package io.github.ppool.durable.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.TestDatabases;

class EngineOnPostgresTest extends DurableEngineContract {

    @Override
    HikariDataSource newDataSource(int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(TestDatabases.postgresUrl());
        config.setUsername("postgres");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }
}
