package io.github.ppool.pool.engine;

import io.github.ppool.pool.engine.Slot.Operation.Kind;
import io.github.ppool.time.MonotonicClock;

/**
 * How many workers the pool begins for those that wait: one for each. A worker in the making counts, also while it
 * waits for its next attempt by the creation plan.
 *
 * <p>Two exceptions. An impatient caller, which waits only for a worker that is made for it, has an attempt of
 * its own. And an attempt that takes longer than {@link WorkerLimits#SLOW} no longer counts: the waiting caller gets a
 * second one, in another place. If the second one is slow too, that caller has had its share; a caller that comes
 * later has two attempts again.
 *
 * <p>Guarded by the engine's lock. The slots are looked through only while some are slow, a place is free, and a
 * caller waits that no worker is coming for.
 */
final class Demand<W> {

    private final IdleWorkers<W> workers;
    private final WaitQueue<W> queue;
    private final MonotonicClock clock;
    /** How many of the next ones to begin are second attempts. */
    private int seconds;

    Demand(IdleWorkers<W> workers, WaitQueue<W> queue, MonotonicClock clock) {
        this.workers = workers;
        this.queue = queue;
        this.clock = clock;
    }

    /** How many are to be begun, zero and negative for none. To be followed by {@link #begun} for each. */
    int missing() {
        assert workers.isHeldByCurrentThread();
        seconds = 0;
        if (queue.isEmpty()) {
            return 0;
        }
        // a worker that is idle while callers wait has a process that still tells of its last task
        int missing = unattended() - workers.coming() - workers.idleCount();
        return missing <= 0 || workers.freePlaces() == 0 || !workers.anySlow() ? missing : missing - givenSecond();
    }

    /** How many workers are missing for those that wait; zero or more. As {@link #missing}, for information. */
    int unmet() {
        assert workers.isHeldByCurrentThread();
        return queue.isEmpty() ? 0 : Math.max(0, unattended() - workers.coming() - workers.idleCount());
    }

    /** One more is begun. */
    void begun(Slot<W> slot) {
        assert workers.isHeldByCurrentThread();
        slot.second = seconds > 0;
        seconds--;
    }

    /** A worker is made in this slot: the slot counts as no second attempt any more. */
    void made(Slot<W> slot) {
        slot.second = false;
    }

    /** Those in the queue that wait for more than the next attempt to make a worker. */
    int unattended() {
        return unattended(workers.toBeRetried());
    }

    private int unattended(int toBeTriedAgain) {
        int all = queue.size() - queue.passive();
        return all - Math.min(all - queue.impatient(), toBeTriedAgain);
    }

    /** Whether all in the queue have a worker in the making, also without one of those that are to be tried again. */
    boolean isMetWithoutOne() {
        return unattended(workers.toBeRetried() - 1) - workers.coming() - workers.idleCount() <= 0;
    }

    /** How many of those that wait have a second attempt that is slow as well. */
    private int givenSecond() {
        long oldest = queue.oldestSinceNanos(clock.nanoTime());
        int slowFirst = 0;
        int slowSecond = 0;
        int second = 0;
        for (Slot<W> slot : workers.slots) {
            boolean slow = isSlowFor(slot, oldest);
            slowFirst += slow && !slot.second ? 1 : 0;
            slowSecond += slow && slot.second ? 1 : 0;
            second += slot.second && (slow || !slot.slow) && slot.state != SlotState.DISMISSED ? 1 : 0;
        }
        seconds = slowFirst - second;
        return slowSecond;
    }

    /** Whether it makes a worker, takes too long, and was counted on by one that still waits. */
    private static boolean isSlowFor(Slot<?> slot, long oldestSinceNanos) {
        Slot.Operation<?> operation = slot.operation;
        return slot.slow && slot.state == SlotState.STARTING && operation != null && operation.kind == Kind.MAKE
                && operation.sinceNanos + WorkerLimits.SLOW.toNanos() - oldestSinceNanos >= 0;
    }

    @Override
    public String toString() {
        return "Demand[" + queue.size() + " waiting, " + queue.impatient() + " of them impatient, "
                + workers.toBeRetried() + " to be tried again]";
    }
}
