package io.github.ppool.durable.store;

import io.github.ppool.cluster.store.Dialect;
import io.github.ppool.cluster.store.SqlFailures;
import io.github.ppool.cluster.store.SqlTables;
import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The connections of a store: statements, transactions, names and the clock.
 *
 * <p>A call joins the transaction that any manager has bound to the {@code DataSource}, JPA's too. A
 * {@code DataSourceTransactionManager} would not join the transaction of another manager, but commit its connection.
 * Only a transaction of its own is run again when another one has crossed it.
 */
final class TaskDatabase {

    /** The attempts at a transaction that meets others. */
    private static final int ATTEMPTS = 5;

    final Dialect dialect;

    /**
     * For statements that search: PostgreSQL plans each call anew by the table's present size. The plan that a prepared
     * statement keeps may stem from the empty table, and would read the whole of it later.
     */
    final JdbcTemplate jdbc;

    /** For statements without a search. The driver may prepare them. */
    final JdbcTemplate prepared;

    private final DataSource dataSource;
    private final SqlTables tables;
    private final @Nullable Supplier<Instant> clock;
    private final TransactionTemplate transactions;
    private final boolean autoCommits;

    TaskDatabase(
            DataSource dataSource,
            SqlTables tables,
            Dialect dialect,
            boolean autoCommits,
            @Nullable Supplier<Instant> clock) {
        this.dataSource = dataSource;
        this.tables = tables;
        this.dialect = dialect;
        this.autoCommits = autoCommits;
        this.clock = clock;
        this.prepared = new JdbcTemplate(dataSource);
        this.jdbc = new Planned(dataSource);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    /** The statement with the names of the tables; it is written with the usual prefix. */
    String sql(String statement) {
        return tables.sql(statement);
    }

    /** The expression for the present time of the store, the same in all of a statement. */
    String now() {
        if (clock == null) {
            return dialect == Dialect.POSTGRESQL ? "statement_timestamp()" : "current_timestamp(9)";
        }
        Instant now = Objects.requireNonNull(clock.get(), "the clock of the tasks must not return null");
        return "timestamp with time zone '" + now.toString().replace('T', ' ').replace("Z", "+00:00") + "'";
    }

    /** The expression for a time and a number of milliseconds after it. */
    String plus(String time, String millis) {
        return dialect == Dialect.POSTGRESQL
                ? "(" + time + " + (" + millis + ") * interval '1 millisecond')"
                : "dateadd(millisecond, " + millis + ", " + time + ")";
    }

    /** The expression for the microseconds between two times; on PostgreSQL by floating point, which costs less. */
    String micros(String from, String to) {
        return dialect == Dialect.POSTGRESQL
                ? "(date_part('epoch', " + to + " - " + from + ") * 1000000)::bigint"
                : "datediff(microsecond, " + from + ", " + to + ")";
    }

    /** The present time of the store; on PostgreSQL that of the moment, in a longer transaction too. */
    Instant time() {
        return Objects.requireNonNull(jdbc.queryForObject("select " + now(), OffsetDateTime.class)).toInstant();
    }

    /** Reads the ids in the first column. */
    List<Long> longs(String statement, Object... arguments) {
        return jdbc.query(sql(statement), (row, number) -> row.getLong(1), arguments);
    }

    /** Reads the texts in the first column, which are not null. */
    List<String> strings(String statement, Object... arguments) {
        return jdbc.query(sql(statement), (row, number) -> Objects.requireNonNull(row.getString(1)), arguments);
    }

    /** Each id once: H2 refuses to change a row twice in a statement. */
    static SqlArrayValue ids(Collection<Long> ids) {
        return new SqlArrayValue("bigint", ids.stream().distinct().sorted().toArray());
    }

    static OffsetDateTime time(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    /** Runs the work of a call, which is one statement. */
    <T> T call(Supplier<T> work) {
        if (joins()) {
            return work.get();
        }
        return autoCommits ? again(work) : again(() -> begin(work));
    }

    /** Runs several statements as one transaction. */
    <T> T transaction(Supplier<T> work) {
        return joins() ? work.get() : again(() -> begin(work));
    }

    /** Whether the calls of this thread are part of a transaction. */
    boolean joins() {
        return TransactionSynchronizationManager.isActualTransactionActive()
                && TransactionSynchronizationManager.getResource(dataSource) instanceof ConnectionHolder
                && Boolean.FALSE.equals(prepared.execute(
                        (ConnectionCallback<Boolean>) connection -> connection.getAutoCommit()));
    }

    @SuppressWarnings("NullAway") // the work decides whether there is a result
    private <T> T begin(Supplier<T> work) {
        try {
            return transactions.execute(status -> work.get());
        } catch (TransactionException failed) {
            throw new DataAccessResourceFailureException(
                    "a transaction of the tasks failed: " + SqlFailures.text(failed), failed);
        }
    }

    /** Runs a transaction again that has failed because of another one beside it. The failed one has had no effect. */
    private static <T> T again(Supplier<T> transaction) {
        for (int attempt = 1;; attempt++) {
            try {
                return transaction.get();
            } catch (DataAccessException failed) {
                if (attempt == ATTEMPTS || !SqlFailures.isCrossed(failed)) {
                    throw failed;
                }
            }
        }
    }

    /** Statements whose plan is made for each call. */
    private static final class Planned extends JdbcTemplate {

        Planned(DataSource dataSource) {
            super(dataSource);
        }

        @Override
        protected void applyStatementSettings(Statement statement) throws SQLException {
            super.applyStatementSettings(statement);
            PostgresDriver.planAnew(statement);
        }
    }

    /** PostgreSQL's driver, which is there in some applications only. */
    private static final class PostgresDriver {

        private static final String STATEMENT = "org.postgresql.PGStatement";

        private static final @Nullable Method THRESHOLD = threshold();

        private PostgresDriver() {}

        private static @Nullable Method threshold() {
            ClassLoader loader = TaskDatabase.class.getClassLoader();
            return ClassUtils.isPresent(STATEMENT, loader)
                    ? ClassUtils.getMethod(ClassUtils.resolveClassName(STATEMENT, loader), "setPrepareThreshold",
                            int.class)
                    : null;
        }

        /** Lets the database plan each call of a statement anew, if it is one of PostgreSQL's. */
        static void planAnew(Statement statement) throws SQLException {
            Method threshold = THRESHOLD;
            if (threshold != null && statement.isWrapperFor(threshold.getDeclaringClass())) {
                ReflectionUtils.invokeMethod(threshold, statement.unwrap(threshold.getDeclaringClass()), 0);
            }
        }
    }
}
