package io.github.ppool.durable.store;

import io.github.ppool.durable.store.TaskSql.Due;
import io.github.ppool.durable.store.TaskSql.First;
import io.github.ppool.durable.store.TaskStore.Schedule;
import io.github.ppool.durable.store.TaskStore.Staged;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The work of a time that has come: delayed tasks, schedules, the end of the history. */
final class TaskStages {

    private final TaskSql sql;
    private final TaskDatabase db;
    private final TaskInserts inserts;

    TaskStages(TaskSql sql, TaskInserts inserts) {
        this.sql = sql;
        this.db = sql.db;
        this.inserts = inserts;
    }

    Staged stage(int limit) {
        Map<String, Integer> ready = new HashMap<>();
        List<Due> dues = db.call(sql::dues);
        int left = limit;
        for (Due due : dues) {
            if (left > 0 && !due.in().isPositive()) {
                int count = stage(due.pool(), left);
                left -= count;
                if (count > 0) {
                    ready.put(due.pool(), count);
                }
            }
        }
        return new Staged(ready, next(ready.isEmpty() ? dues : db.call(sql::dues)));
    }

    private int stage(String pool, int limit) {
        return db.call(() -> sql.changeFirst(
                First.of("state = 3 and pool = ? and " + sql.isDue(db.now()), sql.dueOrder(), limit, pool),
                "update ppool_task set " + sql.staged(), List.of(), "id", (row, number) -> row.getLong(1)))
                .size();
    }

    private static @Nullable Duration next(List<Due> dues) {
        return dues.stream()
                .map(due -> due.in().isNegative() ? Duration.ZERO : due.in())
                .min(Duration::compareTo)
                .orElse(null);
    }

    Schedule schedule(String name) {
        Schedule there = read(name);
        if (there != null) {
            return there;
        }
        db.call(() -> {
            sql.insertUnlessThere("ppool_schedule", "name, last_fire", "?, " + db.now(), name);
            return name;
        });
        return Objects.requireNonNull(read(name), "the row of a schedule must stay");
    }

    private @Nullable Schedule read(String name) {
        List<Schedule> found = db.call(() -> db.jdbc.query(
                db.sql("select last_fire, " + db.now() + " as present from ppool_schedule where name = ?"),
                (row, number) -> new Schedule(TaskRows.time(row, "last_fire"), TaskRows.time(row, "present")),
                name));
        return found.isEmpty() ? null : found.get(0);
    }

    boolean fire(String name, Instant from, Instant to, NewTask task) {
        return db.transaction(() -> {
            int moved = db.jdbc.update(
                    db.sql("update ppool_schedule set last_fire = ? where name = ? and last_fire = ?"),
                    TaskDatabase.time(to), name, TaskDatabase.time(from));
            if (moved == 0) {
                return false;
            }
            inserts.insert(List.of(task));
            return true;
        });
    }

    int forget(Duration age, int limit) {
        return sql.forget(age, limit);
    }
}
