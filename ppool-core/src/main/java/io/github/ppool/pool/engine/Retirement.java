package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Checks, keeps alive and replaces idle workers in time: one timer for the next worker that is due. The
 * {@link RetirementPolicy} says which one is.
 */
final class Retirement<W> {

    private final PoolCore<W> core;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final IdleWorkers<W> workers;
    private final RetirementPolicy policy;
    private @Nullable Timer upkeepTimer;
    private long upkeepAtNanos;

    Retirement(PoolContext<W> context, PoolCore<W> core) {
        this.core = core;
        this.clock = context.clock();
        this.spec = context.spec();
        this.workers = core.workers;
        this.policy = core.policy;
    }

    /**
     * True if a worker without a holder is to go now; if it should and may stay for a while, its replacement is
     * started.
     */
    boolean shouldRetire(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (slot.replaced) {
            boolean comesItself = slot.state == SlotState.CHECKING && !slot.slow;
            return workers.coming() == (comesItself ? 1 : 0);
        }
        return policy.isExhausted(slot, clock) && !startReplacement(slot, after);
    }

    /** Whether another slot was started to take its place: not if there is no room, or if it is superfluous anyway. */
    private boolean startReplacement(Slot<W> slot, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (workers.freePlaces() == 0 || workers.isSurplus(slot) || core.supervisor() == null
                || core.lifecycle() != PoolCore.Lifecycle.ACTIVE) {
            return false;
        }
        workers.markReplaced(slot);
        core.startSlot(after);
        return true;
    }

    void dismissOneReplaced(DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (!workers.hasReplaced()) {
            return;
        }
        for (Slot<W> slot : workers) {
            if (slot.replaced) {
                workers.removeIdle(slot);
                core.dismiss(slot, after, false);
                return;
            }
        }
    }

    void scheduleUpkeep(Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        if (policy.timesIdleness) {
            scheduleUpkeepAt(policy.nextCheckNanos(slot, workers.isSurplus()));
            Slot<W> oldest = workers.growsAhead() && workers.isSurplus() ? workers.peekFirst() : null;
            if (oldest != null) { // with one worker less in use, this one may be superfluous from now on
                scheduleUpkeepAt(policy.nextCheckNanos(oldest, true));
            }
        }
    }

    private void scheduleUpkeepAt(long dueNanos) {
        assert core.isHeldByCurrentThread();
        Timer running = upkeepTimer;
        if (dueNanos == RetirementPolicy.NEVER || (running != null && upkeepAtNanos - dueNanos <= 0)) {
            return;
        }
        if (running != null) {
            running.cancel();
        }
        upkeepAtNanos = dueNanos;
        upkeepTimer = clock.schedule(Duration.ofNanos(Math.max(0, dueNanos - clock.nanoTime())), this::upkeep);
    }

    private void upkeep() {
        core.lockedOnTimer(after -> {
            upkeepTimer = null;
            long now = clock.nanoTime();
            for (Slot<W> slot : workers) { // may go, the others stay where they are
                long due = policy.nextCheckNanos(slot, workers.isSurplus());
                if (due != RetirementPolicy.NEVER && due - now <= 0) {
                    maintain(slot, now, after);
                }
            }
            scheduleUpkeepOfAll();
            core.startMore(after);
            core.changed(after);
        });
    }

    void scheduleUpkeepOfAll() {
        assert core.isHeldByCurrentThread();
        for (Slot<W> slot : workers) {
            scheduleUpkeep(slot);
        }
    }

    private void maintain(Slot<W> slot, long now, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        boolean old = policy.isOld(slot, now);
        if (workers.isSurplus() && !slot.replaced && (old || policy.hasLingered(slot, now))) {
            workers.removeIdle(slot);
            core.dismiss(slot, after, false);
        } else if (old && !slot.replaced && !startReplacement(slot, after)) {
            workers.removeIdle(slot);
            core.dismiss(slot, after, false);
        } else if (spec.keepAlive() != null && !slot.replaced) {
            workers.removeIdle(slot);
            core.check(slot, WorkerCommand.Order.KEEP_ALIVE, after, false);
        }
    }

    /**
     * For tests, under the lock: checks the invariants of the timer.
     *
     * @param atRest whether no timer is running its action
     * @return the first one that does not hold, or null
     */
    @Nullable
    String brokenInvariant(boolean atRest) {
        for (Slot<W> slot : workers) {
            long due = policy.timesIdleness
                    ? policy.nextCheckNanos(slot, workers.isSurplus())
                    : RetirementPolicy.NEVER;
            if (atRest && due != RetirementPolicy.NEVER && (upkeepTimer == null || upkeepAtNanos - due > 0)) {
                return slot + " is to be looked at at " + due + ", the timer is " + upkeepTimer;
            }
        }
        return null;
    }
}
