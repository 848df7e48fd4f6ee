package io.github.ppool.pool.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many workers are made at the same time, first come, first served. After a number of failures in a row
 * workers count as impossible to make; then one attempt at a time probes. Guarded by the engine's lock.
 */
final class CreationThrottle<W> {

    private final int parallelism;
    private final int failureLimit;
    private final Deque<Slot<W>> waiting = new ArrayDeque<>(0); // grows with the first slot that waits
    private int inside;
    private int failuresInRow;

    CreationThrottle(int parallelism, int failureLimit) {
        this.parallelism = parallelism;
        this.failureLimit = failureLimit;
    }

    /**
     * Asks for a permit. If the answer is false the slot waits in line until {@link #nextToEnter} returns it.
     */
    boolean enter(Slot<W> slot) {
        if (inside < permits()) {
            inside++;
            slot.holdsPermit = true;
            return true;
        }
        waiting.addLast(slot);
        return false;
    }

    /** Returns the permit of a slot, or removes the slot from the line; without effect if it has neither. */
    void leave(Slot<W> slot) {
        waiting.remove(slot);
        if (slot.holdsPermit) {
            slot.holdsPermit = false;
            inside--;
        }
    }

    /** Grants a permit to the next slot in line, if there is one of each; else returns null. */
    @Nullable
    Slot<W> nextToEnter() {
        if (inside >= permits() || waiting.isEmpty()) {
            return null;
        }
        Slot<W> next = waiting.removeFirst();
        next.holdsPermit = true;
        inside++;
        return next;
    }

    void failed() {
        failuresInRow++;
    }

    void succeeded() {
        failuresInRow = 0;
    }

    int failuresInRow() {
        return failuresInRow;
    }

    /** Whether workers cannot be made at present, so that callers must not wait for one. */
    boolean isBroken() {
        return failureLimit > 0 && failuresInRow >= failureLimit;
    }

    private int permits() {
        return isBroken() ? 1 : parallelism;
    }

    /**
     * For tests, under the lock: checks the invariants of this structure.
     *
     * @param slots all slots of the pool
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(Collection<Slot<W>> slots) {
        long permitted = slots.stream().filter(slot -> slot.holdsPermit).count();
        if (permitted != inside || inside > parallelism) {
            return permitted + " slots have a permit, " + inside + " counted, " + parallelism + " allowed";
        }
        if (Set.copyOf(waiting).size() < waiting.size()) {
            return "a slot waits twice for a permit: " + waiting;
        }
        for (Slot<W> slot : waiting) {
            if (slot.holdsPermit || !slots.contains(slot)) {
                return slot + " is not to wait for a permit";
            }
        }
        return inside < permits() && !waiting.isEmpty() ? "a permit is free, and " + waiting + " wait" : null;
    }

    @Override
    public String toString() {
        return "CreationThrottle[inside " + inside + ", waiting " + waiting.size() + ", failures in a row "
                + failuresInRow
                + "]";
    }
}
