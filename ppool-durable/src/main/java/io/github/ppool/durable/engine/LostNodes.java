package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.guard.GuardedLog;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Takes the tasks of dead nodes over. A node is dead if it has tasks and no lease. The tasks are read first: a node
 * that claims has joined before.
 *
 * <p>A former incarnation of this node is left alone while its attempts still run here: they end their tasks under its
 * name, unless another node is first.
 */
final class LostNodes implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(LostNodes.class);

    static final int BATCH = 500;

    private final Parts parts;
    private final Claims claims;
    private final Plans plans;
    private final Endings endings;

    LostNodes(Parts parts, Claims claims, Plans plans, Endings endings) {
        this.parts = parts;
        this.claims = claims;
        this.plans = plans;
        this.endings = endings;
    }

    @Override
    public long run() {
        UUID node = parts.hold().held();
        if (node == null) {
            return parts.settings().longestPoll().toNanos();
        }
        long pause = parts.hold().lease().toNanos();
        Set<UUID> dead = new HashSet<>(parts.own().claimants());
        dead.remove(node);
        boolean waits = dead.removeAll(claims.nodes());
        if (!dead.isEmpty()) {
            dead.removeAll(parts.hold().living());
        }
        if (dead.isEmpty()) {
            return waits ? pause / 5 : pause;
        }
        return takeOver(dead, node) < BATCH ? pause : 0;
    }

    private int takeOver(Set<UUID> dead, UUID node) {
        List<ClaimedTask> tasks;
        boolean entered = false;
        claims.claiming().lock();
        try {
            tasks = parts.own().takeOver(dead, node, BATCH);
            claims.addTakenOver(tasks.stream().map(ClaimedTask::id).toList());
            entered = true;
        } finally {
            if (!entered) {
                claims.doubt();
            }
            claims.claiming().unlock();
        }
        if (!tasks.isEmpty()) {
            LOG.warn("durable tasks: {} tasks of nodes without a lease are taken over, such as {} {}", tasks.size(),
                    tasks.get(0).name(), tasks.get(0).id());
        }
        for (ClaimedTask row : tasks) {
            endings.add(Ending.lost(node, row, plans.afterLoss(row)));
        }
        return tasks.size();
    }
}
