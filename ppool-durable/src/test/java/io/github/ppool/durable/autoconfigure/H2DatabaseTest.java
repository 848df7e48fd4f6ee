package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A committed task in an H2 file is on the disk, and a setting that would lose tasks is told at the start. */
@ExtendWith(OutputCaptureExtension.class)
class H2DatabaseTest {

    @TempDir
    private Path folder;

    private static String delay(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet setting = statement.executeQuery("select setting_value from information_schema.settings"
                        + " where setting_name = 'WRITE_DELAY'")) {
            assertThat(setting.next()).isTrue();
            return setting.getString(1);
        }
    }

    @Test
    void the_delay_of_writes_is_ended_for_good(CapturedOutput output) throws SQLException {
        String url = "jdbc:h2:async:" + folder.resolve("tasks");
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            assertThat(delay(connection)).isEqualTo("500");
            H2Database.check(connection);
            assertThat(delay(connection)).isEqualTo("0");
        }
        try (Connection connection = DriverManager.getConnection(url, "sa", "")) {
            assertThat(delay(connection)).isEqualTo("0");
            H2Database.check(connection);
        }
        assertThat(output).doesNotContain("WARN");
    }

    @Test
    void a_user_who_may_not_change_it_is_told_the_url(CapturedOutput output) throws SQLException {
        String url = "jdbc:h2:async:" + folder.resolve("tasks");
        try (Connection admin = DriverManager.getConnection(url, "sa", "");
                Statement statement = admin.createStatement()) {
            statement.execute("create user plain password 'plain'");
            try (Connection connection = DriverManager.getConnection(url, "plain", "plain")) {
                H2Database.check(connection);
                assertThat(delay(connection)).isEqualTo("500");
            }
        }
        assertThat(output).contains("WARN").contains("add ;WRITE_DELAY=0 to the URL");
    }

    @Test
    void a_file_that_an_interrupt_closes_is_warned_of(CapturedOutput output) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("tasks"), "sa", "")) {
            H2Database.check(connection);
            assertThat(delay(connection)).isEqualTo("0");
        }
        assertThat(output).contains("is not opened as async").contains(
                "jdbc:h2:async:./tasks;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
    }

    @Test
    void a_database_in_memory_is_warned_of(CapturedOutput output) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:", "sa", "")) {
            H2Database.check(connection);
        }
        assertThat(output).contains("none of them survives this JVM");
    }
}
