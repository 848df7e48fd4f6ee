package io.github.ppool.durable.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Removes the history that is too old, in batches, and the progress that dead nodes have left. */
final class Janitor implements Loop.Turn {

    private static final int BATCH = 1_000;
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private static final long BETWEEN_NANOS = Duration.ofHours(1).toNanos();

    private final Parts parts;
    private long nextProgress;

    Janitor(Parts parts) {
        this.parts = parts;
        this.nextProgress = parts.clock().nanoTime();
    }

    @Override
    public long run() {
        if (parts.clock().nanoTime() - nextProgress >= 0) {
            forgetProgress();
            nextProgress = parts.clock().nanoTime() + BETWEEN_NANOS;
        }
        Duration history = parts.settings().history();
        if (history.isZero()) {
            return nextProgress - parts.clock().nanoTime();
        }
        return parts.own().forget(history, BATCH) < BATCH ? PAUSE_NANOS : 0;
    }

    /** The progress is read first: a node that writes some has joined before. */
    private void forgetProgress() {
        Set<UUID> dead = new HashSet<>(parts.own().progressing());
        if (!dead.isEmpty()) {
            dead.removeAll(parts.hold().living());
            parts.own().forgetProgress(dead);
        }
    }
}
