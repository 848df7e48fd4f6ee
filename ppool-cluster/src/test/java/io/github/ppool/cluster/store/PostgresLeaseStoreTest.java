package io.github.ppool.cluster.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.TestDatabases;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresLeaseStoreTest extends JdbcLeaseStoreContract {

    @Override
    ConnectionSource connections() {
        return TestDatabases.postgres();
    }

    @Override
    String platform() {
        return "postgresql";
    }

    @Test
    void embedded_creates_no_table_in_a_server() {
        String own = TestDatabases.newPrefix();
        LeaseStore embedded = new JdbcLeaseStore(connections(), own, SchemaMode.EMBEDDED);
        embedded.prepare(TestDatabases.TIMEOUT);
        try (LeaseSession opened = embedded.open(TestDatabases.TIMEOUT)) {
            assertThatThrownBy(opened::checkSchema).isInstanceOf(LeaseSchemaException.class);
        }
    }

    @Test
    void the_tables_may_be_in_a_schema() {
        TestDatabases.execute(connections(), "create schema if not exists jobs");
        try (LeaseSession opened = TestDatabases.store(connections(), "jobs.x_").open(TestDatabases.TIMEOUT)) {
            opened.checkSchema();
            opened.join(one, LEASE, false);
        }
    }

    @Test
    void a_user_that_may_not_create_tables_is_told_so() {
        LeaseStore store = new JdbcLeaseStore(connections(), "pg_catalog.x_", SchemaMode.ALWAYS);
        assertThatThrownBy(() -> store.prepare(TestDatabases.TIMEOUT))
                .isInstanceOf(LeaseSchemaException.class)
                .hasMessageContaining("can't be created")
                .hasMessageContaining("42501");
    }

    /** A transaction that keeps a permit locked makes no other one wait: the others acquire the next ones. */
    @Test
    void acquire_waits_for_no_lock() throws SQLException {
        session.join(one, LEASE, false);
        session.prepare("a", 3);
        try (Connection other = connections().open(TestDatabases.TIMEOUT);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select * from " + prefix + "permit where slot = 1 for update");
            assertThat(session.acquire(one, "a", 3, 3, false)).extracting(Permit::slot).containsExactlyInAnyOrder(0, 2);
        }
    }

    /** A node that is just renewing, or being taken over by another node, is left out. */
    @Test
    void take_over_waits_for_no_lock() throws SQLException {
        session.join(one, LEASE, false);
        session.join(two, LEASE, false);
        pass(LEASE.plusSeconds(1));
        try (Connection other = connections().open(TestDatabases.TIMEOUT);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select * from " + prefix + "node where name = 'one' for update");
            assertThat(session.takeOver(5, Duration.ZERO)).containsExactly(two);
            other.rollback();
            assertThat(session.takeOver(5, Duration.ZERO)).isEqualTo(List.of(one));
        }
    }
}
