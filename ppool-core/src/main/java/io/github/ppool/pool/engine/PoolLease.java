package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.LeaseWord;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.LeaseClosedException;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A worker and the stamp of its slot at the hand-out. The holder of the lease may use the worker; the slot's word
 * decides.
 */
final class PoolLease<W> implements Lease<W> {

    final Slot<W> slot;
    final long stamp;
    private final W worker;
    private final Pid pid;
    private final long takenAtNanos;

    PoolLease(Slot<W> slot, long stamp, W worker, Pid pid, long takenAtNanos) {
        this.slot = slot;
        this.stamp = stamp;
        this.worker = worker;
        this.pid = pid;
        this.takenAtNanos = takenAtNanos;
    }

    /**
     * Leases a worker again, without the lock. Any thread.
     *
     * @return null if the worker is not {@linkplain Slot#REUSABLE reusable}, or if another thread had it last
     */
    static <W> @Nullable PoolLease<W> reuse(Slot<W> slot, Thread thread) {
        long seen = slot.read();
        W again = slot.worker;
        Pid process = slot.pid;
        if (!LeaseWord.isReusable(seen) || slot.borrowerThreadId != thread.threadId() || again == null
                || process == null) {
            return null;
        }
        long now = slot.takenNow();
        long stamp = slot.tryReuse(seen);
        if (stamp == LeaseWord.NONE) {
            return null;
        }
        try {
            // Made after the compare-and-set, which would wait until all stores before it are done.
            return new PoolLease<>(slot, stamp, again, process, now);
        } catch (OutOfMemoryError full) {
            giveBack(slot, stamp, again, process, now);
            throw full;
        }
    }

    /** The worker was taken, and there was no memory for its lease. */
    private static <W> void giveBack(Slot<W> slot, long stamp, W worker, Pid process, long takenAtNanos) {
        if (!slot.tryEndReuse(stamp)) {
            slot.owner.checkIn(new PoolLease<>(slot, stamp, worker, process, takenAtNanos)); // now there may be some
        }
    }

    @Override
    public W worker() {
        if (!slot.isCurrent(stamp)) { // a worker that dies ends it at once
            throw over();
        }
        return worker;
    }

    /** The worker that was lent, also when the lease is over. */
    W lent() {
        return worker;
    }

    private LeaseClosedException over() {
        String over = "the lease of " + pid + " of pool '" + slot.owner.poolName + "' is over: ";
        ExitReason revoked = slot.revoked;
        if (revoked != null && (pid.equals(slot.pid) || pid.equals(slot.lastPid))) {
            LeaseClosedException ended = new LeaseClosedException(
                    over + "the pool's gate has ended the worker: " + revoked);
            ended.initCause(new WorkerExitException(pid, revoked));
            return ended;
        }
        return new LeaseClosedException(
                over + (pid.isAlive() ? "it was closed, or its owner has ended" : "the worker has died"));
    }

    /** By the pool's clock; coarse unless a listener or setting needs more. */
    long takenAtNanos() {
        return takenAtNanos;
    }

    @Override
    public Pid pid() {
        return pid;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(slot.owner.clock.nanoTime() - takenAtNanos);
    }

    @Override
    public boolean isOpen() {
        return slot.isCurrent(stamp) && pid.isAlive();
    }

    @Override
    public void close() {
        slot.owner.checkIn(this);
    }

    @Override
    public void fail(Throwable cause) {
        slot.owner.checkInBroken(this, Objects.requireNonNull(cause, "cause must not be null"));
    }

    @Override
    public void suspect() {
        slot.owner.checkInSuspect(this, null);
    }

    @Override
    public String toString() {
        return "Lease[" + pid + (isOpen() ? "" : ", over") + "]";
    }
}
