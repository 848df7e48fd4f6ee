package io.github.ppool.benchmarks.durable;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** An empty database, and the connections of an application. */
final class Database implements AutoCloseable {

    /** As many for each library. */
    static final int CONNECTIONS = 20;

    private final Engine engine;
    private final String url;
    private final String user;
    private final @Nullable Postgres server;
    private final HikariDataSource data;
    private final JdbcTemplate jdbc;

    Database(Engine engine, String url, String user, @Nullable Postgres server) {
        this.engine = engine;
        this.url = url;
        this.user = user;
        this.server = server;
        this.data = Engine.connections(url, user, CONNECTIONS);
        this.jdbc = new JdbcTemplate(data);
    }

    boolean isPostgres() {
        return engine == Engine.POSTGRES;
    }

    String url() {
        return url;
    }

    String user() {
        return user;
    }

    HikariDataSource data() {
        return data;
    }

    JdbcTemplate jdbc() {
        return jdbc;
    }

    /** -1 if it is not known. */
    long processorNanos() throws IOException {
        return server == null ? -1 : server.processorNanos();
    }

    /**
     * Copies the only row of a table that meets a condition.
     *
     * @param copies how many
     * @param without columns that the database fills by itself
     * @param changed columns that differ in each copy, with an expression of its number {@code g}
     */
    void copy(String table, String condition, long copies, String without, Map<String, String> changed) {
        List<String> columns = jdbc.queryForList(
                "select column_name from information_schema.columns where table_name = ? and column_name <> ?",
                String.class, table, without).stream().map(column -> Objects.requireNonNull(column)).toList();
        String values = columns.stream()
                .map(column -> changed.getOrDefault(column, column))
                .collect(Collectors.joining(", "));
        jdbc.execute("insert into " + table + " (" + String.join(", ", columns) + ") select " + values + " from "
                + table + ", generate_series(1, " + copies + ") g where " + condition);
    }

    @Override
    public void close() {
        data.close();
    }
}
