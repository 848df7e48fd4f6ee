package io.github.ppool.durable.store;

import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.TaskRows.Ranked;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
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
 * The statements for H2: short transactions. H2 has no partial indexes, so the state is the first column of the index.
 * It reads an index in order only if the query has the very order of the index, and sorts all rows otherwise. So rows
 * are found without a lock, and locked by their ids.
 *
 * <p>An update removes a row from each index and adds it again, even if its columns stay. So one index serves all
 * searches, and the keys are in a table of their own. The column {@code line} of the index tells where a ready task
 * waits: it holds partition, name and version as bytes. It is null while the task is delayed or laid down. {@code rank}
 * is the order within the line, and equals {@code ready_at} in those two states. {@code place} keeps the line for the
 * next time. Claimed tasks keep both; they are few, so a search by node reads all of them.
 *
 * <p>Limits are parameters here: H2 keeps the plans of few statements by their texts.
 *
 * <p>Ids are given as a table of one column. H2 compares each row with each element of {@code any(?)}, so the time
 * would grow with the square of the number of ids.
 */
final class H2TaskSql extends TaskSql {

    private static final String ORDER_OF_INDEX = "state, pool, line, rank, id";

    private static final String BY_IDS = "id = any(?)";

    /** The rows of an array of ids, for a merge. Further conditions follow: rows that fail them are not locked. */
    private static final String MERGE = "merge into ppool_task using unnest(?) as u(x) on id = x";

    private static final String UPDATE_THEM = " when matched then update set ";

    private static final String UPDATE = "update ppool_task set ";

    /** Lines of tasks with a partition come after the others. */
    private static final byte ALONE = 0;

    private static final byte PARTED = 1;

    /** No byte of UTF-8 is so large, so no name is the beginning of another one. */
    private static final byte END = (byte) 0xFF;

