package io.github.ppool.cluster.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.cluster.TestDatabases;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The rules of a store in a database. */
abstract class JdbcLeaseStoreContract extends LeaseStoreContract {

    final String prefix = TestDatabases.newPrefix();

    abstract ConnectionSource connections();

    abstract String platform();

    @Override
    LeaseStore newStore() {
        return TestDatabases.store(connections(), prefix);
    }

    /** Moves all times of the tables into the past: to them it is the same as if the clock had gone on. */
    @Override
    void pass(Duration time) {
        TestDatabases.execute(
                connections(),
                "update " + prefix + "node set since = since - interval '" + time.toSeconds()
                        + "' second, expires = expires - interval '" + time.toSeconds() + "' second",
                "update " + prefix + "permit set rests_until = rests_until - interval '" + time.toSeconds()
                        + "' second",
                "update " + prefix + "broadcast set begin_until = begin_until - interval '" + time.toSeconds()
                        + "' second, kept_until = kept_until - interval '" + time.toSeconds() + "' second");
    }

    @RepeatedTest(10)
    void the_script_may_run_again_and_by_several_nodes_at_once() throws Exception {
        String own = TestDatabases.newPrefix();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            var all = threads.invokeAll(IntStream.range(0, 8)
                    .<Callable<LeaseStore>>mapToObj(i -> () -> TestDatabases.store(connections(), own))
                    .toList());
            for (Future<LeaseStore> done : all) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        try (LeaseSession opened = TestDatabases.store(connections(), own).open(TestDatabases.TIMEOUT)) {
            opened.checkSchema();
        }
    }

    @Test
    void missing_tables_are_told() {
        LeaseStore none = new JdbcLeaseStore(connections(), "none_", SchemaMode.NEVER);
        try (LeaseSession opened = none.open(TestDatabases.TIMEOUT)) {
            assertThatThrownBy(opened::checkSchema)
                    .isInstanceOfSatisfying(LeaseSchemaException.class, missing -> {
                        assertThat(missing.found()).isNull();
                        assertThat(missing.platform()).isEqualTo(platform());
                        assertThat(missing.expected()).isEqualTo(1);
                    })
                    .hasMessageContaining("missing or incomplete");
        }
    }

    @Test
    void tables_that_are_not_complete_are_told() {
        TestDatabases.execute(connections(), "drop table " + prefix + "wish");
        assertThatThrownBy(session::checkSchema)
                .isInstanceOf(LeaseSchemaException.class)
                .hasMessageContaining("missing or incomplete");
    }

    @Test
    void another_version_is_refused() {
        TestDatabases.execute(connections(), "update " + prefix + "version set version = 7");
        assertThatThrownBy(session::checkSchema)
                .isInstanceOfSatisfying(LeaseSchemaException.class, wrong -> assertThat(wrong.found()).isEqualTo(7))
                .hasMessage("the tables of ppool-cluster must have the version 1, got: 7");
        TestDatabases.execute(connections(), "delete from " + prefix + "version");
        assertThatThrownBy(session::checkSchema)
                .isInstanceOf(LeaseSchemaException.class)
                .hasMessage("the table " + prefix + "version has no row with the component cluster");
    }

    @Test
    void a_prefix_that_is_no_name_is_refused() {
        for (String wrong : new String[]{"", "a b", "x;drop table y", "a.b.c", "\"q\"", "1a", "a'"}) {
            assertThatThrownBy(() -> new JdbcLeaseStore(connections(), wrong, SchemaMode.NEVER))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tablePrefix must be the beginning of a table's name")
                    .hasMessageEndingWith("got: " + wrong);
        }
    }
}
