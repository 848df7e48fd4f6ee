package io.github.ppool.durable.store;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.TaskQuery;
import io.github.ppool.durable.store.TaskQueries.Condition;
import io.github.ppool.durable.store.TaskStore.Change;
import io.github.ppool.durable.store.TaskStore.Changed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The changes by operators, in batches in the order of the ids. */
final class TaskChanges {

    private static final int BATCH = 500;

    /** A batch: the last id that was looked at, and the number of changed tasks. */
    private record Batch(long last, int found, long count) {}

    private final TaskSql sql;
    private final TaskDatabase db;

    TaskChanges(TaskSql sql) {
        this.sql = sql;
        this.db = sql.db;
    }

    Changed change(Change change, TaskQuery query, @Nullable Long id) {
        DurableTaskState only = switch (change) {
            case REDRIVE -> DurableTaskState.LAID_DOWN;
            case RUN_NOW -> DurableTaskState.DELAYED;
            case DROP, CANCEL -> query.state();
        };
        Set<String> pools = new HashSet<>();
        if (change == Change.DROP && only == DurableTaskState.CLAIMED) {
            return new Changed(0, pools);
        }
        Condition condition = TaskQueries.condition(query, only, sql.hasKey());
        String more = (change == Change.DROP ? " and state <> 1" : "")
                + (change == Change.CANCEL ? " and not cancelled" : "")
                + (id == null ? "" : " and id = ?");
        long count = 0;
        // A task that a claim had locked is found by the second pass; each pass leaves the changed ones out.
        int passes = change == Change.CANCEL || change == Change.DROP ? 2 : 1;
        for (int pass = 0; pass < passes; pass++) {
            long last = 0;
            Batch batch;
            do {
                long after = last;
                batch = db.transaction(() -> batch(change, condition, more, id, after, pools));
                count += batch.count;
                last = batch.last;
            } while (batch.found == BATCH);
        }
        return new Changed(count, pools);
    }

    private Batch batch(
            Change change, Condition condition, String more, @Nullable Long id, long after, Set<String> pools) {
        List<Long> ids = db.longs(
                "select id from ppool_task where " + condition.where() + more + " and id > ? order by id"
                        + " fetch first " + BATCH + " rows only for update skip locked",
                id == null
                        ? TaskSql.arguments(condition.arguments(), after)
                        : TaskSql.arguments(condition.arguments(), id, after));
        if (ids.isEmpty()) {
            return new Batch(after, 0, 0);
        }
        long count = switch (change) {
            case REDRIVE -> makeReady(ids, 2, ", plan = null", pools);
            case RUN_NOW -> makeReady(ids, 3, "", pools);
            case DROP -> sql.end("id = any(?) and state <> 1", Outcome.DROPPED, TaskDatabase.ids(ids)).size();
            case CANCEL -> db.jdbc.update(
                    db.sql("update ppool_task set cancelled = true where id = any(?) and state + 0 = 1"
                            + " and not cancelled"),
                    TaskDatabase.ids(ids))
                    + sql.end("id = any(?) and state <> 1", Outcome.CANCELLED, TaskDatabase.ids(ids)).size();
        };
        return new Batch(ids.get(ids.size() - 1), ids.size(), count);
    }

    private long makeReady(List<Long> ids, int state, String more, Set<String> pools) {
        String now = db.now();
        List<String> changed = db.jdbc.query(
                db.sql(sql.returning(
                        "update ppool_task set " + sql.ready(now) + more + " where id = any(?) and state + 0 = "
                                + state,
                        "pool")),
                (row, number) -> TaskRows.text(row, "pool"),
                TaskDatabase.ids(ids));
        pools.addAll(changed);
        return changed.size();
    }
}