    /** The most lines that the backlog looks at. */
    private static final int MOST_GROUPS = 1_000;

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
        return db.jdbc.query(
                db.sql("select id, rank from ppool_task where state = 0 and pool = ? and line = ? order by "
                        + ORDER_OF_INDEX + " fetch first ? rows only"),
                (row, number) -> new Candidate(
                        row.getLong(1), Objects.requireNonNull(row.getObject(2, OffsetDateTime.class))),
                pool, line(partition, kind.name(), kind.version()), limit);
    }

    /** The line of ready tasks; an empty partition stands for none. Lines of a partition are beside each other. */
    private static byte[] line(@Nullable String partition, String name, int version) {
        byte[] first = partition == null ? new byte[0] : partition.getBytes(StandardCharsets.UTF_8);
        boolean isAlone = first.length == 0;
        byte[] second = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer line = ByteBuffer.allocate(first.length + second.length + 7);
        line.put(isAlone ? ALONE : PARTED);
        if (!isAlone) {
            line.put(first).put(END);
        }
        line.put(second).put(END).putInt(version);
        return Arrays.copyOf(line.array(), line.position());
    }

    /** The least key after the lines of a partition; that of an empty one is before all partitions. */
    private static byte[] after(String partition) {
        if (partition.isEmpty()) {
            return new byte[]{PARTED};
        }
        byte[] text = partition.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(text.length + 3).put(PARTED).put(text).put(END).put(END).array();
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
                    "select partition_key from ppool_task where state = 0 and pool = ? and line > ?"
                            + " order by " + ORDER_OF_INDEX + " fetch first 1 rows only",
                    pool, after(last));
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
        boolean isTimed = task.at() != null || task.delay() != null;
        String ready = task.at() != null
                ? "greatest(cast(? as timestamp(9) with time zone), " + now + ")"
                : task.delay() != null ? db.plus(now, "?") : now;
        String delayed = ready + " > " + now;
        String rank = db.plus(ready, "?");
        String columns = isTimed
                ? "case when " + delayed + " then 3 else 0 end, ?, ?, case when " + delayed + " then " + ready
                        + " else " + rank + " end, " + ready + ", " + now + ", ?, case when " + delayed
                        + " then null else cast(? as varbinary) end"
                : "0, ?, ?, " + rank + ", " + now + ", " + now + ", ?, ?";
        PreparedStatementCreator statement = connection -> {
            PreparedStatement insert = connection.prepareStatement(
                    db.sql("insert into ppool_task (pool, name, version, state, priority, ageing, rank, ready_at,"
                            + " enqueued_at, place, line, task_key, partition_key, trace, payload, long_payload)"
                            + " values (?, ?, ?, " + columns + ", ?, ?, ?, ?, ?)"),
                    new String[]{"ID"});
            Object time = task.at() != null
                    ? TaskDatabase.time(task.at())
                    : task.delay() != null ? (Object) TaskEnds.millis(task.delay()) : null;
            long ageing = task.ageing().toMillis();
            List<@Nullable Object> values = new ArrayList<>();
            values.add(task.pool());
            values.add(task.name());
            values.add(task.version());
            byte[] line = line(task.partition(), task.name(), task.version());
            addTime(values, time);
            values.add(task.priority());
            values.add(ageing);
            addTime(values, time);
            addTime(values, time);
            // dateadd takes the milliseconds first
            values.add(-task.priority() * ageing);
            addTime(values, time);
            addTime(values, time);
            values.add(line);
            addTime(values, time);
            values.add(line);
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
        db.prepared.update(statement, key);
        long id = Objects.requireNonNull(key.getKey()).longValue();
        return task.key() == null || insertKey(task, id) ? new EnqueuedTask(id, true) : null;
    }

    /** A statement that fails leaves the transaction as it was, so the task itself is removed again. */
    private boolean insertKey(NewTask task, long id) {
        try {
            db.prepared.update(
                    db.sql("insert into ppool_task_key (task_key, name, id) values (?, ?, ?)"),
                    task.key(), task.name(), id);
            return true;
        } catch (DuplicateKeyException there) {
            db.prepared.update(db.sql("delete from ppool_task where id = ?"), id);
            return false;
        }
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
        return "select " + columns + " from " + (change.endsWith(" delete") || change.startsWith("delete ")
                ? "old"
                : "final") + " table (" + change + ")";
    }

    @Override
    <T> List<T> changeFirst(
            First first, String change, List<?> changeArguments, String columns, RowMapper<T> mapper) {
        return db.transaction(() -> {
            List<Long> found = db.longs(
                    "select id from ppool_task where " + first.where() + " order by " + first.order()
                            + " fetch first ? rows only",
                    arguments(first.arguments(), first.limit()));
            List<Long> locked = found.isEmpty()
                    ? found
                    : db.longs(
                            "select id from " + tasksById() + byId(first.where()) + " for update skip locked",
                            arguments(TaskDatabase.ids(found), first.arguments()));
            return locked.isEmpty()
                    ? List.of()
                    : db.jdbc.query(
                            db.sql(returning(MERGE + UPDATE_THEM + change.substring(UPDATE.length()), columns)),
                            mapper,
                            arguments(TaskDatabase.ids(locked), changeArguments));
        });
    }

    /** Tasks that are found by their ids are locked at once, and read as they will be. */
    @Override
    List<Ranked> claim(UUID node, Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : db.transaction(() -> {
                    List<Ranked> locked = db.jdbc.query(
                            db.sql("select " + CLAIMED.replace("attempts", "attempts + 1 as attempts") + ", "
                                    + db.micros("ready_at", db.now()) + " as waited, " + texts() + " from "
                                    + tasksById() + "state + 0 = 0 for update skip locked"),
                            (row, number) -> ranked(row), TaskDatabase.ids(ids));
                    if (!locked.isEmpty()) {
                        db.jdbc.update(
                                db.sql(MERGE + UPDATE_THEM + CLAIM.formatted(db.now())),
                                TaskDatabase.ids(locked.stream().map(each -> each.task().id()).toList()), node);
                    }
                    return locked;
                });
    }

    /** A condition that can use no index of the state: H2 would read all rows of the state. */
    private static String byId(String where) {
        return where.replace("state = ", "state + 0 = ");
    }

    @Override
    List<Long> end(String where, Outcome outcome, Object... arguments) {
        String delete = where.startsWith(BY_IDS)
                ? MERGE + where.substring(BY_IDS.length()) + " when matched then delete"
                : "delete from ppool_task where " + where;
        return db.transaction(() -> {
            List<Long> ids = new ArrayList<>();
            List<Object[]> keys = new ArrayList<>();
            List<Object[]> rows = new ArrayList<>();
            db.jdbc.query(
                    db.sql(returning(delete, history ? TaskRows.DONE : "id, task_key, name")),
                    row -> {
                        ids.add(row.getLong("id"));
                        if (row.getString("task_key") != null) {
                            keys.add(new Object[]{row.getString("task_key"), row.getString("name")});
                        }
                        if (history) {
                            rows.add(done(row));
                        }
                    },
                    arguments);
            if (!keys.isEmpty()) {
                db.prepared.batchUpdate(
                        db.sql("delete from ppool_task_key where task_key = ? and name = ?"), keys);
            }
            if (!rows.isEmpty()) {
                db.prepared.batchUpdate(
                        db.sql("insert into ppool_task_done (" + TaskRows.DONE + ", ended_at, outcome) values"
                                + " (?, ?, ?, ?, ?, ?, ?, ?, " + db.now() + ", " + TaskRows.number(outcome) + ")"),
                        rows);
            }
            return ids;
        });
    }

    private static Object[] done(ResultSet row) throws SQLException {
        Object[] values = new Object[8];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == 5 ? row.getObject(6, OffsetDateTime.class) : row.getObject(i + 1);
        }
        return values;
    }

    /** A statement that fails leaves the transaction as it was. */
    @Override
    void insertUnlessThere(String table, String columns, String values, String argument) {
        try {
            db.prepared.update(
                    db.sql("insert into " + table + " (" + columns + ") values (" + values + ")"), argument);
        } catch (DuplicateKeyException there) {
            return; // and there is no work
        }
    }

    @Override
    List<Due> dues() {
        List<Due> dues = new ArrayList<>();
        String last = "";
        while (true) {
            List<Due> next = db.jdbc.query(
                    db.sql("select pool, " + db.micros(db.now(), "ready_at")
                            + " from ppool_task where state = 3 and pool > ? order by " + ORDER_OF_INDEX
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
                    "select pool from ppool_task where state = " + state + " and pool > ? order by " + ORDER_OF_INDEX
                            + " fetch first 1 rows only",
                    last);
            if (next.isEmpty()) {
                return groups;
            }
            last = next.get(0);
            if (state == 0) {
                addLines(groups, last);
            } else {
                groups.add(new Group(last, "pool = ?", ORDER_OF_INDEX, List.of(last)));
            }
        }
    }

    /** Each line of a pool is a group, and those of all partitions are one. */
    private void addLines(List<Group> groups, String pool) {
        byte[] last = new byte[0];
        while (groups.size() < MOST_GROUPS) {
            List<byte[]> next = db.jdbc.query(
                    db.sql("select line from ppool_task where state = 0 and pool = ? and line > ? order by "
                            + ORDER_OF_INDEX + " fetch first 1 rows only"),
                    (row, number) -> row.getBytes(1), pool, last);
            if (next.isEmpty()) {
                return;
            }
            last = next.get(0);
            if (last[0] == PARTED) {
                groups.add(new Group(pool, "pool = ? and line > ?", ORDER_OF_INDEX, List.of(pool, after(""))));
                return;
            }
            groups.add(new Group(pool, "pool = ? and line = ?", ORDER_OF_INDEX, List.of(pool, last)));
        }
    }

    @Override
    String hasKey() {
        return "id in (select k.id from ppool_task_key k where k.task_key = ?)";
    }

    @Override
    String keys() {
        return "ppool_task_key";
    }

    @Override
    String tasksById() {
        return "unnest(?) as u(x) join ppool_task on id = x where ";
    }

    @Override
    String claimedTasks() {
        return "ppool_task use index (ppool_task_line) where state = 1 and ";
    }

    /** Only claimed tasks are marked. */
    @Override
    String cancelledTasks() {
        return claimedTasks();
    }

    @Override
    String ready(String at) {
        return "state = 0, line = place, ready_at = " + at + ", rank = " + db.plus(at, "0 - priority * ageing");
    }

    @Override
    String delayed(String until) {
        return "state = 3, line = null, ready_at = " + until + ", rank = " + until;
    }

    @Override
    String laidDown(String at) {
        return "state = 2, line = null, ready_at = " + at + ", rank = " + at;
    }

    @Override
    String staged() {
        return "state = 0, line = place, rank = " + db.plus("ready_at", "0 - priority * ageing");
    }

    @Override
    String isDue(String now) {
        return "line is null and rank <= " + now;
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
        return ORDER_OF_INDEX;
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
