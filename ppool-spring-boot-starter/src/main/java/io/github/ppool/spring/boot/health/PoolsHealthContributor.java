package io.github.ppool.spring.boot.health;

import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.SafeReason;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of each pool that there is at the moment: {@code DOWN} when it has given up, {@code OUT_OF_SERVICE} when an operator
 * has suspended it or it is being stopped, {@link #DEGRADED} when it recovers, has workers that wait for their restart, or has a
 * full queue, and {@code UP} otherwise. May be used from any thread; blocks as long as {@code status()} does.
 */
public final class PoolsHealthContributor implements CompositeHealthContributor {

    /** The pool serves its callers, but not as it should. */
    public static final Status DEGRADED = new Status("DEGRADED", "serves, but not as it should");

    private final Pools pools;

    /**
     * Makes the contributor.
     *
     * @param pools whose health to tell
     */
    public PoolsHealthContributor(Pools pools) {
        this.pools = pools;
    }

    @Override
    public @Nullable HealthContributor getContributor(String name) {
        return pools.pool(name).isPresent() ? indicator(name) : null;
    }

    @Override
    public Stream<HealthContributors.Entry> stream() {
        return pools.names().stream().map(name -> new HealthContributors.Entry(name, indicator(name)));
    }

    private HealthIndicator indicator(String name) {
        return () -> pools.pool(name).map(pool -> health(pool.status())).orElse(null);
    }

    private static Health health(PoolStatus status) {
        Health.Builder health = Health.status(statusOf(status))
                .withDetail("phase", status.phase().name().toLowerCase(Locale.ROOT))
                .withDetail("state", status.state().name().toLowerCase(Locale.ROOT))
                .withDetail("size", status.size())
                .withDetail("maxOverflow", status.maxOverflow())
                .withDetail("idle", status.available())
                .withDetail("checkedOut", status.checkedOut())
                .withDetail("waitingToRestart", status.waitingToRestart())
                .withDetail("queueDepth", status.queueDepth())
                .withDetail("queueCapacity", status.queueCapacity());
        Optional.ofNullable(status.lastFailure()).map(SafeReason::of)
                .ifPresent(last -> health.withDetail("lastFailure", last));
        return health.build();
    }

    private static Status statusOf(PoolStatus status) {
        return switch (status.phase()) {
            case GAVE_UP -> Status.DOWN;
            case SUSPENDED, DRAINING, STOPPED -> Status.OUT_OF_SERVICE;
            case RECOVERING -> DEGRADED;
            case RUNNING -> status.waitingToRestart() > 0 || isShedding(status) ? DEGRADED : Status.UP;
        };
    }

    private static boolean isShedding(PoolStatus status) {
        return status.queueCapacity() > 0 && status.queueDepth() >= status.queueCapacity();
    }
}
