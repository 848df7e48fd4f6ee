package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.WearingFactory;
import io.github.ppool.pool.WorkerWear;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a worker is checked, kept alive or replaced, only from the settings and the numbers of a slot.
 */
final class RetirementPolicy {

    static final long NEVER = Long.MAX_VALUE;

    private final PoolSpec<?> spec;
    /** Whether a check-in has to read the clock, because a setting depends on the time of being idle. */
    final boolean timesIdleness;
    /** Whether no setting concerns the age or the use of workers, so that check-out and check-in take no decision. */
    final boolean isDisabled;
    /** Whether no check-out validates. */
    private final boolean neverChecked;

    RetirementPolicy(PoolSpec<?> spec) {
        this.spec = spec;
        this.timesIdleness = spec.validateAfterIdle() != null
                || spec.maxIdle() != null
                || spec.keepAlive() != null
                || spec.maxLifetime() != null
                || !spec.overflowTtl().isZero();
        this.neverChecked = !spec.validateOnCheckout() && spec.validateAfterIdle() == null;
        this.isDisabled = !timesIdleness && spec.maxUses() == 0 && neverChecked
                && !(spec.factory() instanceof WearingFactory<?>);
    }

    void onCreated(Slot<?> slot, long nowNanos) {
        slot.uses = 0;
        slot.checked = true;
        slot.idleSinceNanos = nowNanos;
        slot.keptAliveAtNanos = nowNanos;
        slot.retireAtNanos = nowNanos + lifetimeNanos();
    }

    private long lifetimeNanos() {
        Duration max = spec.maxLifetime();
        if (max == null) {
            return Long.MAX_VALUE / 2;
        }
        long nanos = nanos(max);
        return nanos - (long) (nanos * spec.lifetimeJitter() * ThreadLocalRandom.current().nextDouble());
    }

    /** The worker has passed a check. */
    void markChecked(Slot<?> slot, long nowNanos) {
        slot.checked = true;
        slot.keptAliveAtNanos = nowNanos;
    }

    /** The worker is idle from now on, if that matters. */
    void markIdle(Slot<?> slot, MonotonicClock clock) {
        if (timesIdleness) {
            slot.idleSinceNanos = clock.nanoTime();
        }
    }

    /** Counts a use of a worker that is handed out. */
    void countUse(Slot<?> slot) {
        slot.uses++;
        slot.checked = false;
    }

    /** Whether a worker without a holder has reached its number of uses or its lifetime, or is worn. */
    boolean isExhausted(Slot<?> slot, MonotonicClock clock) {
        WorkerWear wear = slot.wear;
        return (wear != null && wear.isWorn())
                || (spec.maxUses() > 0 && slot.uses >= spec.maxUses())
                || (spec.maxLifetime() != null && clock.nanoTime() - slot.retireAtNanos >= 0);
    }

    boolean needsCheck(Slot<?> slot, MonotonicClock clock) {
        if (neverChecked || slot.checked) {
            return false;
        }
        Duration afterIdle = spec.validateAfterIdle();
        return spec.validateOnCheckout()
                || (afterIdle != null && clock.nanoTime() - slot.idleSinceNanos >= nanos(afterIdle));
    }

    /** Whether an idle worker is too old, or has been idle for too long. */
    boolean isOld(Slot<?> slot, long nowNanos) {
        Duration maxIdle = spec.maxIdle();
        return (spec.maxLifetime() != null && nowNanos - slot.retireAtNanos >= 0)
                || (maxIdle != null && nowNanos - slot.idleSinceNanos >= nanos(maxIdle));
    }

    /** Whether an idle worker beyond the size has lingered for its time. */
    boolean hasLingered(Slot<?> slot, long nowNanos) {
        return nowNanos - slot.idleSinceNanos >= nanos(spec.overflowTtl());
    }

    /** The time at which an idle worker has to be looked at again, or {@link #NEVER}. */
    long nextCheckNanos(Slot<?> slot, boolean surplus) {
        long due = NEVER;
        if (!slot.replaced) {
            due = spec.maxLifetime() == null ? NEVER : slot.retireAtNanos;
            due = earlier(due, slot.idleSinceNanos, spec.maxIdle());
        }
        if (surplus && !spec.overflowTtl().isZero()) {
            due = earlier(due, slot.idleSinceNanos, spec.overflowTtl());
        }
        return earlier(due, Math.max(slot.idleSinceNanos, slot.keptAliveAtNanos), spec.keepAlive());
    }

    private static long earlier(long due, long fromNanos, @Nullable Duration after) {
        if (after == null) {
            return due;
        }
        long other = fromNanos + nanos(after);
        return due == NEVER || other - due < 0 ? other : due;
    }

    private static long nanos(Duration time) {
        return Math.min(MonotonicClock.saturatedNanos(time), Long.MAX_VALUE / 2);
    }
}
