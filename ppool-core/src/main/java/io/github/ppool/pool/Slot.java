package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A place of the pool, with the worker in it: one child of the pool's supervisor, over all restarts of its process.
 *
 * <p>Everything is guarded by the engine's lock, but for the word of {@link Hold}, and for what the last holder may read and write
 * while that word is OPEN or TAKEN: he reads {@link #ownerThread}, {@link #worker} and {@link #pid}, and writes {@link #handOuts}
 * and {@link #succeeded}. Whoever changes one of the first three changes the word before, so what was read before a compare-and-set of
 * the word that succeeded belongs together.
 */
final class Slot<W> extends Hold {

    /** Counts how often the worker was handed out, to borrowers and to tasks. */
    long handOuts;
    /** A lease or task went well since the last crash: the restart plan is to begin anew. */
    boolean succeeded;

    /** The thread that has the worker, or, under {@link PoolStrategy#AFFINE}, had it last; null if none is known. */
    @Nullable
    Thread ownerThread;
    /** The process of that thread, if it is one. */
    @Nullable
    Pid ownerPid;

    @Nullable
    Pid pid;
    @Nullable
    W worker;

    final PoolEngine<W> engine;
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
    /** What {@link #handOuts} was when the worker was made. */
    long handOutsAtBirth;
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
        this.number = number;
        this.childId = engine.name() + "/" + number;
        this.generation = generation;
    }

    @Override
    public String toString() {
        return childId + "[" + state + ", " + pid + ", " + holdText() + "]";
    }
}
