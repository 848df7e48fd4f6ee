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
 * The health of each pool and of each supervision tree that exists at the moment.
 *
 * <p>The status of a pool is
 *
 * <ul>
 *   <li>{@code DOWN} if it has given up,
 *   <li>{@code OUT_OF_SERVICE} if an operator has suspended it or it is being stopped,
 *   <li>{@link #DEGRADED} if it recovers, has workers that wait for their restart, has a full queue or has refused a
 *       caller a short while ago,
 *   <li>{@code UP} otherwise.
 * </ul>
 *
 * <p>A group of pools is {@code UP} while one of its members is, and else as the member that serves best. The members
 * of a group are part of its health, and have none beside it.
 *
 * <p>The status of a tree is {@code DOWN} if its supervisor has given up. It is {@link #DEGRADED} if a child, at any
 * depth, waits for its restart or stays down after a failure. Otherwise it is {@code UP}. A tree of the cluster that
 * stands by is {@code UP} too, and {@code DEGRADED} while it rests after it has given up here.
 *
 * <p>All methods may be called from any thread. The health of a pool takes as long as its {@code status()}. The health
 * of a tree takes a second at most.
 */
public final class PoolsHealthContributor implements CompositeHealthContributor, PoolListener, PoolsListener {

    /** The pool or tree serves its callers, but with restrictions. */
    public static final Status DEGRADED = PoolHealth.DEGRADED;

    private final Pools pools;
    private final ObjectProvider<SupervisionTrees> trees;
    private final Duration sheddingWindow;
    /** The time of the last refusal of each pool, by the clock of the pools. */
    private final Map<String, Long> refusedAtNanos = new ConcurrentHashMap<>();

    /**
     * Makes the contributor.
     *
     * @param pools the pools
     * @param trees supplies the supervision trees; called for each request
     * @param sheddingWindow the time for which a pool is degraded after it has refused a caller or a task; zero means
     *     only while its queue is full
     */
    public PoolsHealthContributor(Pools pools, ObjectProvider<SupervisionTrees> trees, Duration sheddingWindow) {
        this.pools = pools;
        this.trees = trees;
        this.sheddingWindow = sheddingWindow;
    }

    @Override
    public @Nullable HealthContributor getContributor(String name) {
        if (pools.pool(name).isPresent()) {
            return pool(name);
        }
        return pools.group(name).isPresent() ? group(name) : treeNames().contains(name) ? tree(name) : null;
    }

    @Override
    public Stream<HealthContributors.Entry> stream() {
        Set<String> taken = new TreeSet<>(pools.names());
        taken.addAll(pools.groupNames());
        Set<String> alone = new TreeSet<>(pools.names());
        pools.groupNames().forEach(name -> pools.group(name)
                .ifPresent(group -> alone.removeAll(group.spec().members())));
        return Stream.of(
                alone.stream().map(name -> new HealthContributors.Entry(name, pool(name))),
                pools.groupNames().stream().map(name -> new HealthContributors.Entry(name, group(name))),
                treeNames().stream()
                        .filter(name -> !taken.contains(name))
                        .map(name -> new HealthContributors.Entry(name, tree(name))))
                .flatMap(entries -> entries);
    }

    private HealthIndicator group(String name) {
        return () -> pools.group(name)
                .map(group -> GroupHealth.of(group.groupStatus(),
                        member -> pools.pool(member).map(this::health).orElse(null)))
                .orElse(null);
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
                    ? TreeHealth.of(
                            all.supervisor(name), all.hasGivenUp(name), all.standby(name), pools.system())
                    : null;
        };
    }

    private long nowNanos() {
        return pools.system().clock().nanoTime();
    }

    /** Remembers a refusal. A caller that timed out was not refused. */
    @Override
    public void refused(String pool, PoolException refusal) {
        if (refusal instanceof PoolRejectedException || refusal instanceof WorkerUnavailableException) {
            refusedAtNanos.put(pool, nowNanos());
        }
    }

    /** False, stated here because a native image can't find it out by reflection. */
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
