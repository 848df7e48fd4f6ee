package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.process.ExitReason;
import io.github.ppool.spring.boot.SafeReason;
import io.github.ppool.supervisor.ChildInfo;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at one pool in detail. Any thread. */
final class Details {

    /** The most workers that are shown. */
    static final int MOST_WORKERS = 1_000;
    /** The most callers and tasks of the queue that are shown. */
    static final int MOST_WAITING = 100;
    /** The most scheduled tasks, and the most keys, that are shown. */
    static final int MOST_LATER = 20;

    private final Pools pools;
    private final LeaseWatch leases = new LeaseWatch();

    Details(Pools pools) {
        this.pools = pools;
    }

    /**
     * Looks at a pool.
     *
     * @param samples the history; null if there is none
     * @param journal the entries of the journal
     */
    PoolDetail of(String pool, @Nullable Samples samples, List<JournalEntry> journal) {
        PoolInspection inspection = pools.admin().inspect(pool, MOST_WORKERS, MOST_WAITING).orElse(null);
        PoolDetail.PlanRow plan = pools.spec(pool).map(Plans::of).orElse(null);
        if (inspection == null) {
            return new PoolDetail(pool, samples, null, null, null, plan, journal);
        }
        Map<String, ChildInfo> children = pools.supervisor(pool)
                .map(supervisor -> Children.of(pools.system(), supervisor, MOST_WORKERS))
                .orElse(Map.of());
        Map<String, Long> since = leases.sinceMillis(pool, inspection, pools.system().clock().nanoTime());
        return new PoolDetail(
                pool,
                samples,
                inspection.workers().stream()
                        .map(worker -> row(worker, children.get(worker.child()), since.get(worker.child())))
                        .toList(),
                inspection.queue().stream().map(Details::row).toList(),
                pools.admin().backlog(pool, MOST_LATER, MOST_LATER).map(Details::row).orElse(null),
                plan,
                journal);
    }

    private static PoolDetail.WorkerRow row(
            PoolInspection.Worker worker, @Nullable ChildInfo child, @Nullable Long seenSince) {
        Duration since = worker.since();
        ExitReason lastExit = child == null ? null : child.lastExit();
        return new PoolDetail.WorkerRow(
                worker.child(),
                worker.pid() == null ? null : PidText.of(worker.pid()),
                worker.activity().name().toLowerCase(Locale.ROOT),
                worker.holder(),
                since == null ? null : since.toMillis(),
                since == null ? seenSince : null,
                child == null ? null : child.restarts(),
                worker.planStep(),
                child == null || child.restartIn() == null ? null : child.restartIn().toMillis(),
                lastExit == null ? null : Note.cut(SafeReason.of(lastExit), Note.LONGEST));
    }

    private static PoolDetail.WaiterRow row(PoolInspection.Waiting waiting) {
        Duration left = waiting.deadlineIn();
        return new PoolDetail.WaiterRow(
                waiting.task() ? "task" : "caller",
                waiting.who(),
                waiting.priority() == 0 ? null : waiting.priority(),
                waiting.waited().toMillis(),
                left == null ? null : left.toMillis());
    }

    private static PoolDetail.@Nullable Backlog row(TaskBacklog backlog) {
        if (backlog.equals(TaskBacklog.NONE)) {
            return null;
        }
        Duration next = backlog.nextDue();
        return new PoolDetail.Backlog(
                backlog.scheduled(),
                next == null ? null : next.toMillis(),
                backlog.first().stream()
                        .map(task -> new PoolDetail.ScheduledRow(
                                "task #" + task.id(), task.dueIn().toMillis(), task.key()))
                        .toList(),
                backlog.retrying(),
                backlog.keys(),
                backlog.waitingForKeys(),
                backlog.busiest().stream()
                        .map(key -> new PoolDetail.KeyRow(
                                key.key(), key.waiting(), key.waited().toMillis(),
                                key.holder().name().toLowerCase(Locale.ROOT),
                                key.holderId() == null ? null : "task #" + key.holderId()))
                        .toList());
    }
}
