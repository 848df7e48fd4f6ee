package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.IdleDeque;
import io.github.ppool.pool.PoolStatus;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place of a pool that sums up for how long borrowers have its workers. A class of its own, so that the places of
 * other pools have no cost for it: as long as no pool wants it, it is not loaded, and the compiler knows that there are
 * no other slots.
 *
 * <p>A lease that begins in a row with the one before is timed by the coarse clock. After a rest its beginning is odd,
 * and to the nanosecond: see {@link TaskCounts}.
 */
final class MeteredSlot<W> extends Slot<W> {

    private static final VarHandle LEASES;
    private static final VarHandle LEASED_NANOS;
    private static final VarHandle ENDED_NANOS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LEASES = lookup.findVarHandle(MeteredSlot.class, "leases", long.class);
            LEASED_NANOS = lookup.findVarHandle(MeteredSlot.class, "leasedNanos", long.class);
            ENDED_NANOS = lookup.findVarHandle(MeteredSlot.class, "endedNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Written opaque by the holder, once for each lease; the end of the lease publishes them to the next holder.
    private volatile long leases;
    private volatile long leasedNanos;
    private volatile long endedNanos;

    MeteredSlot(Owner<W> owner, @Nullable IdleDeque<Slot<W>> rotation, int number, int generation) {
        super(owner, rotation, number, generation);
    }

    @Override
    long takenNow() {
        long coarse = super.takenNow();
        boolean inARow = coarse - (long) ENDED_NANOS.getOpaque(this) < TaskCounts.IN_A_ROW_NANOS;
        return inARow ? coarse & ~1L : owner.clock.nanoTime() | 1;
    }

    @Override
    boolean countLease(long takenAtNanos) {
        long coarse = super.takenNow();
        long held = ((takenAtNanos & 1) == 0 ? coarse : owner.clock.nanoTime()) - takenAtNanos;
        ENDED_NANOS.setOpaque(this, coarse);
        LEASES.setOpaque(this, (long) LEASES.getOpaque(this) + 1);
        if (held > 0) {
            LEASED_NANOS.setOpaque(this, (long) LEASED_NANOS.getOpaque(this) + held);
        }
        return true;
    }

    @Override
    PoolStatus.Times leases() {
        return PoolStatus.Times.of((long) LEASES.getOpaque(this), (long) LEASED_NANOS.getOpaque(this));
    }
}
