package io.github.ppool.cluster.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.jdbc.datasource.init.ScriptException;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** The names and the version of the tables. */
public final class LeaseTables {

    /** The usual beginning of the tables' names; the scripts have it. */
    public static final String PREFIX = "ppool_";

    /** The version of the tables that this library needs. Additions within a major version do not change it. */
    public static final int VERSION = 1;

    static final String COMPONENT = "cluster";

    /** Each attempt finds what another node has made, and the script has five statements. */
    private static final int ATTEMPTS = 10;

    private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,40}");

    private final String prefix;

    LeaseTables(String prefix) {
        Objects.requireNonNull(prefix, "tablePrefix must not be null");
        if (!NAME.matcher(prefix).matches()) {
            throw new IllegalArgumentException("tablePrefix must be the beginning of a table's name, of letters, digits"
                    + " and _, after a schema's name and a point or without it, got: " + prefix);
        }
        this.prefix = prefix;
    }

    /** The statement with the names of the tables; it is written with the usual prefix. */
    String sql(String statement) {
        return prefix.equals(PREFIX) ? statement : statement.replace(PREFIX, prefix);
    }

    /**
     * Runs the script of the dialect in one transaction. H2 has no lock that keeps several nodes apart, so a node that
     * meets another one runs the script again.
     */
    void create(Connection connection, Dialect dialect) throws SQLException {
        ClassPathResource script = new ClassPathResource(dialect.script(), LeaseTables.class);
        String text;
        try {
            text = sql(script.getContentAsString(StandardCharsets.UTF_8));
        } catch (java.io.IOException unreadable) {
            throw new LeaseStoreException("the script " + dialect.script() + " can't be read", unreadable);
        }
        EncodedResource statements = new EncodedResource(
                new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), dialect.script()),
                StandardCharsets.UTF_8);
        connection.setAutoCommit(false);
        for (int attempt = 1;; attempt++) {
            try {
                ScriptUtils.executeSqlScript(connection, statements);
                connection.commit();
                return;
            } catch (SQLException | ScriptException failed) {
                connection.rollback();
                if (attempt == ATTEMPTS || !SqlFailures.isThere(failed)) {
                    throw failed;
                }
            }
        }
    }
}
