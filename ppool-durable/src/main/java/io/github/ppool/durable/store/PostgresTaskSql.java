package io.github.ppool.durable.store;

import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.TaskRows.Ranked;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * The statements for PostgreSQL: one for each call if possible. So the locks of a call end with it, even if the node is
 * stopped before it reads the answer.
 *
 * <p>Rows are chosen by an array, once: a sub-query in its place might run again for each row, and a join might read
 * the whole table. Limits are literals: of a parameter the planner of a prepared statement assumes a tenth of the rows.
 */
final class PostgresTaskSql extends TaskSql {

    private static final String INSERT = "insert into ppool_task (pool, name, version, state, priority, ageing, rank,"
            + " ready_at, enqueued_at, task_key, partition_key, trace, payload)";

    private static final String UNLESS_THERE = " on conflict (task_key, name) where task_key is not null do nothing";

    private static final String DELETE_CLAIMED = "delete from ppool_task where id = ? and node = ? returning ";

    /** The setting of the transaction, and the number of rows that it has read without an index. */
    private static final String COMPLETED = "set_config('idle_in_transaction_session_timeout', ?, true),"
            + " pg_stat_get_xact_tuples_returned('ppool_task'::regclass)";

    /** A claim whose candidates others have locked is continued so often. */
    private static final int ATTEMPTS = 3;

    PostgresTaskSql(TaskDatabase db, boolean history) {
        super(db, history);
        this.completion = db.sql(DELETE_CLAIMED + COMPLETED);
    }

    /** The tasks of a claim, the number of tasks it has seen, and that of the index entries it has read. */
    private record Got(List<Ranked> tasks, boolean parted, int seen, long read) {}

    private final Map<String, ClaimFloors> floors = new ConcurrentHashMap<>();
    private final KeptPlan firstPlan = new KeptPlan(System::nanoTime);
    private final String completion;

    @Override
    Picked claim(UUID node, String pool, List<Kind> kinds, int limit) {
        ClaimFloors places = floors.computeIfAbsent(pool, any -> new ClaimFloors());
        boolean own = !db.joins();
        List<String> from = own
                ? places.floors(kinds, System.nanoTime())
                : Collections.nCopies(kinds.size(), ClaimFloors.NONE);
        List<Ranked> tasks = new ArrayList<>();
        for (int attempt = 1;; attempt++) {
            int left = limit - tasks.size();
            Got got;
            try {
                got = kinds.size() == 1
                        ? claimKind(node, pool, kinds.get(0), from.get(0), left)
                        : claimKinds(node, pool, kinds, from, left);
            } catch (DataAccessException failed) {
                return firstPart(tasks, own, failed);
            }
            tasks.addAll(got.tasks);
            if (own) {
                places.claimed(from, got.tasks, kinds.size() * left, got.read, System.nanoTime());
            }
            if (attempt == ATTEMPTS || got.tasks.size() >= Math.min(left, got.seen)) {
                return new Picked(tasks, got.parted);
            }
        }
    }

    /** A part that was claimed before a failure is the answer: the next claim will fail if the database still does. */
    private static Picked firstPart(List<Ranked> tasks, boolean own, DataAccessException failed) {
        if (tasks.isEmpty() || !own) {
            throw failed;
        }
        return new Picked(tasks, false);
    }

    private Got claimKind(UUID node, String pool, Kind kind, String floor, int limit) {
        return claim("with ", "select id from ppool_task where pool = ? and name = ? and version = ? and state = 0"
                + " and partition_key is null and rank >= ?::timestamptz order by rank, id limit " + limit
                + " for update skip locked",
                "0", arguments(node, pool, kind.name(), kind.version(), floor, pool));
    }

