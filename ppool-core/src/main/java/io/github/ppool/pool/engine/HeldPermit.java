package io.github.ppool.pool.engine;

import io.github.ppool.pool.WorkerPermit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The permit of a gate for one worker. Several threads may come to give it back: the process of the worker, the thread
 * that closes the worker in its place, and the process itself again when it unwinds. {@link #take} lets one of them do
 * so.
 */
final class HeldPermit {

    private final AtomicReference<@Nullable WorkerPermit> given = new AtomicReference<>();
    /** The gate wants it for others: the pool does not ask for it at once. Guarded by the engine's lock. */
    private boolean forOthers;
    /** It is part of a debt, see {@link GateAnswers#owe}. Guarded by the engine's lock. */
    private boolean owed;

    /** The answer of the gate; null leaves this without a permit. By the thread that asked. */
    void give(@Nullable WorkerPermit permit) {
        given.set(permit);
    }

    /** Whether there is a permit that is still to be given back. */
    boolean isOut() {
        return given.get() != null;
    }

    /** The permit, for the first thread that asks; null for all others. */
    @Nullable
    WorkerPermit take() {
        return given.getAndSet(null);
    }

    /** Under the lock: the worker is dismissed because the gate wants its permit. */
    void markForOthers() {
        forOthers = true;
    }

    /** Under the lock: as {@link #markForOthers}, for a debt of the pool. */
    void markOwed() {
        forOthers = true;
        owed = true;
    }

    /** Under the lock. */
    boolean isForOthers() {
        return forOthers;
    }

    /** Under the lock. */
    boolean isOwed() {
        return owed;
    }
}
