package io.github.ppool.pool;

import io.github.ppool.concurrent.TimedEntry;
import io.github.ppool.process.Pid;
import java.util.List;

/**
 * The workers that a killed process had borrowed: its thread may still use them. Over when that thread has ended, or
 * the grace is. Guarded by the engine's lock.
 */
final class Quarantine<W> extends TimedEntry {

    final Pid borrower;
    /** In the order of the check-outs; a slot that has left has another {@link Slot#quarantine}, or none. */
    final List<Slot<W>> slots;

    Quarantine(Pid borrower, List<Slot<W>> slots, long sinceNanos) {
        super(sinceNanos);
        this.borrower = borrower;
        this.slots = slots;
    }
}
