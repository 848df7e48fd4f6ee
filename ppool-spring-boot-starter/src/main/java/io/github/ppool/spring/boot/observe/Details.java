package io.github.ppool.spring.boot.observe;

import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolInspection;
import io.github.ppool.pool.Pools;
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

    private final Pools pools;
    private final LeaseWatch leases = new LeaseWatch();

    Details(Pools pools) {
        this.pools = pools;
    }

    /**
     * Looks at a pool or a group.
     *
     * @param samples the history; null if there is none
     * @param journal the entries of the journal
     */
    PoolDetail of(String pool, @Nullable Samples samples, List<JournalEntry> journal) {
        PoolGroup<?> group = pools.group(pool).orElse(null);
        if (group != null && pools.pool(pool).isEmpty()) {
            return new PoolDetail(pool, null, null, group.waiting(MOST_WAITING).stream().map(Details::row).toList(),
                    PoolDetail.Backlog.of(group.backlog(PoolDetail.Backlog.MOST, PoolDetail.Backlog.MOST)), null,
                    journal);
        }
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
                pools.admin().backlog(pool, PoolDetail.Backlog.MOST, PoolDetail.Backlog.MOST)
                        .map(PoolDetail.Backlog::of).orElse(null),
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
}
