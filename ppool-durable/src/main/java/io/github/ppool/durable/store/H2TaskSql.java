package io.github.ppool.durable.store;

import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.TaskRows.Ranked;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/**
 * The statements for H2: short transactions. H2 has no partial indexes, so the state is the first column of them. It
 * reads an index in order only if the query has the very order of the index, and sorts all rows otherwise. So rows are
 * found without a lock, and locked by their ids.
 */
final class H2TaskSql extends TaskSql {

    private static final String READY = "state, pool, partition_key, name, version, rank, id";

    private static final String DUE = "state, pool, ready_at, id";

    /** Longer texts are large objects, which H2 does not write anew with each change of the row. */
    private static final int LONG = 20_000;

    H2TaskSql(TaskDatabase db, boolean history) {
        super(db, history);
    }

    @Override
    Picked claim(UUID node, String pool, List<Kind> kinds, int limit) {
        return db.transaction(() -> {
            List<Candidate> best = new ArrayList<>();
            for (Kind kind : kinds) {
                best.addAll(candidates(pool, "", kind, limit));
            }
            best.sort(Comparator.comparing(Candidate::rank).thenComparingLong(Candidate::id));
            List<Long> ids = best.stream().limit(limit).map(Candidate::id).toList();
            return new Picked(
                    claim(node, ids),
                    !partitionsAfter(pool, "", 1).isEmpty());
        });
    }

