package io.github.ppool.benchmarks.durable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Which database. */
public enum Engine {
    /** The one of the run. */
    POSTGRES {
        @Override
        Database open() {
            Postgres server = Postgres.given();
            Database database = new Database(this, server.url() + "?reWriteBatchedInserts=true", "postgres", server);
            database.jdbc().execute("drop schema public cascade");
            database.jdbc().execute("create schema public");
            return database;
        }
    },
    /** H2 in this JVM, in a new file. */
    H2_FILE {
        @Override
        Database open() {
            try {
                Path folder = Files.createTempDirectory("benchmarks-h2");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
                return new Database(this, "jdbc:h2:file:" + folder.resolve("tasks"), "sa", null);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    };

    /** An empty one. */
    abstract Database open();

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static HikariDataSource connections(String url, String user, int most) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword("");
        config.setMaximumPoolSize(most);
        return new HikariDataSource(config);
    }
}
