package io.github.ppool.durable.store;

import io.github.ppool.durable.EnqueuedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.CannotAcquireLockException;

/** Inserts tasks, or finds the unfinished ones of the same names and keys. */
final class TaskInserts {

    /** A statement takes so many tasks, and payloads of so many characters. */
    private static final int ROWS = 1_000;

    private static final long CHARACTERS = 16_000_000;

    /** The task of the key may end between the two statements, and another one may begin. */
    private static final int ATTEMPTS = 20;

    private final TaskSql sql;

    TaskInserts(TaskSql sql) {
        this.sql = sql;
    }

    List<EnqueuedTask> insert(List<NewTask> tasks) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        if (tasks.size() == 1) {
            return some(tasks);
        }
        return sql.db.transaction(() -> {
            List<EnqueuedTask> all = new ArrayList<>(tasks.size());
            int from = 0;
            while (from < tasks.size()) {
                int to = from + 1;
                long characters = length(tasks.get(from));
                while (to < tasks.size()
                        && to - from < ROWS
                        && characters + length(tasks.get(to)) <= CHARACTERS) {
                    characters += length(tasks.get(to));
                    to++;
                }
                all.addAll(some(tasks.subList(from, to)));
                from = to;
            }
            return all;
        });
    }

    private static long length(NewTask task) {
        return task.payload() == null ? 0 : task.payload().length();
    }

    private List<EnqueuedTask> some(List<NewTask> tasks) {
        List<@Nullable EnqueuedTask> inserted = new ArrayList<>(sql.insert(tasks));
        for (int i = 0; i < tasks.size(); i++) {
            if (inserted.get(i) == null) {
                inserted.set(i, existing(tasks.get(i)));
            }
        }
        return inserted.stream().map(Objects::requireNonNull).toList();
    }

    private EnqueuedTask existing(NewTask task) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            List<Long> found = sql.db.call(() -> sql.db.longs(
                    "select id from " + sql.keys() + " where task_key = ? and name = ?",
                    Objects.requireNonNull(task.key()), task.name()));
            if (!found.isEmpty()) {
                return new EnqueuedTask(found.get(0), false);
            }
            EnqueuedTask again = sql.insert(List.of(task)).get(0);
            if (again != null) {
                return again;
            }
        }
        throw new CannotAcquireLockException("tasks of the name " + task.name() + " and one key come and go");
    }
}
