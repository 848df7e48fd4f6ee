package io.github.ppool.durable.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The databases of the store's tests: one PostgreSQL for all tests of the JVM, started when it is needed first. */
enum TaskDatabases {
    POSTGRESQL,
    H2;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    String platform() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** PostgreSQL's shared database, or a new one in memory. */
    HikariDataSource open(int connections) {
        return this == POSTGRESQL
                ? pool("jdbc:postgresql://localhost:" + Shared.POSTGRES.getPort() + "/postgres", "postgres",
                        connections)
                : pool("jdbc:h2:mem:tasks" + NUMBERS.incrementAndGet() + ";DB_CLOSE_DELAY=-1", "sa", connections);
    }

    private static final class Shared {
        private static final EmbeddedPostgres POSTGRES;

        static {
            try {
                POSTGRES = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "200")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    POSTGRES.close();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }));
        }
    }

    private static HikariDataSource pool(String url, String user, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** Another pool of the same database. */
    static HikariDataSource like(HikariDataSource other, Consumer<HikariConfig> settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(other.getJdbcUrl());
        config.setUsername(other.getUsername());
        config.setMaximumPoolSize(2);
        settings.accept(config);
        return new HikariDataSource(config);
    }

    /** A beginning for the names of tables that no other test has. */
    static String newPrefix() {
        return "d" + NUMBERS.incrementAndGet() + "_";
    }
}
