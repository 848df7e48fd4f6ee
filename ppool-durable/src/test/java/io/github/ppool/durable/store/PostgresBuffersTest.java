package io.github.ppool.durable.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.durable.store.Claim.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The buffers that claims read of the table and its indexes, by the counts of PostgreSQL. Their number is bounded for
 * each content of the table. The
 * statistics of the planner are missing or wrong, and an old transaction keeps all that was removed since.
 */
@Timeout(600)
class PostgresBuffersTest {

    private static final int LIMIT = 20;

    /** A claim finds each row, writes it, and writes its entries in two indexes: about 200 for 20 rows. */
    private static final long MOST = 20L * LIMIT;

    private final String prefix = TaskDatabases.newPrefix();
    private HikariDataSource dataSource;
    private HikariDataSource others;
    private JdbcTemplate jdbc;
    private JdbcTaskStore store;
    private Connection old;

    @BeforeEach
    void open() throws SQLException {
        others = TaskDatabases.POSTGRESQL.open(2);
        dataSource = TaskDatabases.like(others, config -> config.setMaximumPoolSize(1));
        jdbc = new JdbcTemplate(dataSource);
        store = new JdbcTaskStore(dataSource, prefix, SchemaMode.ALWAYS, null, false);
        store.prepare();
        execute("alter table ppool_task set (autovacuum_enabled = false)");
        old = others.getConnection();
        old.setAutoCommit(false);
        old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        old.createStatement().execute("select count(*) from " + prefix + "schedule");
    }

    @AfterEach
    void close() throws SQLException {
        old.rollback();
        old.close();
        jdbc.execute("drop table " + prefix + "task");
        others.close();
        dataSource.close();
    }

    private void execute(String statement) {
        jdbc.execute(statement.replace("ppool_", prefix));
    }

    private void fill(String name, int state, int priorities, int count, String readyAt) {
        execute("insert into ppool_task (pool, name, version, state, priority, ageing, rank, ready_at, enqueued_at,"
                + " payload) select 'smtp', '" + name + "', 1, " + state + ", p, 60000, t - p * interval '1 minute', t,"
                + " now(), '{}' from (select g % " + priorities + " as p, " + readyAt
                + " as t from generate_series(1, " + count + ") as s(g)) x");
    }

    private long buffers() {
        jdbc.queryForList("select pg_stat_force_next_flush()");
        return Objects.requireNonNull(jdbc.queryForObject(
                "select heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit + coalesce(toast_blks_read, 0)"
                        + " + coalesce(toast_blks_hit, 0) from pg_statio_user_tables where relname = ?",
                Long.class, prefix + "task"));
    }

    private List<ClaimedTask> claim(Kind... kinds) {
        return store.claim(new Claim(TaskStoreFixture.A, "smtp", Set.of(kinds), LIMIT, null)).tasks();
    }

    /** The greatest number of buffers of a claim. */
    private long claims(int count, boolean complete, int expected, Kind... kinds) {
        long most = 0;
        for (int i = 0; i < count; i++) {
            long before = buffers();
            List<ClaimedTask> claimed = claim(kinds);
            most = Math.max(most, buffers() - before);
            assertThat(claimed).hasSize(expected);
            if (complete) {
                assertThat(store.complete(TaskStoreFixture.A, TaskStoreFixture.ids(claimed))).hasSize(expected);
            }
        }
        return most;
    }

    private void waitingRowsCostNothing(int rows) {
        Kind[] kinds = {new Kind("mail", 1), new Kind("sms", 1), new Kind("fax", 1)};
        fill("mail", 3, 3, rows / 2, "now() + interval '1 day' + g * interval '1 second'");
        fill("unknown", 0, 3, rows / 2, "now() - g * interval '1 second'");
        assertThat(claims(10, false, 0, kinds[0])).isLessThan(60);
        assertThat(claims(10, false, 0, kinds)).isLessThan(120);
        fill("mail", 0, 3, 1_000, "now()");
        fill("sms", 0, 3, 1_000, "now()");
        assertThat(claims(10, true, LIMIT, kinds[0])).isLessThan(MOST);
        assertThat(claims(10, true, LIMIT, kinds)).isLessThan(MOST);
        // Statistics that say: all rows are ready tasks of one kind. And then: the table is nearly empty.
        execute("analyze ppool_task");
        fill("other", 0, 1, 2_000, "now()");
        assertThat(claims(10, true, LIMIT, kinds[0])).isLessThan(MOST);
        assertThat(claims(10, true, LIMIT, kinds)).isLessThan(MOST);
        long before = buffers();
        assertThat(store.backlog(100)).containsKey("smtp");
        assertThat(store.stage(100).ready()).isEmpty();
        assertThat(store.claimants()).isEmpty();
        assertThat(buffers() - before).isLessThan(3_000);
    }

