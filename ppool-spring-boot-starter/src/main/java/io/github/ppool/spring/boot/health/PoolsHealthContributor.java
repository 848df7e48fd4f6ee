package io.github.ppool.spring.boot.health;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.spring.boot.SupervisionTrees;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of each pool and of each supervision tree that there is at the moment.
 *
 * <p>A pool is {@code DOWN} when it has given up, {@code OUT_OF_SERVICE} when an operator has suspended it or it is
 * being stopped, {@link #DEGRADED} when it recovers, has workers that wait for their restart, has a full queue or has
 * turned somebody away a short while ago, and {@code UP} otherwise. A tree is {@code DOWN} when its supervisor has
 * given up, {@link #DEGRADED} when a child of it, at any depth, is to be restarted or stays down after a failure, and
 * {@code UP} otherwise.
 *
 * <p>May be used from any thread. A pool is told of as fast as its {@code status()}; a tree within a second.
 */
public final class PoolsHealthContributor implements CompositeHealthContributor, PoolListener, PoolsListener {

    /** Serves, but not as it should. */
    public static final Status DEGRADED = new Status("DEGRADED", "serves, but not as it should");

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;
    private final Duration sheddingWindow;
    /** When each pool has turned somebody away last, by the clock of the pools. */
    private final Map<String, Long> refusedAtNanos = new ConcurrentHashMap<>();

    /**
     * Makes the contributor.
     *
     * @param pools whose health to tell
     * @param trees the supervision trees beside them; asked for each time
     * @param sheddingWindow how long a pool is degraded after it has turned somebody away; zero means only while its
     *         queue is full
     */
    public PoolsHealthContributor(Pools pools, ObjectProvider<SupervisionTrees> trees, Duration sheddingWindow) {
        this.pools = pools;
        this.trees = trees;
        this.sheddingWindow = sheddingWindow;
    }

    @Override
    public @Nullable HealthContributor getContributor(String name) {
        return pools.pool(name).isPresent() ? pool(name) : treeNames().contains(name) ? tree(name) : null;
    }

    @Override
    public Stream<HealthContributors.Entry> stream() {
        Set<String> ofPools = pools.names();
        return Stream.concat(
                ofPools.stream().map(name -> new HealthContributors.Entry(name, pool(name))),
                treeNames().stream()
                        .filter(name -> !ofPools.contains(name))
                        .map(name -> new HealthContributors.Entry(name, tree(name))));
    }

    private Set<String> treeNames() {
        SupervisionTrees all = trees.getIfUnique();
        return all == null ? Set.of() : new TreeSet<>(all.names());
    }

    private HealthIndicator pool(String name) {
        return () -> pools.pool(name).map(this::health).orElse(null);
    }

    private Health health(PoolClient<?> pool) {
        Long refused = refusedAtNanos.get(pool.name());
        Duration since = refused == null ? null : Duration.ofNanos(nowNanos() - refused);
        return PoolHealth.of(pool.status(), since, sheddingWindow);
    }

    private HealthIndicator tree(String name) {
        return () -> {
            SupervisionTrees all = trees.getIfUnique();
            return all != null && all.names().contains(name)
                    ? TreeHealth.of(all.supervisor(name), all.hasGivenUp(name), pools.system())
                    : null;
        };
    }

    private long nowNanos() {
        return pools.system().clock().nanoTime();
    }

    /** Who ran out of patience was not turned away. */
    @Override
    public void refused(String pool, PoolException refusal) {
        if (refusal instanceof PoolRejectedException || refusal instanceof WorkerUnavailableException) {
            refusedAtNanos.put(pool, nowNanos());
        }
    }

    /** Said here, because a native image could not find it out. */
    @Override
    public boolean wantsTaskTimes() {
        return false;
    }

    @Override
    public boolean wantsTaskEnds() {
        return false;
    }

    @Override
    public void poolStopped(String name) {
        refusedAtNanos.remove(name);
    }
}
