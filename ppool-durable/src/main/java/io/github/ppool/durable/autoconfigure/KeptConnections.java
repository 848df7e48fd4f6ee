package io.github.ppool.durable.autoconfigure;

import io.github.ppool.cluster.store.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.SmartDataSource;

/**
 * The engine's own connections, which are never those of the application's pool: claims and completions must not wait
 * for the application's statements. A few idle connections are kept. Spring's templates give a connection back by
 * {@link #shouldClose}; a connection that is closed instead is closed.
 */
final class KeptConnections extends AbstractDataSource implements SmartDataSource, AutoCloseable {

    /** The engine has hardly more threads that use the database at the same time. */
    private static final int MOST = 8;

    private static final long TRUSTED_NANOS = Duration.ofSeconds(1).toNanos();

    private record Idle(Connection connection, long since) {}

    private final ConnectionSource source;
    private final Duration timeout;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    /**
     * No connection yet.
     *
     * @param source opens connections
     * @param timeout the longest wait for an answer of the database
     */
    KeptConnections(ConnectionSource source, Duration timeout) {
        this.source = source;
        this.timeout = timeout;
    }

    @Override
    public Connection getConnection() throws SQLException {
        for (Idle kept = take(); kept != null; kept = take()) {
            if (System.nanoTime() - kept.since() < TRUSTED_NANOS || isValid(kept.connection())) {
                return kept.connection();
            }
            closeQuietly(kept.connection());
        }
        return source.open(timeout);
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLException("connections have the user of the application's DataSource");
    }

    private @Nullable Idle take() {
        synchronized (idle) {
            return idle.pollLast();
        }
    }

    private boolean isValid(Connection connection) {
        try {
            return connection.isValid((int) Math.max(1, timeout.toSeconds()));
        } catch (SQLException | RuntimeException broken) {
            return false;
        }
    }

    /** Keeps a connection that Spring is about to close, unless it is broken or there are enough. */
    @Override
    public boolean shouldClose(Connection connection) {
        try {
            if (connection.isClosed()) {
                return true;
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException | RuntimeException broken) {
            return true;
        }
        synchronized (idle) {
            if (closed || idle.size() >= MOST) {
                return true;
            }
            idle.addLast(new Idle(connection, System.nanoTime()));
            return false;
        }
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
        }
        for (Idle kept = take(); kept != null; kept = take()) {
            closeQuietly(kept.connection());
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException broken) {
            // A connection that can't be closed is broken already, and the driver has forgotten it.
            return;
        }
    }
}
