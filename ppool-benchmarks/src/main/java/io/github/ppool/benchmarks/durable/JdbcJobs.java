package io.github.ppool.benchmarks.durable;

import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.store.JdbcTaskStore;
import java.util.Collections;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Inserts into the table of ppool-durable by hand, with the columns that a task without options has. */
final class JdbcJobs implements Jobs {

    private static final String INSERT = "insert into ppool_task (pool, name, version, state, priority, rank, ageing,"
            + " ready_at, enqueued_at, payload, attempts, lost)"
            + " values (?, ?, ?, ?, ?, now(), ?, now(), now(), ?, 0, 0)";

    private final Database database;
    private final TransactionTemplate transactions;

    JdbcJobs(Database database) {
        this.database = database;
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database.data()));
        new JdbcTaskStore(database.data(), "ppool_", SchemaMode.ALWAYS, null, false).prepare();
    }

    private static Object[] values(long number) {
        return new Object[]{"office", "noop", 1, 0, 0, 60_000L, Long.toString(number)};
    }

    @Override
    public void handOver(int tasks, int batch) {
        for (int i = 0; i < tasks; i += batch) {
            if (batch == 1) {
                handOverOne(i);
            } else {
                Object[] values = values(i);
                transactions.executeWithoutResult(
                        status -> database.jdbc().batchUpdate(INSERT, Collections.nCopies(batch, values)));
            }
        }
    }

    @Override
    public void handOverOne(long number) {
        database.jdbc().update(INSERT, values(number));
    }

    @Override
    public void addWaiting(long tasks) {
        throw new UnsupportedOperationException("not measured");
    }

    @Override
    public void start(int nodes) {
        throw new UnsupportedOperationException("no node");
    }

    @Override
    public void close() {
        // holds no resource of its own
    }
}