    /** The best of all kinds are found without a lock, and twice as many, since other nodes may lock some meanwhile. */
    private Got claimKinds(UUID node, String pool, List<Kind> kinds, List<String> from, int limit) {
        int seen = 2 * limit;
        return claim(
                "with c as materialized (select x.id, x.rank from"
                        + " unnest(?::varchar[], ?::integer[], ?::varchar[]::timestamptz[]) as k(name, version, floor)"
                        + " cross join lateral (select t.id, t.rank from ppool_task t where t.pool = ?"
                        + " and t.name = k.name and t.version = k.version and t.state = 0"
                        + " and t.partition_key is null and t.rank >= k.floor order by t.rank, t.id limit " + seen
                        + ") x order by x.rank, x.id limit " + seen + "), ",
                "select t.id from ppool_task t where t.id = any(array(select c.id from c)) and t.state + 0 = 0"
                        + " order by t.rank, t.id limit " + limit + " for update skip locked",
                "(select count(*) from c)",
                arguments(names(kinds), versions(kinds), new SqlArrayValue("varchar", from.toArray()), pool, node,
                        pool));
    }

    /**
     * The first row is there without tasks too: it tells whether there are tasks with a partition. The entries that the
     * index of ready tasks has returned are counted by the statistics of the transaction, those of claimed tasks too.
     */
    private Got claim(String with, String ids, String seen, Object[] arguments) {
        String statement = with + "got as (update ppool_task set " + CLAIM.formatted(db.now())
                + " where id = any(array(" + ids
                + ")) returning " + claimedColumns() + ") select e.parted is not null as parted, e.seen,"
                + " pg_stat_get_xact_tuples_returned('ppool_task_ready'::regclass) as read, got.* from (select"
                + " (select id from ppool_task where pool = ? and state = 0 and partition_key > ''"
                + " order by partition_key, name, version, rank, id limit 1) as parted, " + seen + " as seen) e"
                + " left join got on true";
        return db.call(() -> {
            List<Ranked> tasks = new ArrayList<>();
            boolean[] parted = {false};
            long[] counts = {0, 0};
            db.jdbc.query(
                    db.sql(statement),
                    row -> {
                        parted[0] = row.getBoolean("parted");
                        counts[0] = row.getLong("seen");
                        counts[1] = row.getLong("read");
                        if (row.getObject("id") != null) {
                            tasks.add(ranked(row));
                        }
                    },
                    arguments);
            return new Got(tasks, parted[0], (int) counts[0], counts[1]);
        });
    }

    @Override
    void givenBack() {
        floors.values().forEach(ClaimFloors::forget);
    }

    private static SqlArrayValue names(List<Kind> kinds) {
        return texts(kinds, Kind::name);
    }

    private static SqlArrayValue versions(List<Kind> kinds) {
        return new SqlArrayValue("integer", kinds.stream().map(Kind::version).toArray());
    }

    private static <T> SqlArrayValue texts(List<T> values, Function<T, @Nullable String> text) {
        return new SqlArrayValue("varchar", values.stream().map(text).toArray());
    }

    @Override
    List<@Nullable EnqueuedTask> insert(List<NewTask> tasks) {
        NewTask first = tasks.get(0);
        return tasks.size() == 1 && first.delay() == null && first.at() == null ? insertOne(first) : insertAll(tasks);
    }

    /** The usual case, by the statement that costs least. */
    private List<@Nullable EnqueuedTask> insertOne(NewTask task) {
        String now = db.now();
        long ageing = task.ageing().toMillis();
        List<Long> ids = db.call(() -> db.prepared.queryForList(
                db.sql(INSERT + " values (?, ?, ?, 0, ?, ?, " + db.plus(now, "?") + ", " + now + ", " + now
                        + ", ?, ?, ?, ?)" + (task.key() == null ? "" : UNLESS_THERE) + " returning id"),
                Long.class,
                task.pool(), task.name(), task.version(), task.priority(), ageing, -task.priority() * ageing,
                task.key(),
                task.partition(), task.trace(), task.payload()));
        List<@Nullable EnqueuedTask> inserted = new ArrayList<>();
        inserted.add(ids.isEmpty() ? null : new EnqueuedTask(ids.get(0), true));
        return inserted;
    }

