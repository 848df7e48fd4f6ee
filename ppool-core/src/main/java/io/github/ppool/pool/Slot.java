package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A place of the pool, with the worker in it: one child of the pool's supervisor, over all restarts of its process.
 *
 * <p>Everything is guarded by the engine's lock, but for the word of {@link Hold}, and for what the last holder may read and write
 * while that word is OPEN or TAKEN: he reads {@link #ownerThread}, {@link #worker} and {@link #pid}, and writes {@link #succeeded}.
 * Whoever changes one of the first three changes the word before, so what was read before a compare-and-set of the word that succeeded
 * belongs together.
 */
final class Slot<W> extends Hold {

    /** A lease or task went well since the last crash: the restart plan is to begin anew. */
    boolean succeeded;

    /** The thread of {@link #owner}: one step less on the way without the lock. */
    @Nullable
    Thread ownerThread;
    /** Who has the worker, or had it last; null if nobody is known. */
    @Nullable
    Owner owner;

    @Nullable
    Pid pid;
    @Nullable
    W worker;

    final PoolEngine<W> engine;
    /** The engine's, at hand for who comes back without the lock. */
    final Places<W> places;
    private final MonotonicClock clock;
    final int number;
    final String childId;
    final int generation;
    SlotState state = SlotState.GONE;
    /** Where it is in the {@link IdleSet}, if it is there. */
    long idlePosition;

    /** Counts the check-outs of the pool, to give back in their order what a dead process had. */
    long takenOrder;
    @Nullable
    Throwable takenWhere;

    @Nullable
    PoolTask<W, ?> task;

    long idleSinceNanos;
    long retireAtNanos;
    long keptAliveAtNanos;
    /** How often the worker was handed out, where that is limited. */
    int uses;
    /** Another slot was started to take the place of this one. */
    boolean replaced;
    /** A check that went well is not to be followed by another one. */
    boolean checked;
    /** Its process may call the factory, or waits for its turn to. */
    boolean holdsPermit;
    long startedAtNanos;
    /** Kills a process whose worker can't be closed in time. */
    @Nullable
    Timer closingTimer;

    Slot(PoolEngine<W> engine, int number, int generation) {
        this.engine = engine;
        this.places = engine.places();
        this.clock = engine.clock();
        this.number = number;
        this.childId = engine.name() + "/" + number;
        this.generation = generation;
    }

    /** Without the lock, by any thread: a lease if the worker is idle, open, and the thread had it last. */
    @Nullable
    PoolLease<W> lendAgain(Thread thread) {
        long seen = look();
        W again = worker;
        Pid process = pid;
        if (!isOpen(seen) || ownerThread != thread || again == null || process == null) {
            return null;
        }
        long stamp = take(seen);
        if (stamp == NONE) {
            return null;
        }
        return new PoolLease<>(this, stamp, again, process, clock.coarseNanoTime());
    }

    @Override
    public String toString() {
        return childId + "[" + state + ", " + pid + ", " + holdText() + "]";
    }
}
