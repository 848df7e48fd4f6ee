package io.github.ppool.spring.boot.health;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.SupervisionTrees;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Reports if the supervision trees can still come back by themselves. Made for the liveness group.
 *
 * <p>The status is {@code DOWN} if the supervisor {@code ppool} has ended, with all pools and trees, or if a
 * supervision tree of the application has given up. Otherwise it is {@code UP}. Pools don't count: the server of a pool
 * may be down, and a restart of the application would not bring that server back.
 *
 * <p>All methods may be called from any thread. They ask no supervisor and do not block.
 */
public final class TreesHealthIndicator implements HealthIndicator {

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;

    /**
     * Makes the indicator.
     *
     * @param pools the pools, which are children of the supervisor {@code ppool}
     * @param trees supplies the supervision trees; called for each request
     */
    public TreesHealthIndicator(Pools pools, ObjectProvider<SupervisionTrees> trees) {
        this.pools = pools;
        this.trees = trees;
    }

    @Override
    public Health health() {
        boolean running = pools.supervisor().isAlive();
        List<String> givenUp = givenUp(trees.getIfUnique());
        Health.Builder health = running && givenUp.isEmpty() ? Health.up() : Health.down();
        health.withDetail("supervisor", running ? "running" : "gave up");
        if (!givenUp.isEmpty()) {
            health.withDetail("gaveUp", givenUp);
        }
        return health.build();
    }

    private static List<String> givenUp(@Nullable SupervisionTrees all) {
        return all == null ? List.of() : all.names().stream().filter(all::hasGivenUp).sorted().toList();
    }
}