    private List<Candidate> candidates(String pool, String partition, Kind kind, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(pool, kind.name(), kind.version()));
        if (!partition.isEmpty()) {
            arguments.add(partition);
        }
        return db.jdbc.query(
                db.sql("select id, rank from ppool_task where state = 0 and pool = ? and name = ? and version = ?"
                        + " and partition_key " + (partition.isEmpty() ? "is null" : "= ?") + " order by " + READY
                        + " fetch first " + limit + " rows only"),
                (row, number) -> new Candidate(
                        row.getLong(1), Objects.requireNonNull(row.getObject(2, OffsetDateTime.class))),
                arguments.toArray());
    }

    @Override
    Map<String, List<Candidate>> candidates(String pool, List<String> partitions, List<Kind> kinds, int limit) {
        Map<String, List<Candidate>> found = new HashMap<>();
        for (String partition : partitions) {
            List<Candidate> best = new ArrayList<>();
            for (Kind kind : kinds) {
                best.addAll(candidates(pool, partition, kind, limit));
            }
            best.sort(Comparator.comparing(Candidate::rank).thenComparingLong(Candidate::id));
            if (!best.isEmpty()) {
                found.put(partition, best.stream().limit(limit).toList());
            }
        }
        return found;
    }

    @Override
    List<String> partitionsAfter(String pool, String after, int limit) {
        List<String> found = new ArrayList<>();
        String last = after;
        while (found.size() < limit) {
            List<String> next = db.strings(
                    "select partition_key from ppool_task where state = 0 and pool = ? and partition_key > ?"
                            + " order by " + READY + " fetch first 1 rows only",
                    pool, last);
            if (next.isEmpty()) {
                break;
            }
            last = next.get(0);
            found.add(last);
        }
        return found;
    }

    @Override
    List<@Nullable EnqueuedTask> insert(List<NewTask> tasks) {
        return db.transaction(() -> {
            List<@Nullable EnqueuedTask> inserted = new ArrayList<>();
            for (NewTask task : tasks) {
                inserted.add(insert(task));
            }
            return inserted;
        });
    }

    private @Nullable EnqueuedTask insert(NewTask task) {
        String now = db.now();
        String ready = task.at() != null
                ? "greatest(cast(? as timestamp(9) with time zone), " + now + ")"
                : task.delay() != null ? db.plus(now, "?") : now;
        String rank = db.plus(ready, "?");
        PreparedStatementCreator statement = connection -> {
            PreparedStatement insert = connection.prepareStatement(
                    db.sql("insert into ppool_task (pool, name, version, state, priority, ageing, rank, ready_at,"
                            + " enqueued_at, task_key, partition_key, trace, payload, long_payload) values"
                            + " (?, ?, ?, case when " + ready + " > " + now + " then 3 else 0 end, ?, ?, " + rank + ", "
                            + ready + ", " + now + ", ?, ?, ?, ?, ?)"),
                    new String[]{"ID"});
            Object time = task.at() != null
                    ? TaskDatabase.time(task.at())
                    : task.delay() != null ? (Object) TaskEnds.millis(task.delay()) : null;
            long ageing = task.ageing().toMillis();
            List<@Nullable Object> values = new ArrayList<>();
            values.add(task.pool());
            values.add(task.name());
            values.add(task.version());
            addTime(values, time);
            values.add(task.priority());
            values.add(ageing);
            // dateadd takes the milliseconds first
            values.add(-task.priority() * ageing);
            addTime(values, time);
            addTime(values, time);
            values.add(task.key());
            values.add(task.partition());
            values.add(task.trace());
            values.add(isLong(task.payload()) ? null : task.payload());
            values.add(isLong(task.payload()) ? task.payload() : null);
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            return insert;
        };
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        try {
            db.prepared.update(statement, key);
        } catch (DuplicateKeyException there) {
            if (task.key() == null) {
                throw there;
            }
            return null;
        }
        return new EnqueuedTask(Objects.requireNonNull(key.getKey()).longValue(), true);
    }

    private static void addTime(List<@Nullable Object> values, @Nullable Object time) {
        if (time != null) {
            values.add(time);
        }
    }

    private static boolean isLong(@Nullable String text) {
        return text != null && text.length() > LONG;
    }

    @Override
    String returning(String change, String columns) {
        return "select " + columns + " from " + (change.startsWith("delete") ? "old" : "final") + " table (" + change
                + ")";
    }

    @Override
    <T> List<T> changeFirst(
            First first, String change, List<?> changeArguments, String columns, RowMapper<T> mapper) {
        return db.transaction(() -> {
            List<Long> found = db.longs(
                    "select id from ppool_task where " + first.where() + " order by " + first.order()
                            + " fetch first " + first.limit() + " rows only",
                    first.arguments().toArray());
            List<Long> locked = found.isEmpty()
                    ? found
                    : db.longs(
                            "select id from ppool_task where id = any(?) and " + byId(first.where())
                                    + " for update skip locked",
                            arguments(TaskDatabase.ids(found), first.arguments()));
            return locked.isEmpty()
                    ? List.of()
                    : db.jdbc.query(
                            db.sql(returning(change + " where id = any(?)", columns)), mapper,
                            arguments(changeArguments, TaskDatabase.ids(locked)));
        });
    }

    /** Tasks that are found by their ids are locked at once. */
    @Override
    List<Ranked> claim(UUID node, Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : db.transaction(() -> {
                    List<Long> locked = db.longs(
                            "select id from ppool_task where id = any(?) and state + 0 = 0 for update skip locked",
                            TaskDatabase.ids(ids));
                    return db.jdbc.query(
                            db.sql(returning(CLAIM.formatted(db.now()) + " where id = any(?)", claimedColumns())),
                            (row, number) -> ranked(row), node, TaskDatabase.ids(locked));
                });
    }

    /** A condition that can use no index of the state: H2 would read all rows of the state. */
    private static String byId(String where) {
        return where.replace("state = ", "state + 0 = ");
    }

    @Override
    List<Long> end(String where, Outcome outcome, Object... arguments) {
        String delete = "delete from ppool_task where " + where;
        if (!history) {
            return db.call(() -> db.longs(
                    returning(delete, "id"),
                    arguments));
        }
        return db.transaction(() -> {
            List<Long> ids = new ArrayList<>();
            List<Object[]> rows = db.jdbc.query(
                    db.sql(returning(delete, TaskRows.DONE)),
                    (row, number) -> {
                        ids.add(row.getLong(1));
                        Object[] values = new Object[8];
                        for (int i = 0; i < values.length; i++) {
                            values[i] = i == 5 ? row.getObject(6, OffsetDateTime.class) : row.getObject(i + 1);
                        }
                        return values;
                    },
                    arguments);
            db.prepared.batchUpdate(
                    db.sql("insert into ppool_task_done (" + TaskRows.DONE + ", ended_at, outcome) values"
                            + " (?, ?, ?, ?, ?, ?, ?, ?, " + db.now() + ", " + TaskRows.number(outcome) + ")"),
                    rows);
            return ids;
        });
    }

    /** A statement that fails leaves the transaction as it was. */
    @Override
    void insertUnlessThere(String table, String columns, String values, String argument) {
        try {
            db.prepared.update(
                    db.sql("insert into " + table + " (" + columns + ") values (" + values + ")"), argument);
        } catch (DuplicateKeyException there) {
            return; // and nothing is to do
        }
    }

    @Override
    List<Due> dues() {
        List<Due> dues = new ArrayList<>();
        String last = "";
        while (true) {
            List<Due> next = db.jdbc.query(
                    db.sql("select pool, " + db.micros(db.now(), "ready_at")
                            + " from ppool_task where state = 3 and pool > ? order by " + DUE
                            + " fetch first 1 rows only"),
                    (row, number) -> new Due(
                            Objects.requireNonNull(row.getString(1)), Duration.of(row.getLong(2), ChronoUnit.MICROS)),
                    last);
            if (next.isEmpty()) {
                return dues;
            }
            last = next.get(0).pool();
            dues.addAll(next);
        }
    }

    @Override
    List<Group> groups(int state) {
        List<Group> groups = new ArrayList<>();
        String last = "";
        while (true) {
            List<String> next = db.strings(
                    "select pool from ppool_task where state = " + state + " and pool > ? order by " + DUE
                            + " fetch first 1 rows only",
                    last);
            if (next.isEmpty()) {
                return groups;
            }
            last = next.get(0);
            groups.add(new Group(last, "pool = ?", DUE, List.of(last)));
        }
    }

    @Override
    String claimedByNode() {
        return "";
    }

    @Override
    String putRate() {
        return "merge into ppool_rate (pool, partition_key, used, turn, seen, free_at) key (pool, partition_key)"
                + " values (?, ?, ?, ?, ?, ?)";
    }

    /** H2 serves one node: no other one has written a later attempt. */
    @Override
    String putProgress() {
        return "merge into ppool_task_progress (id, node, attempt, percent, progress) key (id) values (?, ?, ?, ?, ?)";
    }

    @Override
    String texts() {
        return "payload, long_payload, checkpoint, long_checkpoint";
    }

    @Override
    Ranked ranked(ResultSet row) throws SQLException {
        return TaskRows.ranked(row, payload(row), either(row, "checkpoint", "long_checkpoint"));
    }

    @Override
    @Nullable
    String payload(ResultSet row) throws SQLException {
        return either(row, "payload", "long_payload");
    }

    private static @Nullable String either(ResultSet row, String usual, String large) throws SQLException {
        String text = row.getString(usual);
        return text == null ? row.getString(large) : text;
    }

    @Override
    String dueOrder() {
        return DUE;
    }

    @Override
    int forget(Duration age, int limit) {
        return db.transaction(() -> {
            List<Long> old = db.longs(
                    "select id from ppool_task_done where ended_at < " + db.plus(db.now(), "?")
                            + " order by ended_at fetch first " + limit + " rows only",
                    -age.toMillis());
            return old.isEmpty()
                    ? 0
                    : db.jdbc.update(db.sql("delete from ppool_task_done where id = any(?)"), TaskDatabase.ids(old));
        });
    }

    @Override
    boolean checkpoint(UUID node, long id, @Nullable String state) {
        return db.call(() -> db.jdbc.update(
                db.sql("update ppool_task set checkpoint = ?, long_checkpoint = ? where id = ? and node = ?"),
                isLong(state) ? null : state, isLong(state) ? state : null, id, node)) > 0;
    }

    @Override
    boolean completeFirst(UUID node, long id, Duration longestIdle) {
        return !end("id = ? and node = ?", Outcome.SUCCEEDED, id, node).isEmpty();
    }
}
