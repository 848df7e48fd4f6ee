package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place of the pool, with the worker in it: one child of the pool's supervisor, over all restarts of its process.
 *
 * <p>Everything is guarded by the engine's lock, but for {@link #stamp()}, which is also read without it to find out early that a
 * lease is over; a late reader does no harm, because the lock decides.
 */
final class Slot<W> {

    private static final VarHandle STAMP;

    static {
        try {
            STAMP = MethodHandles.lookup().findVarHandle(Slot.class, "stamp", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int number;
    final String childId;
    final int generation;
    SlotState state = SlotState.GONE;

    @Nullable
    Pid pid;
    @Nullable
    W worker;

    /**
     * Changes with each hand-out and each end of one: a lease is over when its stamp is no longer this. Written under the lock,
     * opaque: who reads it without the lock sees some value that was there, his own changes always; no fence, which would
     * cost each check-out and check-in more than all its other stores.
     */
    private long stamp;

    @Nullable
    Thread ownerThread;
    @Nullable
    Pid ownerPid;
    long takenAtNanos;
    /** Counts the check-outs of the pool, to give back in their order what a dead process had. */
    long takenOrder;
    @Nullable
    Throwable takenWhere;
    long lastThreadId;

    @Nullable
    PoolTask<W, ?> task;

    long idleSinceNanos;
    long retireAtNanos;
    long keptAliveAtNanos;
    int uses;
    /** Another slot was started to take the place of this one. */
    boolean replaced;
    /** A check that went well is not to be followed by another one. */
    boolean checked;
    /** Its process may call the factory, or waits for its turn to. */
    boolean holdsPermit;
    /** A lease or task went well since the last crash: the restart plan is to begin anew. */
    boolean succeeded;
    long startedAtNanos;
    /** Kills a process whose worker can't be closed in time. */
    @Nullable
    Timer closingTimer;

    Slot(int number, String poolName, int generation) {
        this.number = number;
        this.childId = poolName + "/" + number;
        this.generation = generation;
    }

    /** With or without the lock. */
    long stamp() {
        return (long) STAMP.getOpaque(this);
    }

    /** Under the lock. */
    void nextStamp() {
        STAMP.setOpaque(this, stamp + 1);
    }

    @Override
    public String toString() {
        return childId + "[" + state + ", " + pid + ", stamp " + stamp() + "]";
    }
}
