package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.TaskQuery;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The tables of the tasks. */
abstract class TaskSchemaContract extends TaskStoreFixture {

    TaskSchemaContract(TaskDatabases database) {
        super(database);
    }

    private JdbcTaskStore store(String of, SchemaMode mode) {
        return new JdbcTaskStore(dataSource, of, mode, null, false);
    }

    @RepeatedTest(8)
    void the_script_may_run_again_and_by_several_nodes_at_once() throws Exception {
        String own = TaskDatabases.newPrefix();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (Future<Void> done : threads.invokeAll(IntStream.range(0, 8)
                    .<Callable<Void>>mapToObj(i -> () -> {
                        store(own, SchemaMode.ALWAYS).prepare();
                        return null;
                    })
                    .toList())) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        store(own, SchemaMode.NEVER).prepare();
    }

    @Test
    void missing_tables_are_told() {
        assertThatThrownBy(() -> store("none_", SchemaMode.NEVER).prepare())
                .isInstanceOfSatisfying(TaskSchemaException.class, missing -> {
                    assertThat(missing.found()).isNull();
                    assertThat(missing.platform()).isEqualTo(database.platform());
                    assertThat(missing.expected()).isEqualTo(1);
                })
                .hasMessageContaining("the tables of ppool-durable are missing or incomplete");
        jdbc.execute(sql("drop table ppool_rate"));
        assertThatThrownBy(() -> store(prefix, SchemaMode.NEVER).prepare())
                .isInstanceOf(TaskSchemaException.class)
                .hasMessageContaining("missing or incomplete");
    }

    @Test
    void another_version_is_refused() {
        jdbc.execute(sql("update ppool_version set version = 7"));
        assertThatThrownBy(store::prepare)
                .isInstanceOfSatisfying(TaskSchemaException.class, wrong -> assertThat(wrong.found()).isEqualTo(7))
                .hasMessage("the tables of ppool-durable must have the version 1, got: 7");
        jdbc.execute(sql("delete from ppool_version"));
        assertThatThrownBy(() -> store(prefix, SchemaMode.NEVER).prepare())
                .isInstanceOf(TaskSchemaException.class)
                .hasMessage("the table " + prefix + "version has no row with the component durable");
    }

    @Test
    void the_tables_of_an_embedded_database_are_created_by_default() {
        JdbcTaskStore own = store(TaskDatabases.newPrefix(), SchemaMode.EMBEDDED);
        if (database == TaskDatabases.H2) {
            own.prepare();
            assertThat(own.insert(List.of(mail()))).hasSize(1);
        } else {
            assertThatThrownBy(own::prepare).isInstanceOf(TaskSchemaException.class);
        }
    }

    @Test
    void tables_may_be_in_a_schema() {
        String schema = "s" + TaskDatabases.newPrefix();
        jdbc.execute("create schema " + schema);
        JdbcTaskStore own = store(schema + ".x_", SchemaMode.ALWAYS);
        own.prepare();
        own.prepare();
        long id = own.insert(List.of(mail())).get(0).id();
        assertThat(own.list(TaskQuery.ALL, 0, 1)).hasSize(1);
        assertThat(jdbc.queryForObject("select id from " + schema + ".x_task", Long.class)).isEqualTo(id);
        String indexes = database == TaskDatabases.H2
                ? "select count(*) from information_schema.indexes where table_schema = upper(?)"
                        + " and lower(index_name) like 'x_task%'"
                : "select count(*) from pg_indexes where schemaname = ? and indexname like 'x_task%'";
        assertThat(jdbc.queryForObject(indexes, Integer.class, schema)).isGreaterThan(1);
    }

    @Test
    void a_user_without_rights_is_told() {
        if (database == TaskDatabases.POSTGRESQL) {
            String user = "u" + prefix;
            jdbc.execute("create role " + user + " login");
            try (HikariDataSource own = TaskDatabases.like(
                    dataSource, config -> config.setConnectionInitSql("set role " + user))) {
                JdbcTaskStore refused = new JdbcTaskStore(
                        own, TaskDatabases.newPrefix(), SchemaMode.ALWAYS, null, false);
                assertThatThrownBy(refused::prepare)
                        .isInstanceOf(TaskSchemaException.class)
                        .hasMessageContaining("can't be created");
            }
        }
    }

    @Test
    void a_prefix_that_is_no_name_is_refused() {
        for (String wrong : new String[]{"", "a b", "x;drop table y", "a.b.c", "\"q\"", "1a", "a'"}) {
            assertThatThrownBy(() -> store(wrong, SchemaMode.NEVER))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tablePrefix must be the beginning of a table's name")
                    .hasMessageEndingWith("got: " + wrong);
        }
    }
}
