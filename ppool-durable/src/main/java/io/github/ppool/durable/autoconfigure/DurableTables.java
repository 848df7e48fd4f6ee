package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.beans.DurableStartException;
import io.github.ppool.durable.store.TaskSchemaException;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.spring.boot.PpoolPhases;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Creates and checks the tables before any pool is started. */
final class DurableTables implements SmartLifecycle {

    private static final GuardedLog logger = GuardedLog.of(DurableTables.class);

    private final OwnStore own;
    private final DataSource application;
    private volatile boolean running;

    DurableTables(OwnStore own, DataSource application) {
        this.own = own;
        this.application = application;
    }

    @Override
    public void start() {
        try {
            own.store().prepare();
            checkH2();
        } catch (TaskSchemaException wrong) {
            throw new DurableStartException(sentence(wrong), remedy(wrong), wrong);
        } catch (DataAccessException | SQLException away) {
            // As for the lease: the application starts, and goes on when the database is back.
            logger.warn("the tables of durable tasks can't be checked yet, the database does not answer: {}",
                    FailureText.of(away));
        }
        running = true;
    }

    private void checkH2() throws SQLException {
        Connection connection = DataSourceUtils.doGetConnection(application);
        try {
            H2Database.check(connection);
        } finally {
            DataSourceUtils.releaseConnection(connection, application);
        }
    }

    private static String sentence(RuntimeException failure) {
        String text = String.valueOf(failure.getMessage());
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }

    private static String remedy(TaskSchemaException wrong) {
        String script = "io/github/ppool/durable/schema-" + wrong.platform() + ".sql of ppool-durable";
        Integer found = wrong.found();
        if (found == null) {
            return "Set ppool.durable.initialize-schema to always with a user that may create tables, or run the"
                    + " script " + script + " with the application's migrations.";
        }
        return found > wrong.expected()
                ? "A newer ppool-durable has made the tables. Use that version in all nodes."
                : "Change the tables as the changelog of ppool says, up to the version of the script " + script + ".";
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the lease of the node, before the pools. */
    @Override
    public int getPhase() {
        return PpoolPhases.POOLS - 256;
    }

    /** False, as for the pools: a context that is only paused keeps its tasks. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
