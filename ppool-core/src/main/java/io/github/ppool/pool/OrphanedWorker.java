package io.github.ppool.pool;

import io.github.ppool.concurrent.TimedEntry;
import io.github.ppool.process.Pid;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a killed process of a worker has left behind: a thread that has not ended, and in its hands the worker, or one
 * in the making. Over when the thread has ended. Guarded by the engine's lock, but for the claim.
 */
final class OrphanedWorker<W> extends TimedEntry {

    final Slot<W> slot;
    final Pid pid;
    /** Null if the thread was still making it. */
    final @Nullable W worker;
    /** Set by the one thread that closes the worker. */
    final AtomicBoolean closeClaim;
    /** The worker is closed, or there is none. */
    boolean closed;
    /** Another thread closes the worker. */
    boolean closing;
    /** Its place is no longer counted on. */
    boolean slow;
    /** It has given up its place, and is counted apart. */
    boolean detached;

    OrphanedWorker(Slot<W> slot, Pid pid, @Nullable W worker, AtomicBoolean closeClaim, long sinceNanos) {
        super(sinceNanos);
        this.slot = slot;
        this.pid = pid;
        this.worker = worker;
        this.closeClaim = closeClaim;
        this.closed = worker == null;
    }
}
