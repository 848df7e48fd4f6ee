package io.github.ppool.durable.engine;

import java.time.Duration;

/** Removes the history that is too old, in batches. */
final class Janitor implements Loop.Turn {

    private static final int BATCH = 1_000;
    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Parts parts;

    Janitor(Parts parts) {
        this.parts = parts;
    }

    @Override
    public long run() {
        Duration history = parts.settings().history();
        if (history.isZero()) {
            return Loop.UNTIL_WOKEN;
        }
        return parts.own().forget(history, BATCH) < BATCH ? PAUSE_NANOS : 0;
    }
}