    /**
     * The rows get their ids in the order of the arrays, and are returned in it. Those with a key that is there are
     * missing, so rows with a key are found by it.
     */
    private List<@Nullable EnqueuedTask> insertAll(List<NewTask> tasks) {
        String now = db.now();
        String statement = INSERT + " select u.pool, u.name, u.version, case when r.ready_at > " + now
                + " then 3 else 0 end, u.priority, u.ageing, " + db.plus("r.ready_at", "-u.priority * u.ageing")
                + ", r.ready_at, " + now + ", u.task_key, u.partition_key, u.trace, u.payload"
                + " from unnest(?::varchar[], ?::varchar[], ?::integer[], ?::integer[], ?::bigint[], ?::bigint[],"
                + " ?::varchar[]::timestamptz[], ?::varchar[], ?::varchar[], ?::varchar[], ?::text[]) with ordinality"
                + " as u(pool, name, version, priority, ageing, delay, at, task_key, partition_key, trace, payload, n)"
                + " cross join lateral (select greatest(" + now + ", u.at, " + db.plus(now, "u.delay")
                + ") as ready_at) r"
                + " order by u.n" + UNLESS_THERE + " returning id, name, task_key";
        List<EnqueuedTask> plain = new ArrayList<>();
        Map<List<String>, EnqueuedTask> keyed = new HashMap<>();
        db.call(() -> {
            plain.clear();
            keyed.clear();
            return db.prepared.query(
                    db.sql(statement),
                    (row, number) -> {
                        EnqueuedTask task = new EnqueuedTask(row.getLong(1), true);
                        String key = row.getString(3);
                        return key == null
                                ? plain.add(task)
                                : keyed.put(List.of(Objects.requireNonNull(row.getString(2)), key), task) == null;
                    },
                    texts(tasks, NewTask::pool),
                    texts(tasks, NewTask::name),
                    new SqlArrayValue("integer", tasks.stream().map(NewTask::version).toArray()),
                    new SqlArrayValue("integer", tasks.stream().map(NewTask::priority).toArray()),
                    new SqlArrayValue("bigint", tasks.stream().map(task -> task.ageing().toMillis()).toArray()),
                    new SqlArrayValue("bigint", tasks.stream()
                            .map(task -> task.delay() == null ? null : (Object) TaskEnds.millis(task.delay()))
                            .toArray()),
                    texts(tasks, task -> task.at() == null ? null : task.at().toString()),
                    texts(tasks, NewTask::key),
                    texts(tasks, NewTask::partition),
                    texts(tasks, NewTask::trace),
                    new SqlArrayValue("text", tasks.stream().map(NewTask::payload).toArray()));
        });
        List<@Nullable EnqueuedTask> inserted = new ArrayList<>(tasks.size());
        int next = 0;
        for (NewTask task : tasks) {
            String key = task.key();
            // A second task of one key in the same call finds the first one, as one of a later call would.
            inserted.add(key == null ? plain.get(next++) : keyed.remove(List.of(task.name(), key)));
        }
        return inserted;
    }

    @Override
    String returning(String change, String columns) {
        return change + " returning " + columns;
    }

    @Override
    <T> List<T> changeFirst(
            First first, String change, List<?> changeArguments, String columns, RowMapper<T> mapper) {
        return db.call(() -> db.jdbc.query(
                db.sql(change + " where id = any(array(select id from ppool_task where " + first.where() + " order by "
                        + first.order() + " limit " + first.limit() + " for update skip locked)) returning " + columns),
                mapper, arguments(changeArguments, first.arguments())));
    }

    @Override
    List<Long> end(String where, Outcome outcome, Object... arguments) {
        String delete = "delete from ppool_task where " + where + " returning ";
        String statement = history
                ? "with gone as (" + delete + TaskRows.DONE + "), kept as (insert into ppool_task_done ("
                        + TaskRows.DONE
                        + ", ended_at, outcome) select " + TaskRows.DONE + ", " + db.now() + ", "
                        + TaskRows.number(outcome) + " from gone) select id from gone"
                : delete + "id";
        return db.call(() -> db.longs(
                statement,
                arguments));
    }

    @Override
    void insertUnlessThere(String table, String columns, String values, String argument) {
        db.prepared.update(
                db.sql("insert into " + table + " (" + columns + ") values (" + values + ") on conflict do nothing"),
                argument);
    }

