package com.example.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Nodes in virtual machines of their own on a real PostgreSQL: the database has their effects, with times of its clock.
 */
@Timeout(600)
class TakeOverInVirtualMachinesTest {

    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(150); // a node is an application that starts

    private static EmbeddedPostgres postgres;
    private static int databases;

    private final List<Process> nodes = new ArrayList<>();
    private String name;
    private JdbcTemplate database;

    @TempDir
    Path folder;

    @BeforeAll
    static void startDatabase() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopDatabase() throws IOException {
        postgres.close();
    }

    /**
     * A database for each test: the server may still have a statement of a killed node to run, with a token that is
     * higher than those of new tables. The guard would let no effect of the next test through.
     */
    @BeforeEach
    void tables() {
        name = "test" + ++databases;
        new JdbcTemplate(postgres.getPostgresDatabase()).execute("create database " + name);
        database = new JdbcTemplate(postgres.getDatabase("postgres", name));
        database.execute("create table effect (node text, token bigint, at timestamptz)");
        database.execute("create table guard as select 0::bigint as token");
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process node : nodes) {
            node.destroyForcibly().waitFor();
        }
    }

    private Process start(String node) throws IOException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EffectsApplication.class.getName(),
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", name),
                "--ppool.cluster.node-name=" + node,
                "--ppool.cluster.lease=" + LEASE.toSeconds() + "s",
                "--ppool.cluster.initialize-schema=always",
                "--spring.main.banner-mode=off")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(node + ".log").toFile())
                .start();
        nodes.add(process);
        return process;
    }

    private String log(String node) {
        try {
            return Files.readString(folder.resolve(node + ".log"));
        } catch (IOException failed) {
            return String.valueOf(failed);
        }
    }

    private int effects(String node) {
        return Objects.requireNonNull(
                database.queryForObject("select count(*) from effect where node = ?", Integer.class, node));
    }

    private void awaitEffects(String node) {
        await().atMost(PATIENCE).alias("effects of " + node)
                .untilAsserted(() -> assertThat(effects(node) > 0 || hasEnded(node)).as(() -> log(node)).isTrue());
        assertThat(effects(node)).as(() -> log(node)).isPositive();
    }

    private boolean hasEnded(String node) {
        return log(node).contains("APPLICATION FAILED TO START");
    }

    private void awaitReady(String node) {
        await().atMost(PATIENCE).alias("start of " + node)
                .until(() -> log(node).contains("Started EffectsApplication"));
    }

    private Instant first(String node) {
        return time("select min(at) from effect where node = ?", node);
    }

    private Instant last(String node) {
        return time("select max(at) from effect where node = ?", node);
    }

    private Instant time(String query, Object... arguments) {
        return Objects.requireNonNull(database.queryForObject(query, Timestamp.class, arguments)).toInstant();
    }

    private void assertThatTheEffectsDoNotOverlap(String before, String after) {
        assertThat(first(after)).isAfter(last(before));
        assertThat(database.queryForList("select distinct token from effect where node = ?", Long.class, before))
                .hasSize(1)
                .first()
                .satisfies(token -> assertThat(
                        database.queryForObject("select min(token) from effect where node = ?", Long.class, after))
                        .isGreaterThan(token));
    }

    @Test
    void after_kill_9_another_node_goes_on_within_one_point_two_leases_and_their_effects_never_overlap()
            throws Exception {
        Process first = start("first");
        awaitEffects("first");
        start("second");
        awaitReady("second");
        assertThat(effects("second")).isZero();

        Instant killed = time("select clock_timestamp()");
        first.destroyForcibly().waitFor(); // SIGKILL
        awaitEffects("second");

        assertThatTheEffectsDoNotOverlap("first", "second");
        Instant taken = time("select since from ppool_permit where name = 'singleton:effects'");
        assertThat(Duration.between(killed, taken)).isLessThanOrEqualTo(LEASE.multipliedBy(12).dividedBy(10));
    }

    @Test
    void after_an_orderly_stop_another_node_goes_on_without_a_wait_for_the_lease() throws Exception {
        Process first = start("first");
        awaitEffects("first");
        start("second");
        awaitReady("second");

        first.toHandle().destroy(); // SIGTERM
        first.waitFor();
        awaitEffects("second");

        assertThatTheEffectsDoNotOverlap("first", "second");
        Instant taken = time("select since from ppool_permit where name = 'singleton:effects'");
        // the next heartbeat of the other node
        assertThat(Duration.between(last("first"), taken)).isLessThan(LEASE);
    }

    @Test
    void a_node_that_was_stopped_and_goes_on_ends_its_loop_and_has_the_smaller_token() throws Exception {
        Process first = start("first");
        awaitEffects("first");
        start("second");
        awaitReady("second");

        signal(first, "STOP");
        awaitEffects("second");
        int before = effects("first");
        signal(first, "CONT");
        await().atMost(PATIENCE).until(() -> log("first").contains("has lost its lease"));
        int others = effects("second");
        await().atMost(PATIENCE).until(() -> effects("second") > others + 20);

        assertThat(effects("first")).isEqualTo(before);
        assertThatTheEffectsDoNotOverlap("first", "second");
    }

    private static void signal(Process node, String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(node.pid())).inheritIO().start();
        assertThat(kill.waitFor()).isZero();
    }
}
