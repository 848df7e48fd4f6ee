package io.github.ppool.cluster;

import io.github.ppool.cluster.store.ConnectionSource;
import io.github.ppool.cluster.store.DriverConnections;
import io.github.ppool.cluster.store.JdbcLeaseStore;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.SchemaMode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The databases of the tests: one PostgreSQL for all tests of the JVM, started when it is needed first. */
public final class TestDatabases {

    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private TestDatabases() {}

    private static final class Shared {
        private static final EmbeddedPostgres POSTGRES = startPostgres();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    POSTGRES.close();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }));
        }
    }

    /** A PostgreSQL of the caller's own, to be closed by it. */
    public static EmbeddedPostgres startPostgres() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "200")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * A free port for a database that is away for a time. Below the ports that the system gives to connections: one of
     * those may be taken while the database is away, even by a client that tries to reach it.
     */
    public static int freePort() throws IOException {
        for (int tried = 0; tried < 100; tried++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (BindException taken) {
                continue;
            }
        }
        throw new IOException("no port from 20000 to 29999 is free");
    }

    public static int postgresPort() {
        return Shared.POSTGRES.getPort();
    }

    public static String postgresUrl() {
        return postgresUrl(postgresPort());
    }

    public static String postgresUrl(int port) {
        return "jdbc:postgresql://localhost:" + port + "/postgres";
    }

    public static ConnectionSource postgres(int port) {
        return new DriverConnections(new org.postgresql.Driver(), postgresUrl(port), "postgres", null);
    }

    public static ConnectionSource postgres() {
        return postgres(postgresPort());
    }

    /** A beginning for the names of tables that no other test has. */
    public static String newPrefix() {
        return "t" + NUMBERS.incrementAndGet() + "_";
    }

    /** A database in memory that no other test has. */
    public static String newH2Url() {
        return "jdbc:h2:mem:cluster" + NUMBERS.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
    }

    public static ConnectionSource h2(String url) {
        return new DriverConnections(new org.h2.Driver(), url, "sa", "");
    }

    /** A store with its tables. */
    public static LeaseStore store(ConnectionSource connections, String prefix) {
        LeaseStore store = new JdbcLeaseStore(connections, prefix, SchemaMode.ALWAYS);
        store.prepare(TIMEOUT);
        return store;
    }

    public static LeaseStore postgresStore() {
        return store(postgres(), newPrefix());
    }

    public static void execute(ConnectionSource connections, String... statements) {
        try (Connection connection = connections.open(TIMEOUT);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