    @Override
    List<Due> dues() {
        return db.jdbc.query(
                db.sql("with recursive p as ((select pool, ready_at from ppool_task where state = 3"
                        + " order by pool, ready_at, id limit 1) union all"
                        + " select n.pool, n.ready_at from p cross join lateral"
                        + " (select t.pool, t.ready_at from ppool_task t where t.state = 3 and t.pool > p.pool"
                        + " order by t.pool, t.ready_at, t.id limit 1) n)"
                        + " select pool, " + db.micros(db.now(), "ready_at") + " from p"),
                (row, number) -> new Due(
                        Objects.requireNonNull(row.getString(1)), Duration.of(row.getLong(2), ChronoUnit.MICROS)));
    }

    @Override
    String dueOrder() {
        return "ready_at, id";
    }

    @Override
    List<Group> groups(int state) {
        if (state != 0) {
            String order = "pool, ready_at, id";
            return db.jdbc.query(
                    loose("pool", "state = " + state, "t.pool > p.pool", order),
                    (row, number) -> new Group(text(row, 1), "pool = ?", "ready_at, id", List.of(text(row, 1))));
        }
        List<Group> groups = new ArrayList<>(db.jdbc.query(
                loose("pool, name, version", "state = 0 and partition_key is null",
                        "(t.pool, t.name, t.version) > (p.pool, p.name, p.version)", "pool, name, version, rank, id"),
                (row, number) -> new Group(
                        text(row, 1), "pool = ? and name = ? and version = ? and partition_key is null", "rank, id",
                        List.of(text(row, 1), text(row, 2), row.getInt(3)))));
        groups.addAll(db.jdbc.query(
                loose("pool", "state = 0 and partition_key > ''", "t.pool > p.pool",
                        "pool, partition_key, name, version, rank, id"),
                (row, number) -> new Group(
                        text(row, 1), "pool = ? and partition_key > ''", "partition_key, name, version, rank, id",
                        List.of(text(row, 1)))));
        return groups;
    }

    /** The distinct values of the first columns of an index, each by one entry of it. */
    private String loose(String columns, String where, String next, String order) {
        String of = "t." + columns.replace(", ", ", t.");
        String by = "t." + order.replace(", ", ", t.");
        return db.sql("with recursive p as ((select " + of + " from ppool_task t where " + where + " order by " + by
                + " limit 1) union all select n.* from p cross join lateral (select " + of + " from ppool_task t where "
                + where + " and " + next + " order by " + by + " limit 1) n) select * from p limit 1000");
    }

    @Override
    String tasksById() {
        return "ppool_task where id = any(?) and ";
    }

    @Override
    String claimedTasks() {
        return "ppool_task where state = 1 and ";
    }

    @Override
    String cancelledTasks() {
        return "ppool_task where ";
    }

    @Override
    String ready(String at) {
        return "state = 0, ready_at = " + at + ", rank = " + db.plus(at, "0 - priority * ageing");
    }

    @Override
    String delayed(String until) {
        return "state = 3, ready_at = " + until + ", rank = " + db.plus(until, "0 - priority * ageing");
    }

    @Override
    String laidDown(String at) {
        return "state = 2, ready_at = " + at;
    }

    @Override
    String staged() {
        return "state = 0";
    }

    @Override
    String isDue(String now) {
        return "ready_at <= " + now;
    }

    @Override
    List<String> partitionsAfter(String pool, String after, int limit) {
        return db.strings(
                "with recursive p as ((select t.partition_key from ppool_task t where t.pool = ? and t.state = 0"
                        + " and t.partition_key > ? order by t.partition_key, t.name, t.version, t.rank, t.id limit 1)"
                        + " union all select n.partition_key from p cross join lateral (select t.partition_key"
                        + " from ppool_task t where t.pool = ? and t.state = 0 and t.partition_key > p.partition_key"
                        + " order by t.partition_key, t.name, t.version, t.rank, t.id limit 1) n)"
                        + " select partition_key from p limit " + limit,
                pool, after, pool);
    }

    @Override
    Map<String, List<Candidate>> candidates(String pool, List<String> partitions, List<Kind> kinds, int limit) {
        Map<String, List<Candidate>> found = new HashMap<>();
        List<String> some = partitions.stream().filter(partition -> !partition.isEmpty()).toList();
        if (partitions.size() > some.size()) {
            candidates(found, "unnest(array['']::varchar[])", "t.partition_key is null", limit,
                    names(kinds), versions(kinds), pool);
        }
        if (!some.isEmpty()) {
            candidates(found, "unnest(?::varchar[])", "t.partition_key = q.partition_key", limit,
                    texts(some, partition -> partition), names(kinds), versions(kinds), pool);
        }
        return found;
    }

