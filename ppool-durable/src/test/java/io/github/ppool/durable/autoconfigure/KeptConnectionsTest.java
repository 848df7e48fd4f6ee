package io.github.ppool.durable.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.TestDatabases;
import io.github.ppool.cluster.store.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The engine's own connections: kept while they are good, never with the traces of a transaction. */
class KeptConnectionsTest {

    private final List<Connection> opened = new ArrayList<>();
    private final ConnectionSource source = TestDatabases.h2(TestDatabases.newH2Url());
    private final KeptConnections kept = new KeptConnections(timeout -> {
        Connection connection = source.open(timeout);
        opened.add(connection);
        return connection;
    }, Duration.ofSeconds(3));
    private final JdbcTemplate jdbc = new JdbcTemplate(kept);

    @Test
    void a_connection_is_used_again() {
        jdbc.execute("create table t (id int)");
        for (int i = 0; i < 10; i++) {
            jdbc.update("insert into t values (?)", i);
        }
        assertThat(opened).hasSize(1);
    }

    @Test
    void a_transaction_leaves_no_trace() throws SQLException {
        jdbc.execute("create table t (id int)");
        TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(kept));
        transactions.executeWithoutResult(status -> {
            jdbc.update("insert into t values (1)");
            status.setRollbackOnly();
        });
        assertThat(jdbc.queryForObject("select count(*) from t", Integer.class)).isZero();
        // Also one that ends in the middle, without its manager.
        Connection connection = kept.getConnection();
        connection.setAutoCommit(false);
        new JdbcTemplate(new org.springframework.jdbc.datasource.SingleConnectionDataSource(connection, true))
                .update("insert into t values (2)");
        assertThat(kept.shouldClose(connection)).isFalse();
        assertThat(kept.getConnection()).isSameAs(connection);
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(kept.shouldClose(connection)).isFalse();
        assertThat(jdbc.queryForObject("select count(*) from t", Integer.class)).isZero();
        assertThat(opened).hasSize(1);
    }

    @Test
    void a_broken_connection_is_replaced() throws SQLException {
        jdbc.execute("create table t (id int)");
        Connection broken = kept.getConnection();
        broken.close();
        assertThat(kept.shouldClose(broken)).isTrue();
        jdbc.execute("select 1");
        assertThat(opened).hasSize(2);
    }

    @Test
    void no_more_than_a_few_are_kept_and_none_after_the_end() throws SQLException {
        List<Connection> many = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            many.add(kept.getConnection());
        }
        assertThat(many.stream().filter(kept::shouldClose)).hasSize(4);
        Connection used = kept.getConnection();
        kept.close();
        assertThat(kept.shouldClose(used)).isTrue();
        assertThat(many.subList(0, 7)).allMatch(KeptConnectionsTest::isClosed);
        used.close();
        for (Connection rest : many) {
            rest.close();
        }
        assertThatThrownBy(() -> kept.getConnection("sa", "hunter2")).isInstanceOf(SQLException.class)
                .hasMessageNotContaining("hunter2");
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
