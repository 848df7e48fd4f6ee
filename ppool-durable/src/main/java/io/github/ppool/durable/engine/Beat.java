package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.TaskStore.Progress;
import io.github.ppool.guard.GuardedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes progress, learns of cancelled tasks, and gives up waiting for handlers that run on after their process was
 * killed. No statement while no task is claimed and no progress is left to be removed.
 */
final class Beat implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(Beat.class);

    private final Parts parts;
    private final Claims claims;
    /** The time at which a lingering attempt was seen first. */
    private final Map<Attempt, Long> lingering = new HashMap<>();
    /** The attempts in a transaction whose progress is written beside their tasks. */
    private final Set<Attempt> beside = new HashSet<>();

    Beat(Parts parts, Claims claims) {
        this.parts = parts;
        this.claims = claims;
    }

    @Override
    public long run() {
        long pause = parts.hold().lease().toNanos() / 5;
        List<Attempt> all = claims.all();
        lookForLingering(all);
        UUID node = parts.hold().held();
        if (node == null) {
            return pause;
        }
        beside.removeIf(attempt -> !attempt.node().equals(node)); // the janitor removes the rows of that node
        if (!all.isEmpty()) {
            Map<Attempt, Progress> changed = changed(all, node, false);
            for (long id : parts.own().heartbeat(node, new ArrayList<>(changed.values()))) {
                Attempt attempt = claims.get(id);
                if (attempt != null) {
                    attempt.cancel();
                }
            }
            changed.forEach(Attempt::written);
        }
        writeBeside(all, node);
        return pause;
    }

    private static Map<Attempt, Progress> changed(List<Attempt> all, UUID node, boolean transactional) {
        Map<Attempt, Progress> changed = new HashMap<>();
        for (Attempt attempt : all) {
            Progress progress = attempt.isTransactional() == transactional && attempt.node().equals(node)
                    ? attempt.unwrittenProgress()
                    : null;
            if (progress != null) {
                changed.put(attempt, progress);
            }
        }
        return changed;
    }

    /** The progress of attempts whose own transaction has locked the task. No statement if there is none. */
    private void writeBeside(List<Attempt> all, UUID node) {
        Map<Attempt, Progress> changed = changed(all, node, true);
        Set<Attempt> over = new HashSet<>(beside);
        all.forEach(over::remove);
        if (changed.isEmpty() && over.isEmpty()) {
            return;
        }
        beside.addAll(changed.keySet()); // before the call, which may have its effect and fail
        parts.own().progressBeside(
                node, changed.values(), over.stream().map(attempt -> attempt.row().id()).toList());
        changed.forEach(Attempt::written);
        beside.removeAll(over);
    }

    private void lookForLingering(List<Attempt> all) {
        long now = parts.clock().nanoTime();
        lingering.keySet().removeIf(attempt -> !attempt.isLingering());
        for (Attempt attempt : all) {
            if (!attempt.isLingering()) {
                continue;
            }
            Long since = lingering.putIfAbsent(attempt, now);
            if (since == null) {
                LOG.debug("durable tasks: {} has an outcome, but its handler still runs", attempt);
            } else if (now - since >= parts.hold().lease().toNanos()) {
                LOG.warn("durable tasks: the handler of {} runs on since its process was killed; {}", attempt,
                        attempt.isTransactional()
                                ? "its transaction still locks the task"
                                : "the task goes on without it");
                attempt.giveUpWaiting();
                lingering.put(attempt, now);
            }
        }
    }
}
