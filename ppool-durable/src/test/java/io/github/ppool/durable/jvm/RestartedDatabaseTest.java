package io.github.ppool.durable.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.TestDatabases;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A database of the test's own that is stopped under load and started again. */
@DisabledOnOs(OS.WINDOWS) // the nodes get signals
@Execution(ExecutionMode.CONCURRENT)
class RestartedDatabaseTest {

    @Test
    void the_queue_goes_on_when_the_database_is_back(@TempDir Path folder) throws Exception {
        restart(folder, Duration.ofSeconds(4));
    }

    @Test
    @Tag("slow")
    void the_queue_goes_on_when_the_database_is_back_after_a_minute(@TempDir Path folder) throws Exception {
        restart(folder, Duration.ofMinutes(1));
    }

    private static void restart(Path folder, Duration away) throws Exception {
        int port = TestDatabases.freePort();
        EmbeddedPostgres database = start(folder, port);
        try (Nodes nodes = new Nodes(port, "ppool_")) {
            nodes.start(options -> options.rate(30).plan("[restart*1000]"));
            nodes.startAndAwait(options -> options.rate(30).plan("[restart*1000]"));
            await().atMost(Duration.ofSeconds(50)).until(() -> nodes.tables.effects() > 50);
            database.close();
            Thread.sleep(away.toMillis()); // the database is away for so long
            database = start(folder, port);
            long before = nodes.tables.effects();
            await().atMost(Nodes.LEASE.multipliedBy(20)).until(() -> nodes.tables.effects() > before + 50);
            nodes.sendAll("quiet");
            nodes.awaitDone(Nodes.LEASE.multipliedBy(20));
            assertThat(nodes.tables.orders()).isGreaterThan(100);
            nodes.assertPromises();
        } finally {
            database.close();
        }
    }

    private static EmbeddedPostgres start(Path folder, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "100")
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }
}
