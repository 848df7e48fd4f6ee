package io.github.ppool.durable.store;

import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.EnqueuedTask;
import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.TaskRows.Ranked;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/**
 * The statements in which PostgreSQL and H2 differ.
 *
 * <p>No statement's cost depends on statistics: each search has an order that one index has too, and a limit as a
 * literal. So the planner has no choice. Ids are chosen first, and changed by the primary key.
 */
abstract class TaskSql {

    /** The columns of a claimed task, without the texts. */
    static final String CLAIMED = "id, pool, name, version, task_key, partition_key, priority, enqueued_at, attempts,"
            + " lost, plan, trace, rank";

    /** The assignments of a claim; the present time is to be put in. */
    static final String CLAIM = "state = 1, node = ?, claimed_at = %s, attempts = attempts + 1, percent = null,"
            + " progress = null";

    static final Comparator<Ranked> ORDER = Comparator.comparing(Ranked::rank)
            .thenComparingLong(ranked -> ranked.task().id());

    private static final long FIRST_PAUSE = 1_000_000;
    private static final long LAST_PAUSE = 32_000_000;

    /** A ready task and its place. */
    record Candidate(long id, OffsetDateTime rank) {}

    /** The first ready tasks, and whether there are ready ones with a partition. */
    record Picked(List<Ranked> tasks, boolean parted) {}

    /** The first delayed task of a pool. */
    record Due(String pool, Duration in) {}

    /** Tasks that an index keeps together: a condition beside the state, and the order of the index. */
    record Group(String pool, String where, String order, List<Object> arguments) {}

    /** Rows that come first in an order: a condition with literals and arguments, and the order of an index. */
    record First(String where, String order, int limit, List<Object> arguments) {
        static First of(String where, String order, int limit, Object... arguments) {
            return new First(where, order, limit, List.of(arguments));
        }
    }

    final TaskDatabase db;
    final boolean history;

    TaskSql(TaskDatabase db, boolean history) {
        this.db = db;
        this.history = history;
    }

    /** Claims tasks without a partition. */
    abstract Picked claim(UUID node, String pool, List<Kind> kinds, int limit);

    /** Inserts tasks. Null stands for those whose key an unfinished task has. */
    abstract List<@Nullable EnqueuedTask> insert(List<NewTask> tasks);

    /** A change whose rows are read: those before a deletion, or after an update. */
    abstract String returning(String change, String columns);

    /** Changes the first rows that no transaction has locked. */
    abstract <T> List<T> changeFirst(
            First first, String change, List<?> changeArguments, String columns, RowMapper<T> mapper);

    /** Ends tasks: removes the rows, and keeps them in the history. A condition on the primary key finds them. */
    abstract List<Long> end(String where, Outcome outcome, Object... arguments);

    /** Makes a row unless it is there. Another transaction that makes it at the same time is waited for. */
    abstract void insertUnlessThere(String table, String columns, String values, String argument);

    /** The first delayed task of each pool. */
    abstract List<Due> dues();

    /** The next partitions that have ready tasks, after one of them. */
    abstract List<String> partitionsAfter(String pool, String after, int limit);

    /** The first candidates of partitions, in order; an empty partition stands for tasks without one. */
    abstract Map<String, List<Candidate>> candidates(String pool, List<String> partitions, List<Kind> kinds, int limit);

    /** Stores the use of rates: pool, partition, used, turn, seen, free_at. */
    abstract String putRate();

    /** Stores the progress beside a task: id, node, attempt, percent, progress. */
    abstract String putProgress();

    /** The groups of tasks of a state, which an index keeps together; not of claimed tasks. */
    abstract List<Group> groups(int state);

    /** The condition that a task has a key, as an index has it. */
    String hasKey() {
        return "task_key = ?";
    }

    /** The table that has the ids of unfinished tasks by key and name. */
    String keys() {
        return "ppool_task";
    }

    /** The tasks whose ids are in an array: a table and the beginning of a condition. */
    abstract String tasksById();

    /** The claimed tasks: a table and the beginning of a condition, as an index has them together. */
    abstract String claimedTasks();

    /** The cancelled tasks of nodes: a table and the beginning of a condition, as an index has them together. */
    abstract String cancelledTasks();

    /** Sets the state ready from a time on. */
    abstract String ready(String at);

    /** Sets the state delayed until a time. The expression of the time occurs twice. */
    abstract String delayed(String until);

    /** Sets the state laid down. */
    abstract String laidDown(String at);

    /** Sets the state ready for a task whose delay is over. */
    abstract String staged();

    /** The condition of delayed tasks whose delay is over, as an index has it. */
    abstract String isDue(String now);

    /** The columns of the texts of a task. */
    abstract String texts();

    abstract Ranked ranked(ResultSet row) throws SQLException;

    abstract @Nullable String payload(ResultSet row) throws SQLException;

    /** The order of the delayed tasks of a pool, as an index has it. */
    abstract String dueOrder();

    /** Removes the oldest entries of the history. */
    abstract int forget(Duration age, int limit);

    /** Tasks have got their former places back. */
    void givenBack() {}

    /** Stores the state of a task for its next attempt. */
    abstract boolean checkpoint(UUID node, long id, @Nullable String state);

    /** Ends a task as the first statement of a transaction. */
    abstract boolean completeFirst(UUID node, long id, Duration longestIdle);

    /** The columns without the texts. */
    final String bareColumns() {
        return CLAIMED + ", " + db.micros("ready_at", "claimed_at") + " as waited";
    }

    final String claimedColumns() {
        return bareColumns() + ", " + texts();
    }

    /**
     * Locks those of the tasks that are the node's and that no transaction has locked. In a transaction. A row that
     * another call has locked for a moment is tried again; one that its own attempt has locked is left out.
     */
    final Set<Long> lock(UUID node, Collection<Long> ids) {
        Set<Long> locked = new HashSet<>();
        Set<Long> rest = new HashSet<>(ids);
        for (long pause = FIRST_PAUSE;; pause *= 2) {
            locked.addAll(db.longs(
                    "select id from " + tasksById() + "node = ? order by id for update skip locked",
                    TaskDatabase.ids(rest), node));
            rest.removeAll(locked);
            if (rest.isEmpty() || pause > LAST_PAUSE) {
                return locked;
            }
            rest = new HashSet<>(db.longs(
                    "select id from " + tasksById() + "node = ?", TaskDatabase.ids(rest), node));
            if (rest.isEmpty()) {
                return locked;
            }
            LockSupport.parkNanos(pause);
        }
    }

    /**
     * Claims tasks by their ids, unless another transaction has locked or changed them. The sum keeps the planner
     * from an index of the state.
     */
    List<Ranked> claim(UUID node, Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : changeFirst(
                        First.of("id = any(?) and state + 0 = 0", "id", ids.size(), TaskDatabase.ids(ids)),
                        "update ppool_task set " + CLAIM.formatted(db.now()), List.of(node), claimedColumns(),
                        (row, number) -> ranked(row));
    }

    static <T> List<T> sorted(Collection<T> values, Comparator<? super T> order) {
        return values.stream().sorted(order).toList();
    }

    static Object[] arguments(Object... parts) {
        List<@Nullable Object> all = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof Collection<?> several) {
                all.addAll(several);
            } else if (part instanceof Object[] several) {
                all.addAll(Arrays.asList(several));
            } else {
                all.add(part);
            }
        }
        return all.toArray();
    }
}
