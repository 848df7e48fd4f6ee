package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.GuardedLog;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Gives tasks back that the database has for this node and the node does not know: the answer to a claim was lost. At
 * once after such a failure, and now and then in any case.
 */
final class Audit implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(Audit.class);

    private static final int PAGE = 1_000;
    private static final int LEASES = 10;
    private static final long LONGEST_LOCK_MILLIS = 1_000;
    private static final long SOON_NANOS = Duration.ofMillis(100).toNanos();

    private final Parts parts;
    private final Claims claims;
    private long next;

    Audit(Parts parts, Claims claims) {
        this.parts = parts;
        this.claims = claims;
        this.next = parts.clock().nanoTime();
    }

    @Override
    public long run() throws InterruptedException {
        long now = parts.clock().nanoTime();
        UUID node = parts.hold().held();
        if (node == null || (!claims.isDoubtful() && now - next < 0)) {
            return SOON_NANOS;
        }
        if (!claims.auditing().tryLock(LONGEST_LOCK_MILLIS, TimeUnit.MILLISECONDS)) {
            return SOON_NANOS;
        }
        try {
            claims.doubtIsOver();
            audit(node);
            next = now + parts.hold().lease().multipliedBy(LEASES).toNanos();
        } catch (RuntimeException | Error failed) {
            claims.doubt();
            throw failed;
        } finally {
            claims.auditing().unlock();
        }
        return SOON_NANOS;
    }

    private void audit(UUID node) {
        long after = 0;
        List<ClaimedTask> page;
        do {
            page = parts.own().claimed(node, after, PAGE);
            List<Long> unknown = page.stream().map(ClaimedTask::id).filter(id -> !claims.contains(id)).toList();
            if (!unknown.isEmpty()) {
                int back = parts.own().giveBack(node, unknown);
                LOG.warn("durable tasks: {} tasks that this node had claimed without knowing are given back", back);
                if (back < unknown.size()) {
                    claims.doubt();
                }
            }
            after = page.isEmpty() ? after : page.get(page.size() - 1).id();
        } while (page.size() == PAGE);
    }
}
