package io.github.ppool.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How leases are watched, and how they end when their borrower fails.
 *
 * @param leakDetection true if the pool remembers the place of each checkout
 * @param leakDetectionThreshold the age at which a lease is logged, null for never
 * @param orphanGrace the time that the thread of a killed process may go on with a worker
 * @param crashOn the exceptions of a borrower that crash the worker
 */
record LeaseSettings(
        boolean leakDetection,
        @Nullable Duration leakDetectionThreshold,
        Duration orphanGrace,
        Predicate<Throwable> crashOn) {

    /** The value of {@link PoolSpec#BROKEN_RESOURCE}. */
    static final Predicate<Throwable> BROKEN_RESOURCE = BrokenResource::isTold;

    static final LeaseSettings DEFAULTS = new LeaseSettings(false, null, Duration.ofSeconds(5), BROKEN_RESOURCE);

    LeaseSettings {
        if (leakDetectionThreshold != null) {
            SettingRules.requireNotNegative("leak-detection-threshold", leakDetectionThreshold);
            leakDetectionThreshold = leakDetectionThreshold.isZero() ? null : leakDetectionThreshold;
        }
        SettingRules.requireNotNegative("orphan-grace", orphanGrace);
        Objects.requireNonNull(crashOn, "crash-on must not be null");
    }

    LeaseSettings withLeakDetection(boolean value) {
        return new LeaseSettings(value, leakDetectionThreshold, orphanGrace, crashOn);
    }

    LeaseSettings withLeakDetectionThreshold(@Nullable Duration value) {
        return new LeaseSettings(leakDetection, value, orphanGrace, crashOn);
    }

    LeaseSettings withOrphanGrace(Duration value) {
        return new LeaseSettings(leakDetection, leakDetectionThreshold, value, crashOn);
    }

    LeaseSettings withCrashOn(Predicate<Throwable> value) {
        return new LeaseSettings(leakDetection, leakDetectionThreshold, orphanGrace, value);
    }
}