    @Test
    void delayed_and_unknown_tasks_cost_a_claim_nothing() {
        waitingRowsCostNothing(200_000);
    }

    @Test
    @Tag("slow")
    void ten_million_delayed_and_unknown_tasks_cost_a_claim_nothing() {
        waitingRowsCostNothing(10_000_000);
    }

    @Test
    void statistics_of_an_empty_table_mislead_no_claim() {
        execute("analyze ppool_task");
        for (int i = 0; i < 20; i++) {
            claim(new Kind("mail", 1));
            claim(new Kind("mail", 1), new Kind("sms", 1));
            store.complete(TaskStoreFixture.A, List.of(1L, 2L));
        }
        fill("unknown", 0, 3, 100_000, "now()");
        fill("mail", 0, 3, 2_000, "now()");
        assertThat(claims(10, true, LIMIT, new Kind("mail", 1))).isLessThan(MOST);
        assertThat(claims(10, true, LIMIT, new Kind("mail", 1), new Kind("sms", 1))).isLessThan(MOST);
        List<ClaimedTask> claimed = claim(new Kind("mail", 1));
        long before = buffers();
        store.complete(TaskStoreFixture.A, TaskStoreFixture.ids(claimed));
        assertThat(buffers() - before).isLessThan(12L * LIMIT);
    }

    private void completeFirst(long id) {
        Boolean ended = new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute(
                status -> store.completeFirst(TaskStoreFixture.A, id, Duration.ofSeconds(15)));
        assertThat(ended).isTrue();
    }

    /** All calls use the same session, so it keeps its plans; a prepared statement gets one that lasts after ten. */
    private long mostOfFirstCompletions(int count) {
        long most = 0;
        for (ClaimedTask task : store.claim(
                new Claim(TaskStoreFixture.A, "smtp", Set.of(new Kind("mail", 1)), count, null)).tasks()) {
            long before = buffers();
            completeFirst(task.id());
            most = Math.max(most, buffers() - before);
        }
        return most;
    }

    private long plansOfFirstCompletions() {
        return Objects.requireNonNull(jdbc.queryForObject(
                "select count(*) from pg_prepared_statements where generic_plans > 0 and statement like ?", Long.class,
                "delete from " + prefix + "task %set_config%"));
    }

    @Test
    void plans_of_an_empty_table_are_not_kept_by_completions_within_transactions() throws SQLException {
        old.rollback();
        fill("mail", 0, 1, 3_000, "now()");
        assertThat(mostOfFirstCompletions(30)).isLessThan(20);
        assertThat(plansOfFirstCompletions()).as("plans that are kept for the large table").isOne();
        execute("delete from ppool_task");
        execute("vacuum (analyze) ppool_task");
        fill("mail", 0, 1, 30, "now()");
        mostOfFirstCompletions(30); // the session makes its plan anew, for a table of one page
        fill("unknown", 0, 3, 100_000, "now()");
        fill("mail", 0, 1, 100, "now()");
        assertThat(mostOfFirstCompletions(100)).isLessThan(20);
    }

    /** The old transaction keeps the entries of all claimed tasks in the index. */
    @Test
    void claimed_tasks_that_can_not_be_removed_cost_a_bounded_number_of_claims() {
        fill("mail", 0, 1, 60_000, "now() - interval '1 hour' + g * interval '1 millisecond'");
        Kind mail = new Kind("mail", 1);
        for (int i = 0; i < 40; i++) {
            List<ClaimedTask> claimed = store.claim(new Claim(TaskStoreFixture.A, "smtp", Set.of(mail), 1_000, null))
                    .tasks();
            store.complete(TaskStoreFixture.A, TaskStoreFixture.ids(claimed));
        }
        int dear = 0;
        for (int i = 0; i < 200; i++) {
            if (claims(1, true, LIMIT, mail) > MOST) {
                dear++;
            }
        }
        assertThat(dear).isLessThan(40);
        // A task with a former place is found nevertheless.
        fill("mail", 0, 1, 1, "now() - interval '1 day'");
        long former = Objects.requireNonNull(jdbc.queryForObject("select max(id) from " + prefix + "task", Long.class));
        boolean found = false;
        for (int i = 0; i < 10_000 && !found; i++) {
            List<ClaimedTask> claimed = store.claim(new Claim(TaskStoreFixture.A, "smtp", Set.of(mail), 1, null))
                    .tasks();
            found = claimed.get(0).id() == former;
        }
        assertThat(found).isTrue();
    }
}
