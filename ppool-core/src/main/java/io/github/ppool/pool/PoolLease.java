package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.Objects;

/** A worker and the stamp that its slot had when it was handed out. Whoever has the lease may use it; the engine's lock decides. */
final class PoolLease<W> implements Lease<W> {

    private final PoolEngine<W> engine;
    final Slot<W> slot;
    final long stamp;
    private final W worker;
    private final Pid pid;
    private final long takenAtNanos;

    /** Under the engine's lock, of a slot that has a worker. */
    PoolLease(PoolEngine<W> engine, Slot<W> slot, long takenAtNanos) {
        this.engine = engine;
        this.slot = slot;
        this.stamp = slot.stamp();
        this.worker = Objects.requireNonNull(slot.worker);
        this.pid = Objects.requireNonNull(slot.pid);
        this.takenAtNanos = takenAtNanos;
    }

    @Override
    public W worker() {
        if (!isOpen()) {
            throw new LeaseClosedException("the lease of " + pid + " of pool '" + engine.name() + "' is over: "
                    + (pid.isAlive() ? "it was closed, or its owner has ended" : "the worker has died"));
        }
        return worker;
    }

    @Override
    public Pid pid() {
        return pid;
    }

    @Override
    public Duration age() {
        return Duration.ofNanos(engine.clock().nanoTime() - takenAtNanos);
    }

    @Override
    public boolean isOpen() {
        return slot.stamp() == stamp && pid.isAlive();
    }

    @Override
    public void close() {
        engine.giveBack(slot, stamp);
    }

    @Override
    public void fail(Throwable cause) {
        engine.giveBackBroken(slot, stamp, Objects.requireNonNull(cause, "cause must not be null"));
    }

    @Override
    public String toString() {
        return "Lease[" + pid + (isOpen() ? "" : ", over") + "]";
    }
}
