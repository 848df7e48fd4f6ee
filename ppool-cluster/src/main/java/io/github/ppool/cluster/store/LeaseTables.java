package io.github.ppool.cluster.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.core.io.ClassPathResource;

/** The names and the version of the tables. */
public final class LeaseTables {

    /** The usual beginning of the tables' names; the scripts have it. */
    public static final String PREFIX = SqlTables.PREFIX;

    /** The version of the tables that this library needs. Additions within a major version do not change it. */
    public static final int VERSION = 1;

    static final String COMPONENT = "cluster";

    private final SqlTables names;

    LeaseTables(String prefix) {
        this.names = new SqlTables(prefix);
    }

    /** The statement with the names of the tables; it is written with the usual prefix. */
    String sql(String statement) {
        return names.sql(statement);
    }

    /** Runs the script of the dialect. */
    void create(Connection connection, Dialect dialect) throws SQLException {
        names.create(connection, new ClassPathResource(dialect.script(), LeaseTables.class));
    }
}
