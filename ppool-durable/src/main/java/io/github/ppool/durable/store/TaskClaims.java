package io.github.ppool.durable.store;

import io.github.ppool.durable.store.Claim.Kind;
import io.github.ppool.durable.store.Claim.Rates;
import io.github.ppool.durable.store.TaskRows.Ranked;
import io.github.ppool.durable.store.TaskSql.First;
import io.github.ppool.durable.store.TaskSql.Picked;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;

/** Claims tasks, and finds those that are claimed. */
final class TaskClaims {

    private final TaskSql sql;
    private final TaskDatabase db;
    private final RatedClaims rated;

    TaskClaims(TaskSql sql) {
        this.sql = sql;
        this.db = sql.db;
        this.rated = new RatedClaims(sql);
    }

    /** Tasks with a partition that are left in a pool without partitions are served as if it had them. */
    Claimed claim(Claim claim) {
        List<Kind> kinds = claim.kinds().stream()
                .sorted(Comparator.comparing(Kind::name).thenComparingInt(Kind::version))
                .toList();
        if (claim.limit() < 1 || kinds.isEmpty()) {
            return new Claimed(List.of(), null);
        }
        if (claim.rates() != null) {
            return rated.claim(claim.node(), claim.pool(), kinds, claim.limit(), claim.rates());
        }
        Picked picked = sql.claim(claim.node(), claim.pool(), kinds, claim.limit());
        List<ClaimedTask> tasks = new ArrayList<>(tasks(picked.tasks()));
        int left = claim.limit() - tasks.size();
        if (left > 0 && picked.parted()) {
            more(tasks, () -> rated.claim(claim.node(), claim.pool(), kinds, left, new Rates(null, null)).tasks());
        }
        return new Claimed(tasks, null);
    }

    /** A part that was claimed before a failure is the answer: the next call will fail if the database still does. */
    private void more(List<ClaimedTask> tasks, Supplier<List<ClaimedTask>> part) {
        try {
            tasks.addAll(part.get());
        } catch (DataAccessException failed) {
            if (tasks.isEmpty() || db.joins()) {
                throw failed;
            }
        }
    }

    private static List<ClaimedTask> tasks(List<Ranked> ranked) {
        return TaskSql.sorted(ranked, TaskSql.ORDER).stream().map(Ranked::task).toList();
    }

    List<ClaimedTask> claimed(UUID node, long after, int limit) {
        return db.call(() -> db.jdbc.query(
                db.sql("select " + sql.bareColumns() + " from " + sql.claimedTasks() + "node = ? and id > ?"
                        + " order by node, id fetch first " + limit + " rows only"),
                (row, number) -> TaskRows.ranked(row, null, null).task(),
                node, after));
    }

    Set<UUID> claimants() {
        Set<UUID> nodes = new HashSet<>();
        UUID last = new UUID(0, 0);
        while (true) {
            UUID after = last;
            List<UUID> next = db.call(() -> db.jdbc.queryForList(
                    db.sql("select node from " + sql.claimedTasks() + "node > ? order by node, id"
                            + " fetch first 1 rows only"),
                    UUID.class, after));
            if (next.isEmpty()) {
                return nodes;
            }
            last = next.get(0);
            nodes.add(last);
        }
    }

    List<ClaimedTask> takeOver(Collection<UUID> dead, UUID node, int limit) {
        List<ClaimedTask> taken = new ArrayList<>();
        for (UUID one : dead) {
            int left = limit - taken.size();
            if (left > 0 && !one.equals(node)) {
                more(taken, () -> takeOver(one, node, left));
            }
        }
        return taken;
    }

    /** The notes of the dead attempt beside its task are kept as its progress: its own transaction is undone. */
    private List<ClaimedTask> takeOver(UUID one, UUID node, int limit) {
        List<Ranked> tasks = db.call(() -> sql.changeFirst(
                First.of("state = 1 and node = ?", "node, id", limit, one),
                "update ppool_task set node = ?, percent = coalesce(" + TaskProgress.OF_ATTEMPT.formatted("percent")
                        + ", percent), progress = coalesce(" + TaskProgress.OF_ATTEMPT.formatted("progress")
                        + ", progress)",
                List.of(node), sql.claimedColumns(),
                (row, number) -> sql.ranked(row)));
        return tasks.stream().map(Ranked::task).sorted(Comparator.comparingLong(ClaimedTask::id)).toList();
    }
}
