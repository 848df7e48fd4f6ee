package io.github.ppool.cluster.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** The databases that the store knows. Not for applications. */
public enum Dialect {
    /** PostgreSQL. */
    POSTGRESQL {
        @Override
        LeaseSession session(Connection connection, LeaseTables tables, Duration timeout) throws SQLException {
            return new PostgresLeaseSession(connection, tables, timeout);
        }
    },
    /** H2. */
    H2 {
        @Override
        LeaseSession session(Connection connection, LeaseTables tables, Duration timeout) throws SQLException {
            return new H2LeaseSession(connection, tables, timeout);
        }

        /** A database in memory or in a file of this JVM, but none of a server. */
        @Override
        public boolean isEmbedded(Connection connection) throws SQLException {
            String url = connection.getMetaData().getURL();
            return !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
        }
    };

    /**
     * Finds the dialect of a database.
     *
     * @param connection a connection
     * @return the dialect
     * @throws SQLException if the connection fails
     * @throws LeaseDatabaseException if the database is another one
     */
    public static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName();
        return switch (product) {
            case "PostgreSQL" -> POSTGRESQL;
            case "H2" -> H2;
            default -> throw new LeaseDatabaseException(product);
        };
    }

    abstract LeaseSession session(Connection connection, LeaseTables tables, Duration timeout) throws SQLException;

    /**
     * Tells whether the database is part of this JVM.
     *
     * @param connection a connection
     * @return true if so
     * @throws SQLException if the connection fails
     */
    public boolean isEmbedded(Connection connection) throws SQLException {
        return false;
    }

    /** {@return the platform, as Spring Boot names it in the names of scripts} */
    public String platform() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The script, in the folder of the API's package. */
    String script() {
        return "/io/github/ppool/cluster/schema-" + platform() + ".sql";
    }
}