    private void candidates(
            Map<String, List<Candidate>> found, String partitions, String of, int limit, Object... arguments) {
        db.jdbc.query(
                db.sql("select q.partition_key, b.id, b.rank from " + partitions + " as q(partition_key)"
                        + " cross join lateral (select x.id, x.rank from unnest(?::varchar[], ?::integer[])"
                        + " as k(name, version) cross join lateral (select t.id, t.rank from ppool_task t"
                        + " where t.pool = ? and t.name = k.name and t.version = k.version and t.state = 0 and " + of
                        + " order by t.rank, t.id limit " + limit + ") x order by x.rank, x.id limit " + limit + ") b"
                        + " order by q.partition_key, b.rank, b.id"),
                row -> {
                    found.computeIfAbsent(text(row, 1), partition -> new ArrayList<>())
                            .add(new Candidate(row.getLong(2),
                                    Objects.requireNonNull(row.getObject(3, OffsetDateTime.class))));
                },
                arguments);
    }

    @Override
    String putRate() {
        return "insert into ppool_rate (pool, partition_key, used, turn, seen, free_at) values (?, ?, ?, ?, ?, ?)"
                + " on conflict (pool, partition_key) do update set used = excluded.used, turn = excluded.turn,"
                + " seen = excluded.seen, free_at = excluded.free_at";
    }

    @Override
    String putProgress() {
        return "insert into ppool_task_progress as p (id, node, attempt, percent, progress) values (?, ?, ?, ?, ?)"
                + " on conflict (id) do update set node = excluded.node, attempt = excluded.attempt,"
                + " percent = excluded.percent, progress = excluded.progress where p.attempt <= excluded.attempt";
    }

    @Override
    String texts() {
        return "payload, checkpoint";
    }

    @Override
    Ranked ranked(ResultSet row) throws SQLException {
        return TaskRows.ranked(row, row.getString("payload"), row.getString("checkpoint"));
    }

    @Override
    @Nullable
    String payload(ResultSet row) throws SQLException {
        return row.getString("payload");
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNull(row.getString(column));
    }

    @Override
    int forget(Duration age, int limit) {
        return db.call(() -> db.jdbc.update(
                db.sql("delete from ppool_task_done where id = any(array(select id from ppool_task_done"
                        + " where ended_at < "
                        + db.plus(db.now(), "?") + " order by ended_at, id limit " + limit
                        + " for update skip locked))"),
                -age.toMillis()));
    }

    @Override
    boolean checkpoint(UUID node, long id, @Nullable String state) {
        return db.call(() -> db.jdbc.update(
                db.sql("update ppool_task set checkpoint = ? where id = ? and node = ?"), state, id, node)) > 0;
    }

    /**
     * The setting ends with the transaction. It comes from a row, so the planner can't leave it out. The statement
     * tells how many rows of the table it has read without an index: its own is among them, if it did so.
     */
    @Override
    boolean completeFirst(UUID node, long id, Duration longestIdle) {
        KeptPlan.Choice choice = firstPlan.choose();
        List<Long> scanned = (choice.isKept() ? db.prepared : db.jdbc).query(
                (history ? completionWithHistory() : completion) + choice.mark(), (row, number) -> row.getLong(2),
                id, node, Math.clamp(longestIdle.toMillis(), 1, Integer.MAX_VALUE) + "ms");
        if (scanned.isEmpty()) {
            return false;
        }
        firstPlan.ran(choice, scanned.get(0) > 0);
        return true;
    }

    private String completionWithHistory() {
        return db.sql("with gone as (" + DELETE_CLAIMED + TaskRows.DONE + "), kept as (insert into ppool_task_done ("
                + TaskRows.DONE + ", ended_at, outcome) select " + TaskRows.DONE + ", " + db.now() + ", "
                + TaskRows.number(Outcome.SUCCEEDED) + " from gone) select " + COMPLETED + " from gone");
    }
}
