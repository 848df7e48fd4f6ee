package io.github.ppool.cluster.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Makes connections to the database of the cluster: each call a new one, not from a pool that others use. */
@FunctionalInterface
public interface ConnectionSource {

    /**
     * Opens a connection.
     *
     * @param timeout the longest time that the opening, and each wait for the server later, may take
     * @return the connection, to be closed by the caller
     * @throws SQLException if the database can't be reached
     */
    Connection open(Duration timeout) throws SQLException;
}
