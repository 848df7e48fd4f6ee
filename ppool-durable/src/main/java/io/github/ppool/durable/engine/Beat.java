package io.github.ppool.durable.engine;

import io.github.ppool.durable.store.TaskStore.Progress;
import io.github.ppool.guard.GuardedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes progress, learns of cancelled tasks, and gives up waiting for handlers that run on after their process was
 * killed. No statement while nothing is claimed.
 */
final class Beat implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(Beat.class);

    private final Parts parts;
    private final Claims claims;
    /** The time at which a lingering attempt was seen first. */
    private final Map<Attempt, Long> lingering = new HashMap<>();

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
        if (all.isEmpty() || node == null) {
            return pause;
        }
        Map<Attempt, Progress> changed = new HashMap<>();
        for (Attempt attempt : all) {
            Progress progress = attempt.unwrittenProgress();
            if (progress != null && attempt.node().equals(node)) {
                changed.put(attempt, progress);
            }
        }
        for (long id : parts.own().heartbeat(node, new ArrayList<>(changed.values()))) {
            Attempt attempt = claims.get(id);
            if (attempt != null) {
                attempt.cancel();
            }
        }
        changed.forEach(Attempt::written);
        return pause;
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
