package io.github.ppool.cluster.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.TestDatabases;
import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2LeaseStoreTest extends JdbcLeaseStoreContract {

    private final String url = TestDatabases.newH2Url();

    @Override
    ConnectionSource connections() {
        return TestDatabases.h2(url);
    }

    @Override
    String platform() {
        return "h2";
    }

    @Test
    void embedded_creates_the_tables_in_memory_and_in_a_file(@TempDir Path folder) {
        for (String embedded : new String[]{TestDatabases.newH2Url(), "jdbc:h2:file:" + folder.resolve("cluster")}) {
            LeaseStore store = new JdbcLeaseStore(TestDatabases.h2(embedded), "ppool_", SchemaMode.EMBEDDED);
            store.prepare(TestDatabases.TIMEOUT);
            try (LeaseSession opened = store.open(TestDatabases.TIMEOUT)) {
                opened.checkSchema();
            }
        }
    }

    @Test
    void embedded_creates_no_table_in_a_server(@TempDir Path folder) throws SQLException {
        Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", folder.toString()).start();
        try {
            ConnectionSource remote = TestDatabases.h2("jdbc:h2:tcp://localhost:" + server.getPort() + "/x");
            LeaseStore store = new JdbcLeaseStore(remote, "ppool_", SchemaMode.EMBEDDED);
            store.prepare(TestDatabases.TIMEOUT);
            try (LeaseSession opened = store.open(TestDatabases.TIMEOUT)) {
                assertThatThrownBy(opened::checkSchema).isInstanceOf(LeaseSchemaException.class);
            }
        } finally {
            server.stop();
        }
    }
}
