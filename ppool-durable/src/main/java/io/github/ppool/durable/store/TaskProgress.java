package io.github.ppool.durable.store;

import io.github.ppool.durable.DurableTaskState;
import io.github.ppool.durable.DurableTaskView;
import io.github.ppool.durable.store.TaskStore.Progress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The progress of attempts that run in a transaction. Their first statement has locked the row of the task, so the
 * progress has a row of its own. It counts while the task is claimed by that node for that attempt.
 */
final class TaskProgress {

    /** The progress of the attempt that a task has, by its number; null if the attempt has written none beside it. */
    static final String OF_ATTEMPT = "(select p.%s from ppool_task_progress p where p.id = ppool_task.id"
            + " and p.attempt = ppool_task.attempts)";

    private record Written(UUID node, Progress progress) {
        boolean isOf(DurableTaskView task) {
            return node.toString().equals(task.node()) && progress.attempt() == task.attempts();
        }
    }

    private final TaskSql sql;
    private final TaskDatabase db;

    TaskProgress(TaskSql sql) {
        this.sql = sql;
        this.db = sql.db;
    }

    /** Two calls write in the same order, so that neither waits for the other. */
    void write(UUID node, Collection<Progress> progress, Collection<Long> over) {
        if (!over.isEmpty()) {
            db.call(() -> db.jdbc.update(
                    db.sql("delete from ppool_task_progress where id = any(?) and node = ?"),
                    TaskDatabase.ids(over), node));
        }
        if (!progress.isEmpty()) {
            db.transaction(() -> db.prepared.batchUpdate(
                    db.sql(sql.putProgress()),
                    progress.stream()
                            .sorted(Comparator.comparingLong(Progress::id))
                            .map(each -> new Object[]{
                                    each.id(), node, each.attempt(), each.percent(), each.text()})
                            .toList()));
        }
    }

    Set<UUID> nodes() {
        return new HashSet<>(db.call(() -> db.jdbc.queryForList(
                db.sql("select distinct node from ppool_task_progress"), UUID.class)));
    }

    void forget(Collection<UUID> dead) {
        for (UUID node : dead) {
            db.call(() -> db.jdbc.update(db.sql("delete from ppool_task_progress where node = ?"), node));
        }
    }

    /** Adds the progress that was written beside the tasks. Asks only if a task is claimed. */
    List<DurableTaskView> with(List<DurableTaskView> tasks) {
        List<Long> claimed = tasks.stream()
                .filter(task -> task.state() == DurableTaskState.CLAIMED)
                .map(DurableTaskView::id)
                .toList();
        if (claimed.isEmpty()) {
            return tasks;
        }
        Map<Long, Written> found = new HashMap<>();
        db.call(() -> db.jdbc.query(
                db.sql("select id, node, attempt, percent, progress from ppool_task_progress where id = any(?)"),
                (row, number) -> found.put(row.getLong(1), new Written(
                        row.getObject(2, UUID.class),
                        new Progress(row.getLong(1), row.getInt(3), row.getInt(4), row.getString(5)))),
                TaskDatabase.ids(claimed)));
        return tasks.stream()
                .map(task -> {
                    Written written = found.get(task.id());
                    return written != null && written.isOf(task) ? with(task, written.progress) : task;
                })
                .toList();
    }

    private static DurableTaskView with(DurableTaskView task, Progress progress) {
        return new DurableTaskView(
                task.id(), task.pool(), task.name(), task.version(), task.state(), task.priority(), task.key(),
                task.partition(), task.enqueuedAt(), task.readyAt(), task.attempts(), task.node(), task.claimedAt(),
                task.reason(), task.failure(), progress.percent(), progress.text(), task.cancelled(), task.payload());
    }
}
