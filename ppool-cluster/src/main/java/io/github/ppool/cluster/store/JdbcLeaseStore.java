package io.github.ppool.cluster.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Objects;

/**
 * A store in PostgreSQL or H2. Its clock is the database's. The tables are those of the scripts {@code
 * io/github/ppool/cluster/schema-postgresql.sql} and {@code schema-h2.sql} in this library's jar.
 *
 * <p>On PostgreSQL each call is one statement in a transaction of its own: a node that is stopped in the middle of it
 * keeps no row locked.
 */
public final class JdbcLeaseStore implements LeaseStore {

    private final ConnectionSource connections;
    private final LeaseTables tables;
    private final SchemaMode mode;

    /**
     * A new store. Opens no connection yet.
     *
     * @param connections makes the connections
     * @param tablePrefix the beginning of the tables' names, as a rule {@link LeaseTables#PREFIX}
     * @param mode tells whether {@link #prepare} creates the tables
     * @throws IllegalArgumentException if the prefix can't be part of a name in SQL
     */
    public JdbcLeaseStore(ConnectionSource connections, String tablePrefix, SchemaMode mode) {
        this.connections = Objects.requireNonNull(connections, "connections must not be null");
        this.tables = new LeaseTables(tablePrefix);
        this.mode = Objects.requireNonNull(mode, "mode must not be null");
    }

    @Override
    public LeaseSession open(Duration timeout) {
        Connection connection = connect(timeout);
        try {
            return Dialect.of(connection).session(connection, tables, timeout);
        } catch (SQLException | RuntimeException failed) {
            closeQuietly(connection);
            throw failure("opening a connection", failed);
        }
    }

    /**
     * Creates the tables that don't exist yet, and the row with their version, if the {@link SchemaMode} says so. A
     * transaction lock keeps several nodes apart.
     */
    @Override
    public void prepare(Duration timeout) {
        if (mode == SchemaMode.NEVER) {
            return;
        }
        Connection connection = connect(timeout);
        Dialect dialect = null;
        try {
            dialect = Dialect.of(connection);
            if (mode == SchemaMode.ALWAYS || dialect.isEmbedded(connection)) {
                tables.create(connection, dialect);
            }
        } catch (SQLException | RuntimeException failed) {
            if (dialect != null && SqlFailures.isRefused(failed)) {
                throw new LeaseSchemaException("the tables of ppool-cluster can't be created: "
                        + SqlFailures.text(failed), dialect.platform(), null, LeaseTables.VERSION, failed);
            }
            throw failure("creating the tables", failed);
        } finally {
            closeQuietly(connection);
        }
    }

    private Connection connect(Duration timeout) {
        Connection connection;
        try {
            connection = connections.open(timeout);
        } catch (SQLException | RuntimeException failed) {
            throw failure("opening a connection", failed);
        }
        try {
            limitWaits(connection, timeout);
            return connection;
        } catch (SQLException | RuntimeException failed) {
            closeQuietly(connection);
            throw failure("opening a connection", failed);
        }
    }

    /**
     * From now on a read that gets no byte for so long fails, so that a connection that is cut in silence is noticed.
     */
    private static void limitWaits(Connection connection, Duration timeout) throws SQLException {
        try {
            connection.setNetworkTimeout(Runnable::run, Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE));
        } catch (SQLFeatureNotSupportedException | AbstractMethodError unsupported) {
            // H2 in this JVM waits for no network.
            return;
        }
    }

    static LeaseStoreException failure(String step, Exception failed) {
        return failed instanceof LeaseStoreException known
                ? known
                : new LeaseStoreException(
                        step + " failed: " + SqlFailures.text(failed), failed);
    }

    static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException broken) {
            // A connection that can't be closed is broken already, and the driver has forgotten it.
            return;
        }
    }
}
