package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.Objects;

/**
 * A worker and the stamp of its slot when it was handed out. Whoever has the lease may use it; the slot's word decides.
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
        return new LeaseClosedException("the lease of " + pid + " of pool '" + slot.engine.name() + "' is over: "
                + (pid.isAlive() ? "it was closed, or its owner has ended" : "the worker has died"));
    }

    /** By the pool's clock; coarse where nobody has asked for more. */
    long takenAtNanos() {
        return takenAtNanos;
    }

    @Override
    public Pid pid() {
        return pid;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(slot.engine.clock().nanoTime() - takenAtNanos);
    }

    @Override
    public boolean isOpen() {
        return slot.isCurrent(stamp) && pid.isAlive();
    }

    @Override
    public void close() {
        slot.engine.checkIn(this);
    }

    @Override
    public void fail(Throwable cause) {
        slot.engine.checkInBroken(this, Objects.requireNonNull(cause, "cause must not be null"));
    }

    @Override
    public void suspect() {
        slot.engine.checkInSuspect(this, null);
    }

    @Override
    public String toString() {
        return "Lease[" + pid + (isOpen() ? "" : ", over") + "]";
    }
}
