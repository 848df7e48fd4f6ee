package io.github.ppool.durable.store;

import io.github.ppool.cluster.store.Dialect;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.cluster.store.SqlFailures;
import io.github.ppool.cluster.store.SqlTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.init.ScriptException;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;

/** Creates the tables and checks their version. */
final class TaskSchema {

    private static final String COMPONENT = "durable";

    /** Each column that a statement names, so that an incomplete table is noticed at the start. */
    private static final String ALL_COLUMNS = "select t.id, t.pool, t.name, t.version, t.state, t.priority, t.ageing,"
            + " t.rank, t.ready_at, t.enqueued_at, t.task_key, t.partition_key, t.node, t.claimed_at, t.attempts,"
            + " t.lost, t.plan, t.reason, t.failure, t.percent, t.progress, t.cancelled, t.trace, t.payload,"
            + " t.checkpoint, d.id, d.pool, d.name, d.version, d.task_key, d.enqueued_at, d.ended_at, d.attempts,"
            + " d.outcome, d.reason, s.name, s.last_fire, r.pool, r.partition_key, r.used, r.turn, r.seen, r.free_at,"
            + " p.id, p.node, p.attempt, p.percent, p.progress from ppool_task t, ppool_task_done d, ppool_schedule s,"
            + " ppool_rate r, ppool_task_progress p where 1 = 0";

    /** The columns that only H2 has. */
    private static final String COLUMNS_OF_H2 = "select t.place, t.line, t.long_payload, t.long_checkpoint, k.task_key,"
            + " k.name, k.id from ppool_task t, ppool_task_key k where 1 = 0";

    /** The findings at the first connection. */
    record Found(Dialect dialect, boolean autoCommits) {}

    private final DataSource dataSource;
    private final SqlTables tables;
    private final SchemaMode mode;

    TaskSchema(DataSource dataSource, SqlTables tables, SchemaMode mode) {
        this.dataSource = dataSource;
        this.tables = tables;
        this.mode = mode;
    }

    /** The connection of a transaction has automatic commits off; then one more connection would tell of the others. */
    Found find() {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        return Objects.requireNonNull(jdbc.execute((ConnectionCallback<Found>) connection -> new Found(
                Dialect.of(connection),
                connection.getAutoCommit() && !DataSourceUtils.isConnectionTransactional(connection, dataSource))));
    }

    /**
     * Runs the script only if a table, a column or an index is missing: a statement that creates an index waits for all
     * transactions that have changed the table, even if the index is there.
     */
    void prepare() {
        try {
            check();
        } catch (TaskSchemaException missing) {
            if (missing.found() != null || mode == SchemaMode.NEVER) {
                throw missing;
            }
            create();
            check();
        }
    }

    /** On a connection of its own, so that the tables exist for others at once. */
    private void create() {
        Dialect dialect = null;
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            dialect = Dialect.of(connection);
            if (mode == SchemaMode.ALWAYS || dialect.isEmbedded(connection)) {
                tables.create(connection, new ClassPathResource(
                        "/io/github/ppool/durable/schema-" + dialect.platform() + ".sql", TaskSchema.class));
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException | ScriptException failed) {
            if (dialect != null && SqlFailures.isRefused(failed)) {
                throw new TaskSchemaException("the tables of ppool-durable can't be created: "
                        + SqlFailures.text(failed), dialect.platform(), null, JdbcTaskStore.VERSION, failed);
            }
            throw translated(failed);
        }
    }

    private static DataAccessException translated(Exception failed) {
        SQLException sql = SqlFailures.sql(failed);
        DataAccessException translated = sql == null
                ? null
                : new SQLExceptionSubclassTranslator().translate("creating the tables of ppool-durable", null, sql);
        return translated != null
                ? translated
                : new org.springframework.dao.DataAccessResourceFailureException(
                        "creating the tables of ppool-durable failed: " + SqlFailures.text(failed), failed);
    }

    private void check() {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        Integer found;
        try {
            found = jdbc.query(
                    tables.sql("select version from ppool_version where component = ?"),
                    rows -> rows.next() ? (Integer) rows.getInt(1) : null,
                    COMPONENT);
            jdbc.query(tables.sql(ALL_COLUMNS), rows -> null);
            if (find().dialect() == Dialect.H2) {
                jdbc.query(tables.sql(COLUMNS_OF_H2), rows -> null);
            }
        } catch (DataAccessException failed) {
            if (SqlFailures.isMissing(failed)) {
                throw schema("the tables of ppool-durable are missing or incomplete: " + SqlFailures.text(failed), null,
                        failed);
            }
            throw failed;
        }
        if (found == null) {
            throw schema("the table ppool_version has no row with the component " + COMPONENT, null, null);
        }
        if (found != JdbcTaskStore.VERSION) {
            throw schema(
                    "the tables of ppool-durable must have the version " + JdbcTaskStore.VERSION + ", got: " + found,
                    found, null);
        }
    }

    private TaskSchemaException schema(String message, @Nullable Integer found, @Nullable Throwable cause) {
        return new TaskSchemaException(
                tables.sql(message), find().dialect().platform(), found, JdbcTaskStore.VERSION, cause);
    }
}
