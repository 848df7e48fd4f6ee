package io.github.ppool.durable.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Gives tasks back that have not begun. Any thread adds; the thread that claims gives back. A call that has failed is
 * repeated before the next claim: it can't meet a task that was claimed again.
 */
final class GiveBacks {

    private final Parts parts;
    private final Claims claims;
    private final Counters counters;
    private final Queue<Attempt> added = new ConcurrentLinkedQueue<>();

    GiveBacks(Parts parts, Claims claims, Counters counters) {
        this.parts = parts;
        this.claims = claims;
        this.counters = counters;
    }

    void add(Attempt attempt) {
        added.add(attempt);
    }

    boolean isEmpty() {
        return added.isEmpty();
    }

    void run() {
        if (added.isEmpty()) {
            return;
        }
        Map<UUID, List<Attempt>> byNode = new HashMap<>();
        for (Attempt attempt : added) {
            byNode.computeIfAbsent(attempt.node(), unused -> new ArrayList<>()).add(attempt);
        }
        byNode.forEach((node, attempts) -> {
            int back = parts.own().giveBack(
                    node, attempts.stream().map(attempt -> attempt.row().id()).toList());
            counters.givenBack.add(back);
            if (back < attempts.size() && parts.hold().isHeld(node)) {
                claims.doubt(); // a row that was locked is still this node's
            }
            for (Attempt attempt : attempts) {
                claims.remove(attempt);
                added.remove(attempt);
            }
        });
    }
}
