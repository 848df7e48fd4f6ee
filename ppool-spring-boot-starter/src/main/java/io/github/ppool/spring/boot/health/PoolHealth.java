package io.github.ppool.spring.boot.health;

import io.github.ppool.guard.FailureText;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.spring.boot.SafeReason;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** The health of a pool, derived from its status. */
final class PoolHealth {

    /** The pool or tree serves its callers, but with restrictions. */
    static final Status DEGRADED = new Status("DEGRADED", "serves, but not as it should");

    private PoolHealth() {}

    /**
     * The health of a pool. {@code sinceRefusal} is the time since its last refusal, null if it never refused a caller.
     */
    static Health of(PoolStatus status, @Nullable Duration sinceRefusal, Duration sheddingWindow) {
        boolean sheds = isFull(status) || (sinceRefusal != null && sinceRefusal.compareTo(sheddingWindow) < 0);
        Health.Builder health = Health.status(statusOf(status, sheds))
                .withDetail("phase", status.phase().name().toLowerCase(Locale.ROOT))
                .withDetail("state", status.state().name().toLowerCase(Locale.ROOT))
                .withDetail("size", status.size())
                .withDetail("maxOverflow", status.maxOverflow())
                .withDetail("idle", status.available())
                .withDetail("checkedOut", status.checkedOut())
                .withDetail("waitingToRestart", status.waitingToRestart())
                .withDetail("orphaned", status.orphaned())
                .withDetail("queueDepth", status.queueDepth())
                .withDetail("queueCapacity", status.queueCapacity())
                .withDetail("shedding", sheds);
        if (status.waitingForPermit() > 0) {
            health.withDetail("waitingForPermit", status.waitingForPermit());
        }
        FailureText lastFailure = status.lastFailureText();
        if (lastFailure != null) {
            health.withDetail("lastFailure", SafeReason.of(lastFailure));
        }
        return health.build();
    }

    private static Status statusOf(PoolStatus status, boolean sheds) {
        return switch (status.phase()) {
            case GAVE_UP -> Status.DOWN;
            case SUSPENDED, DRAINING, STOPPED -> Status.OUT_OF_SERVICE;
            case RECOVERING -> DEGRADED;
            case RUNNING -> sheds || status.waitingToRestart() > 0 ? DEGRADED : Status.UP;
        };
    }

    private static boolean isFull(PoolStatus status) {
        return status.queueCapacity() > 0 && status.queueDepth() >= status.queueCapacity();
    }
}
