package io.github.ppool.durable.store;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.EndedTaskView;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.TaskStore.Backlog;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The views of operators, health and meters. */
final class TaskQueries {

    private static final String VIEW = "id, pool, name, version, state, priority, task_key, partition_key, enqueued_at,"
            + " ready_at, attempts, node, claimed_at, reason, failure, percent, progress, cancelled";

    /** A condition and its arguments. */
    record Condition(String where, List<Object> arguments) {}

    /** A count, and the age of the oldest row. */
    private record Age(long count, @Nullable Duration oldest) {
        Age and(Age other, int limit) {
            Duration older = oldest == null || other.oldest != null && other.oldest.compareTo(oldest) > 0
                    ? other.oldest
                    : oldest;
            return new Age(Math.min(limit, count + other.count), older);
        }
    }

    private final TaskSql sql;
    private final TaskDatabase db;
    private final TaskProgress progress;

    TaskQueries(TaskSql sql, TaskProgress progress) {
        this.sql = sql;
        this.progress = progress;
        this.db = sql.db;
    }

    /** The state is a literal, so that the partial index of the state can be used. */
    static Condition condition(TaskQuery query, @Nullable DurableTaskState state, String hasKey) {
        List<Object> arguments = new ArrayList<>();
        StringBuilder where = new StringBuilder(state == null ? "1 = 1" : "state = " + TaskRows.number(state));
        add(where, arguments, "pool = ?", query.pool());
        add(where, arguments, "name = ?", query.name());
        add(where, arguments, hasKey, query.key());
        add(where, arguments, "partition_key = ?", query.partition());
        add(where, arguments, "reason = ?", query.reason());
        add(where, arguments, "enqueued_at < ?",
                query.enqueuedBefore() == null ? null : TaskDatabase.time(query.enqueuedBefore()));
        return new Condition(where.toString(), arguments);
    }

    private static void add(StringBuilder where, List<Object> arguments, String condition, @Nullable Object value) {
        if (value != null) {
            where.append(" and ").append(condition);
            arguments.add(value);
        }
    }

    Optional<DurableTaskView> find(long id) {
        return progress.with(db.call(() -> db.jdbc.query(
                db.sql("select " + VIEW + ", " + sql.texts() + " from ppool_task where id = ?"),
                (row, number) -> TaskRows.view(row, sql.payload(row)), id))).stream().findFirst();
    }

    List<DurableTaskView> list(TaskQuery query, long after, int limit) {
        Condition condition = condition(query, query.state(), sql.hasKey());
        return progress.with(db.call(() -> db.jdbc.query(
                db.sql("select " + VIEW + " from ppool_task where " + condition.where + " and id > ? order by id"
                        + " fetch first " + limit + " rows only"),
                (row, number) -> TaskRows.view(row, null),
                TaskSql.arguments(condition.arguments, after))));
    }

    List<EndedTaskView> ended(TaskQuery query, long before, int limit) {
        Condition condition = condition(
                new TaskQuery(query.pool(), query.name(), null, query.key(), null, query.reason(), null), null,
                "task_key = ?");
        return db.call(() -> db.jdbc.query(
                db.sql("select id, pool, name, version, task_key, enqueued_at, ended_at, attempts, outcome, reason"
                        + " from ppool_task_done where " + condition.where + " and id < ? order by id desc"
                        + " fetch first " + limit + " rows only"),
                (row, number) -> TaskRows.ended(row),
                TaskSql.arguments(condition.arguments, before)));
    }

    Map<String, Map<DurableTaskState, Long>> counts() {
        Map<String, Map<DurableTaskState, Long>> counts = new HashMap<>();
        db.call(() -> db.jdbc.query(
                db.sql("select pool, state, count(*) from ppool_task group by pool, state"),
                (row, number) -> counts
                        .computeIfAbsent(Objects.requireNonNull(row.getString(1)),
                                pool -> new EnumMap<>(DurableTaskState.class))
                        .put(TaskRows.state(row.getInt(2)), row.getLong(3))));
        return counts;
    }

    Map<String, Backlog> backlog(int limit) {
        Map<String, Age> ready = ages(0, limit);
        Map<String, Age> laidDown = ages(2, limit);
        Map<String, Age> delayed = ages(3, limit);
        Map<String, Long> claimed = new HashMap<>();
        db.call(() -> db.jdbc.query(
                db.sql("select pool, count(*) from (select pool from " + sql.claimedTasks()
                        + "node >= '00000000-0000-0000-0000-000000000000' order by node, id fetch first " + limit
                        + " rows only) c group by pool"),
                (row, number) -> claimed.put(Objects.requireNonNull(row.getString(1)), row.getLong(2))));
        Set<String> pools = new TreeSet<>(ready.keySet());
        pools.addAll(laidDown.keySet());
        pools.addAll(delayed.keySet());
        pools.addAll(claimed.keySet());
        Age none = new Age(0, null);
        Map<String, Backlog> backlog = new HashMap<>();
        for (String pool : pools) {
            Age first = ready.getOrDefault(pool, none);
            Age laid = laidDown.getOrDefault(pool, none);
            backlog.put(pool, new Backlog(
                    first.count, laid.count, delayed.getOrDefault(pool, none).count, claimed.getOrDefault(pool, 0L),
                    first.oldest, laid.oldest));
        }
        return backlog;
    }

    private Map<String, Age> ages(int state, int limit) {
        Map<String, Age> ages = new HashMap<>();
        for (TaskSql.Group group : db.call(() -> sql.groups(state))) {
            Age age = db.call(() -> db.jdbc.queryForObject(
                    db.sql("select count(*), " + db.micros("min(ready_at)", db.now()) + " from (select ready_at from"
                            + " ppool_task where state = " + state + " and " + group.where() + " order by "
                            + group.order() + " fetch first " + limit + " rows only) g"),
                    (row, number) -> {
                        long oldest = row.getLong(2);
                        return new Age(
                                row.getLong(1),
                                row.wasNull() ? null : Duration.of(Math.max(0, oldest), ChronoUnit.MICROS));
                    },
                    group.arguments().toArray()));
            ages.merge(group.pool(), Objects.requireNonNull(age), (one, other) -> one.and(other, limit));
        }
        ages.values().removeIf(age -> age.count == 0);
        return ages;
    }
}
