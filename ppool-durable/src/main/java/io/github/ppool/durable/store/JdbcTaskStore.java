package io.github.ppool.durable.store;

import io.github.ppool.cluster.store.SchemaMode;
import io.github.ppool.cluster.store.SqlTables;
import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.TaskQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.util.function.SingletonSupplier;

/**
 * A store in PostgreSQL or H2. Its clock is the database's, unless it is given another one. The tables are those of the
 * scripts {@code io/github/ppool/durable/schema-postgresql.sql} and {@code schema-h2.sql} in this library's jar.
 *
 * <p>Calls take part in the transaction that the application's transaction manager has bound to the {@code
 * DataSource}: a {@code DataSourceTransactionManager}, JPA's or Hibernate's. Without one, each call is a transaction of
 * its own, and runs again up to four times if another transaction has crossed it.
 *
 * <p>All calls but four leave rows out that another transaction has locked. {@link #complete}, {@link
 * #removeCancelled} and {@link #checkpoint} wait for it, and so does an {@link #insert} of a key that it has inserted
 * or removed. On H2 such a wait ends with an exception after the database's {@code LOCK_TIMEOUT}.
 */
public final class JdbcTaskStore implements TaskStore {

    /** The version of the tables that this library needs. Additions within a major version do not change it. */
    public static final int VERSION = 1;

    private final TaskSchema schema;
    private final Supplier<Parts> parts;

    /** The parts that depend on the database, which is known from the first call on. */
    private record Parts(
            TaskSql sql, TaskInserts inserts, TaskClaims claims, TaskEnds ends, TaskStages stages, TaskQueries queries,
            TaskChanges changes, TaskProgress progress) {}

    /**
     * A new store. Opens no connection yet.
     *
     * @param dataSource makes the connections
     * @param tablePrefix the beginning of the tables' names, as a rule {@link SqlTables#PREFIX}
     * @param mode tells whether {@link #prepare} creates the tables
     * @param clock the clock; null for the database's
     * @param history true if ended tasks are kept in the history
     * @throws IllegalArgumentException if the prefix can't be part of a name in SQL
     */
    public JdbcTaskStore(
            DataSource dataSource,
            String tablePrefix,
            SchemaMode mode,
            @Nullable Supplier<Instant> clock,
            boolean history) {
        Objects.requireNonNull(dataSource, "dataSource must not be null");
        Objects.requireNonNull(mode, "mode must not be null");
        DataSource target = dataSource instanceof TransactionAwareDataSourceProxy proxy
                && proxy.getTargetDataSource() != null ? proxy.getTargetDataSource() : dataSource;
        SqlTables tables = new SqlTables(tablePrefix);
        this.schema = new TaskSchema(target, tables, mode);
        this.parts = SingletonSupplier.of(() -> parts(target, tables, clock, history));
    }

    private Parts parts(DataSource target, SqlTables tables, @Nullable Supplier<Instant> clock, boolean history) {
        TaskSchema.Found found = schema.find();
        TaskDatabase db = new TaskDatabase(target, tables, found.dialect(), found.autoCommits(), clock);
        TaskSql sql = switch (found.dialect()) {
            case POSTGRESQL -> new PostgresTaskSql(db, history);
            case H2 -> new H2TaskSql(db, history);
        };
        TaskInserts inserts = new TaskInserts(sql);
        TaskProgress progress = new TaskProgress(sql);
        return new Parts(sql, inserts, new TaskClaims(sql), new TaskEnds(sql), new TaskStages(sql, inserts),
                new TaskQueries(sql, progress), new TaskChanges(sql), progress);
    }

    private Parts parts() {
        return Objects.requireNonNull(parts.get());
    }

    @Override
    public void prepare() {
        schema.prepare();
        parts();
    }

    @Override
    public List<EnqueuedTask> insert(List<NewTask> tasks) {
        return parts().inserts.insert(tasks);
    }

    @Override
    public Claimed claim(Claim claim) {
        return parts().claims.claim(claim);
    }

    @Override
    public Set<Long> complete(UUID node, Collection<Long> ids) {
        return ids.isEmpty()
                ? Set.of()
                : Set.copyOf(parts().sql.end(
                        "id = any(?) and node = ?", Outcome.SUCCEEDED, TaskDatabase.ids(ids), node));
    }

    @Override
    public boolean completeFirst(UUID node, long id, Duration longestIdle) {
        return parts().sql.completeFirst(node, id, longestIdle);
    }

    @Override
    public List<ClaimedTask> claimed(UUID node, long after, int limit) {
        return parts().claims.claimed(node, after, limit);
    }

    @Override
    public int giveBack(UUID node, Collection<Long> ids) {
        return ids.isEmpty() ? 0 : parts().ends.giveBack(node, ids);
    }

    @Override
    public Set<Long> fail(UUID node, Collection<FailedAttempt> ends) {
        return ends.isEmpty() ? Set.of() : parts().ends.fail(node, ends);
    }

    @Override
    public Set<UUID> claimants() {
        return parts().claims.claimants();
    }

    @Override
    public List<ClaimedTask> takeOver(Collection<UUID> dead, UUID node, int limit) {
        return parts().claims.takeOver(dead, node, limit);
    }

    @Override
    public Staged stage(int limit) {
        return parts().stages.stage(limit);
    }

    @Override
    public Set<Long> heartbeat(UUID node, Collection<Progress> progress) {
        return parts().ends.heartbeat(node, progress);
    }

    @Override
    public void progressBeside(UUID node, Collection<Progress> progress, Collection<Long> over) {
        parts().progress.write(node, progress, over);
    }

    @Override
    public Set<UUID> progressing() {
        return parts().progress.nodes();
    }

    @Override
    public void forgetProgress(Collection<UUID> dead) {
        if (!dead.isEmpty()) {
            parts().progress.forget(dead);
        }
    }

    @Override
    public boolean checkpoint(UUID node, long id, @Nullable String state) {
        return parts().sql.checkpoint(node, id, state);
    }

    @Override
    public int removeCancelled(UUID node, Collection<Long> ids) {
        return ids.isEmpty()
                ? 0
                : parts().sql
                        .end("id = any(?) and node = ? and cancelled", Outcome.CANCELLED, TaskDatabase.ids(ids), node)
                        .size();
    }

    @Override
    public Schedule schedule(String name) {
        return parts().stages.schedule(name);
    }

    @Override
    public boolean fire(String name, Instant from, Instant to, NewTask task) {
        return parts().stages.fire(name, from, to, task);
    }

    @Override
    public int forget(Duration age, int limit) {
        return parts().stages.forget(age, limit);
    }

    @Override
    public Optional<DurableTaskView> find(long id) {
        return parts().queries.find(id);
    }

    @Override
    public List<DurableTaskView> list(TaskQuery query, long after, int limit) {
        return parts().queries.list(query, after, limit);
    }

    @Override
    public List<EndedTaskView> ended(TaskQuery query, long before, int limit) {
        return parts().queries.ended(query, before, limit);
    }

    @Override
    public Map<String, Map<DurableTaskState, Long>> counts() {
        return parts().queries.counts();
    }

    @Override
    public Map<String, Backlog> backlog(int limit) {
        return parts().queries.backlog(limit);
    }

    @Override
    public Changed change(Change change, TaskQuery query, @Nullable Long id) {
        return parts().changes.change(change, query, id);
    }
}
