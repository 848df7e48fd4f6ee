package io.github.ppool.cluster.store;

import io.github.ppool.guard.VisibleText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.jdbc.datasource.init.ScriptException;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/** The names of a library's tables, and the script that creates them. Not for applications. An immutable value. */
public final class SqlTables {

    /** The usual beginning of the tables' names; the scripts have it. */
    public static final String PREFIX = "ppool_";

    /** Each attempt finds the tables that another node has made, and the scripts have fewer statements. */
    private static final int ATTEMPTS = 20;

    private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,40}");

    /** The longest part of a wrong prefix in a message. */
    private static final int LONGEST_SHOWN = 100;

    private static final String INDEX = "index if not exists ";

    private final String prefix;

    /**
     * New names.
     *
     * @param prefix the beginning of the tables' names, as a rule {@link #PREFIX}
     * @throws IllegalArgumentException if the prefix can't be part of a name in SQL
     */
    public SqlTables(String prefix) {
        Objects.requireNonNull(prefix, "tablePrefix must not be null");
        if (!NAME.matcher(prefix).matches()) {
            throw new IllegalArgumentException("tablePrefix must be the beginning of a table's name, of letters, digits"
                    + " and _, after a schema's name and a point or without it, got: "
                    + VisibleText.of(prefix.length() <= LONGEST_SHOWN
                            ? prefix
                            : prefix.substring(0, LONGEST_SHOWN)
                                    + "…"));
        }
        this.prefix = prefix;
    }

    /**
     * Puts the names of the tables into a statement.
     *
     * @param statement a statement that is written with the usual prefix
     * @return the statement with the prefix of these names
     */
    public String sql(String statement) {
        return prefix.equals(PREFIX) ? statement : statement.replace(PREFIX, prefix);
    }

    /**
     * Runs a script in one transaction. H2 has no lock that keeps several nodes apart, so a node that meets another one
     * runs the script again. The connection is left without automatic commits.
     *
     * @param connection the connection
     * @param script the script, which may run again
     * @throws SQLException if the database fails
     * @throws ScriptException if a statement of the script fails
     * @throws LeaseStoreException if the script can't be read
     */
    public void create(Connection connection, Resource script) throws SQLException {
        String text;
        try {
            text = script(script.getContentAsString(StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new LeaseStoreException("the script " + script.getFilename() + " can't be read", unreadable);
        }
        EncodedResource statements = new EncodedResource(
                new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8), String.valueOf(script.getFilename())),
                StandardCharsets.UTF_8);
        connection.setAutoCommit(false);
        for (int attempt = 1;; attempt++) {
            try {
                ScriptUtils.executeSqlScript(connection, statements);
                connection.commit();
                return;
            } catch (SQLException | ScriptException failed) {
                rollBack(connection, failed);
                if (attempt == ATTEMPTS || !SqlFailures.isThere(failed)) {
                    throw failed;
                }
            }
        }
    }

    private static void rollBack(Connection connection, Exception failed) {
        try {
            connection.rollback();
        } catch (SQLException broken) {
            SqlFailures.suppress(failed, broken);
        }
    }

    /** An index is in the schema of its table, so its name has no schema. */
    private String script(String text) {
        return sql(text.replace(INDEX + PREFIX, INDEX + prefix.substring(prefix.indexOf('.') + 1)));
    }
}
