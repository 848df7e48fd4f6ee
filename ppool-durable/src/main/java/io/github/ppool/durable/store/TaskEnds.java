package io.github.ppool.durable.store;

import io.github.ppool.durable.EndedTaskView.Outcome;
import io.github.ppool.durable.store.FailedAttempt.Next;
import io.github.ppool.durable.store.TaskStore.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The way of claimed tasks to the end of their attempts. */
final class TaskEnds {

    private static final String CANCELLED = "id = any(?) and node = ? and cancelled";

    private final TaskSql sql;
    private final TaskDatabase db;

    TaskEnds(TaskSql sql) {
        this.sql = sql;
        this.db = sql.db;
    }

    int giveBack(UUID node, Collection<Long> ids) {
        int given = db.transaction(() -> {
            Set<Long> mine = sql.lock(node, ids);
            if (mine.isEmpty()) {
                return 0;
            }
            int back = db.jdbc.update(
                    db.sql("update ppool_task set state = 0, node = null, claimed_at = null, attempts = attempts - 1"
                            + " where id = any(?) and node = ? and not cancelled"),
                    TaskDatabase.ids(mine), node);
            if (back < mine.size()) {
                sql.end(CANCELLED, Outcome.CANCELLED, TaskDatabase.ids(mine), node);
            }
            return back;
        });
        sql.givenBack();
        return given;
    }

    Set<Long> fail(UUID node, Collection<FailedAttempt> ends) {
        return db.transaction(() -> {
            Set<Long> mine = sql.lock(node, ends.stream().map(FailedAttempt::id).toList());
            Set<Long> done = new HashSet<>();
            List<FailedAttempt> own = ends.stream().filter(end -> mine.contains(end.id())).toList();
            String now = db.now();
            String later = db.plus(now, "?");
            done.addAll(each(node, own.stream().filter(end -> isAgain(end) && !isLater(end)), sql.ready(now)));
            done.addAll(each(node, own.stream().filter(end -> isAgain(end) && isLater(end)), sql.delayed(later)));
            done.addAll(each(node, own.stream().filter(end -> end.next() == Next.LAID_DOWN), sql.laidDown(now)));
            List<Long> deleted = each(node, own.stream().filter(end -> end.next() == Next.DELETED), null);
            if (!deleted.isEmpty()) {
                done.addAll(sql.end("id = any(?) and node = ?", Outcome.DELETED, TaskDatabase.ids(deleted), node));
            }
            mine.removeAll(done);
            if (!mine.isEmpty()) {
                done.addAll(cancelled(node, own.stream().filter(end -> mine.contains(end.id())).toList()));
            }
            return done;
        });
    }

    /** Updates the rows of one decision, in one batch. Rows of another attempt and cancelled ones stay. */
    private List<Long> each(UUID node, Stream<FailedAttempt> ends, @Nullable String set) {
        List<FailedAttempt> those = ends.toList();
        if (those.isEmpty()) {
            return List.of();
        }
        String free = set == null ? "" : set + ", node = null, claimed_at = null, ";
        int[] counts = db.jdbc.batchUpdate(
                db.sql("update ppool_task set " + free + "plan = coalesce(?, plan), reason = ?, failure = ?,"
                        + " lost = lost + ?, percent = coalesce(?, percent), progress = case when cast(? as integer)"
                        + " is null then progress else cast(? as varchar(200)) end"
                        + " where id = ? and node = ? and attempts = ? and not cancelled"),
                those.stream().map(end -> values(node, end)).toList());
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                ids.add(those.get(i).id());
            }
        }
        return ids;
    }

    private static Object[] values(UUID node, FailedAttempt end) {
        List<@Nullable Object> values = new ArrayList<>();
        if (isAgain(end) && isLater(end)) {
            long delay = millis(end.delay());
            values.add(delay);
            values.add(delay);
        }
        values.add(end.plan());
        values.add(end.reason());
        values.add(end.failure());
        values.add(end.lost() ? 1 : 0);
        Progress last = end.progress();
        values.add(last == null ? null : last.percent());
        values.add(last == null ? null : last.percent());
        values.add(last == null ? null : last.text());
        values.add(end.id());
        values.add(node);
        values.add(end.attempt());
        return values.toArray();
    }

    private static boolean isAgain(FailedAttempt end) {
        return end.next() == Next.AGAIN;
    }

    private static boolean isLater(FailedAttempt end) {
        return millis(end.delay()) > 0;
    }

    /** A part of a millisecond counts as one. */
    static long millis(Duration delay) {
        return delay.plusNanos(999_999).toMillis();
    }

    private List<Long> cancelled(UUID node, List<FailedAttempt> ends) {
        List<Long> gone = new ArrayList<>();
        for (FailedAttempt end : ends) {
            gone.addAll(sql.end(
                    "id = ? and node = ? and attempts = ? and cancelled", Outcome.CANCELLED, end.id(), node,
                    end.attempt()));
        }
        return gone;
    }

    Set<Long> heartbeat(UUID node, Collection<Progress> progress) {
        if (!progress.isEmpty()) {
            db.transaction(() -> {
                Set<Long> mine = sql.lock(node, progress.stream().map(Progress::id).toList());
                return db.jdbc.batchUpdate(
                        db.sql("update ppool_task set percent = ?, progress = ? where id = ? and node = ?"),
                        progress.stream()
                                .filter(each -> mine.contains(each.id()))
                                .map(each -> new Object[]{each.percent(), each.text(), each.id(), node})
                                .toList());
            });
        }
        return Set.copyOf(db.call(() -> db.longs(
                "select id from " + sql.cancelledTasks() + "node = ? and cancelled order by node, id",
                node)));
    }
}
