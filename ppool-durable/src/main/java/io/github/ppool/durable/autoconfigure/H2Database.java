package io.github.ppool.durable.autoconfigure;

import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The settings that an H2 database needs so that a committed task survives a kill of its JVM. H2 writes commits up to
 * half a second later unless its delay of writes is zero. It closes a file when a thread that uses it is interrupted,
 * unless the file is opened as {@code async}.
 */
final class H2Database {

    private static final GuardedLog logger = GuardedLog.of(H2Database.class);
    private static final String H2 = "jdbc:h2:";
    private static final String EXAMPLE = "jdbc:h2:async:./tasks;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";

    private H2Database() {}

    /** Ends the delay of writes, and warns of other settings. Has no effect with another database. */
    static void check(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        if (url == null || !url.startsWith(H2)) {
            return;
        }
        String place = url.substring(H2.length());
        if (place.startsWith("mem:")) {
            logger.warn("durable tasks are in an H2 database in memory: none of them survives this JVM; use a file ({})"
                    + " or PostgreSQL", EXAMPLE);
            return;
        }
        if (!place.startsWith("async:") && !place.startsWith("tcp:") && !place.startsWith("ssl:")) {
            logger.warn("the H2 file of the durable tasks is not opened as async: H2 closes it when a worker is"
                    + " interrupted; use a URL such as {}", EXAMPLE);
        }
        endDelay(connection);
    }

    private static void endDelay(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            if (!isDelayed(statement)) {
                return;
            }
            statement.execute("set write_delay 0");
        } catch (SQLException refused) {
            logger.warn("H2 writes the commits of durable tasks later, and a kill loses them; add ;WRITE_DELAY=0 to the"
                    + " URL, since this user may not change it: {}", FailureText.of(refused));
        }
    }

    private static boolean isDelayed(Statement statement) throws SQLException {
        try (ResultSet setting = statement.executeQuery(
                "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'")) {
            return !setting.next() || !"0".equals(setting.getString(1));
        }
    }
}
