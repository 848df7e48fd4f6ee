package io.github.ppool.durable.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The databases of the store's tests: one PostgreSQL for all tests of the JVM, started when it is needed first. */
final class TaskDatabases {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private TaskDatabases() {}

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

    static HikariDataSource postgres(int connections) {
        return pool("jdbc:postgresql://localhost:" + Shared.POSTGRES.getPort() + "/postgres", "postgres", connections);
    }

    /** A database in memory that no other test has. */
    static HikariDataSource h2(int connections) {
        return pool("jdbc:h2:mem:tasks" + NUMBERS.incrementAndGet(), "sa", connections);
    }

    private static HikariDataSource pool(String url, String user, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    /** A beginning for the names of tables that no other test has. */
    static String newPrefix() {
        return "d" + NUMBERS.incrementAndGet() + "_";
    }
}
