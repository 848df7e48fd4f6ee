package io.github.ppool.durable.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.TestDatabases;
import org.junit.jupiter.api.BeforeEach;

class EngineOnH2Test extends DurableEngineContract {

    private String url = "";

    @BeforeEach
    @Override
    void open() {
        url = TestDatabases.newH2Url();
        super.open();
    }

    @Override
    HikariDataSource newDataSource(int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("sa");
        config.setPassword("");
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }
}
