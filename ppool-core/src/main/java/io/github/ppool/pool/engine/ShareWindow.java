package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.ForeignText;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.SharedRate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The window of a pool's share in a {@link SharedRate}. It is a {@link RateWindow} with as many permits as the share
 * has, and it permits no use after the time at which the share ends.
 *
 * <p>A structure that knows no pool, guarded by the engine's lock.
 */
final class ShareWindow {

    private final SharedRate owner;
    private final Rate rate;
    private final String text;
    private final RateWindow window;
    private long untilNanos;
    private boolean granted;
    /** Callers that were refused since the owner has looked. */
    private int refused;
    /** A caller has to wait for a larger share since the owner has looked. */
    private boolean isShort;
    private boolean told;

    private ShareWindow(SharedRate owner) {
        this.owner = owner;
        this.rate = rateOf(owner);
        this.text = ForeignText.of(owner);
        this.window = RateWindow.ofShare(rate);
    }

    /** Passes on exceptions of the owner: then the pool is not started. */
    private static Rate rateOf(SharedRate owner) {
        return Objects.requireNonNull(ForeignCode.<Rate, RuntimeException>ask(owner::rate),
                "rate of shared-rate must not be null");
    }

    /** The window of a share without a permit; null if there is no rate to share. */
    static @Nullable ShareWindow of(@Nullable SharedRate owner) {
        return owner == null ? null : new ShareWindow(owner);
    }

    SharedRate owner() {
        return owner;
    }

    /** Whether the share has a permit at all, used or not, and has not ended. */
    boolean isUsable(long nowNanos) {
        return granted && window.permits() > 0 && nowNanos - untilNanos < 0;
    }

    int available(long nowNanos) {
        return isUsable(nowNanos) ? window.available(nowNanos) : 0;
    }

    void take(long nowNanos) {
        window.take(nowNanos);
    }

    /** The earliest time for one more. Without a usable share it is not known: the time of one permit then. */
    long nextNanos(long nowNanos, int before) {
        return isUsable(nowNanos)
                ? window.nextNanos(nowNanos, before)
                : nowNanos + Math.ceilDiv(rate.period().toNanos(), rate.permits());
    }

    void grant(int count, long newUntilNanos) {
        if (count < 0 || count > rate.permits() - window.permits()) {
            throw new IllegalArgumentException("count must be 0 to " + (rate.permits() - window.permits())
                    + ", which the rate has beside the share, got: " + count);
        }
        window.resize(window.permits() + count);
        untilNanos = newUntilNanos;
        granted = true;
    }

    List<RateShare.Used> giveBack(int count, long nowNanos) {
        return window.giveBack(count, nowNanos);
    }

    /** A caller that does not wait was refused because of the rate. */
    void refused(long nowNanos) {
        if (available(nowNanos) == 0) {
            isShort = true;
            refused = refused == Integer.MAX_VALUE ? refused : refused + 1;
        }
    }

    /** Waiters wait; true if the owner is to be told that they wait for its share. */
    boolean isToBeTold(long nowNanos) {
        if (available(nowNanos) > 0) {
            return false; // they wait for the pool's own rate
        }
        isShort = true;
        boolean first = !told;
        told = true;
        return first;
    }

    RateShare.Use look(long nowNanos, int waiting) {
        int used = window.used(nowNanos);
        boolean waits = waiting > 0 && available(nowNanos) == 0;
        RateShare.Use use = new RateShare.Use(
                window.permits(), used, (int) Math.min(Integer.MAX_VALUE, (long) waiting + refused), isShort || waits);
        told = false;
        isShort = false;
        refused = 0;
        return use;
    }

    PoolStatus.SharedRateUse use(long nowNanos, int waiting) {
        boolean usable = isUsable(nowNanos);
        return new PoolStatus.SharedRateUse(text, rate.permits(), usable ? window.permits() : 0,
                window.used(nowNanos), until(nextNanos(nowNanos, 0), nowNanos),
                until(nextNanos(nowNanos, waiting), nowNanos));
    }

    private static Duration until(long nanos, long now) {
        return Duration.ofNanos(Math.max(0, nanos - now));
    }

    @Override
    public String toString() {
        return "ShareWindow[" + text + ", " + window + "]";
    }
}
