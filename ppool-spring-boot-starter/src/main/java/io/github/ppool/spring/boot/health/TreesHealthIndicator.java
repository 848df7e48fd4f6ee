package io.github.ppool.spring.boot.health;

import io.github.ppool.pool.Pools;
import io.github.ppool.spring.boot.SupervisionTrees;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the supervision trees can still come back by themselves: made for the liveness group.
 *
 * <p>{@code DOWN} when the supervisor {@code ppool} has ended, which takes all pools and trees with it, or when a
 * supervision tree of the application has given up; {@code UP} otherwise. A pool that is down, recovers or has given up
 * does not count: its server may be down, and a restart of the application would not bring that back.
 *
 * <p>May be used from any thread. Asks no supervisor and does not block.
 */
public final class TreesHealthIndicator implements HealthIndicator {

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;

    /**
     * Makes the indicator.
     *
     * @param pools the pools, which hang under the supervisor {@code ppool}
     * @param trees the supervision trees beside them; asked for each time
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
