package io.github.ppool.cluster.engine;

import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.ClusterLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits of pools over all nodes: makes the gate of each pool with a {@code cluster-limit}. A gate holds no state
 * of the limit itself; the database decides through the {@link PermitDesk}.
 */
public final class PoolPermits implements ClusterLimits {

    /** The prefix of the permits' names; the name of the pool follows. */
    public static final String PREFIX = "pool:";

    /** The reason with which workers end when the node has lost its lease. */
    public static final ExitReason LEASE_LOST = ExitReason.of("lease-lost");

    /** The reason with which a worker ends whose permit goes to another node. */
    private static final ExitReason SHARED = ExitReason.shutdown("cluster-share");

    private final PermitDesk desk;
    private final Function<String, Optional<? extends PoolClient<?>>> pools;

    /**
     * The limits on a desk.
     *
     * @param desk the desk of this node's permits
     * @param pools finds a pool by its name
     */
    public PoolPermits(PermitDesk desk, Function<String, Optional<? extends PoolClient<?>>> pools) {
        this.desk = Objects.requireNonNull(desk, "desk must not be null");
        this.pools = Objects.requireNonNull(pools, "pools must not be null");
    }

    /**
     * Makes the gate of a pool.
     *
     * @param pool the name of the pool
     * @param limit the number of workers that all nodes may have together
     * @return a gate for this pool alone
     * @throws IllegalArgumentException if the limit is below one, or the name is too long
     */
    @Override
    public WorkerGate gate(String pool, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("cluster-limit must be at least 1, got: " + limit);
        }
        if (pool.length() > LeaseSettings.LONGEST_NAME - PREFIX.length()) {
            throw new IllegalArgumentException("the name of a pool with a cluster-limit must have at most "
                    + (LeaseSettings.LONGEST_NAME - PREFIX.length()) + " characters, got " + pool.length());
        }
        return new Gate(pool, limit);
    }

    private final class Gate implements WorkerGate {

        private final String name;
        private final int limit;
        private final Map<GatedPool, Workers> open = new ConcurrentHashMap<>();

        Gate(String name, int limit) {
            this.name = name;
            this.limit = limit;
        }

        @Override
        public void opened(GatedPool pool) {
            Workers workers = new Workers(pool, () -> pools.apply(name));
            open.put(pool, workers);
            workers.account = desk.open(PREFIX + name, limit, workers);
        }

        @Override
        public @Nullable WorkerPermit acquire(GatedPool pool, Pid process) throws Exception {
            Workers workers = open.get(pool);
            return workers == null ? null : workers.acquire(process);
        }

        @Override
        public void closed(GatedPool pool) {
            Workers workers = open.remove(pool);
            PermitAccount account = workers == null ? null : workers.account;
            if (account != null) {
                account.close();
            }
        }

        @Override
        public String toString() {
            return "cluster-limit " + limit;
        }
    }

    /** The workers of a pool that hold permits. */
    private static final class Workers implements PermitUser {

        /** The longest wait in the pool's queue for a worker that is to end. */
        private static final Duration WAIT = Duration.ofMinutes(1);

        private final GatedPool pool;
        private final Supplier<Optional<? extends PoolClient<?>>> client;
        private final Map<Pid, HeldPermit> permits = new ConcurrentHashMap<>();
        /** Workers that end because another node should have their permits. */
        private final Set<Pid> ending = ConcurrentHashMap.newKeySet();
        /** Workers that are still to end so, when their present use is over. */
        private final AtomicInteger owed = new AtomicInteger();
        /** Requests in the pool's queue, each for such a worker. */
        private final AtomicInteger queued = new AtomicInteger();
        private volatile @Nullable PermitAccount account;

        Workers(GatedPool pool, Supplier<Optional<? extends PoolClient<?>>> client) {
            this.pool = pool;
            this.client = client;
        }

        @Nullable
        WorkerPermit acquire(Pid process) throws Exception {
            PermitAccount open = account;
            HeldPermit held = open == null ? null : open.acquire();
            if (held == null) {
                return null;
            }
            permits.put(process, held);
            if (!held.isHeld()) {
                // The lease was lost while the permit was on its way; lost() may have come too early to see it.
                permits.remove(process, held);
                held.release();
                return null;
            }
            return () -> {
                ending.remove(process);
                permits.remove(process, held);
                held.release();
            };
        }

        @Override
        public int wanted() {
            return pool.wanted();
        }

        @Override
        public int idle() {
            return pool.idle();
        }

        @Override
        public void available() {
            pool.permitsAvailable();
        }

        @Override
        public int giveBack(int count) {
            return pool.releaseIdle(count);
        }

        /**
         * A pool with waiters has no idle worker. So the debt waits in the queue among them, and a worker that it gets
         * ends. Workers that have ended and still hold their permits are part of the debt.
         */
        @Override
        public void owe(int count) {
            int more = Math.max(0, count - ending.size());
            owed.set(more);
            Optional<? extends PoolClient<?>> present = queued.get() < more ? client.get() : Optional.empty();
            present.ifPresent(found -> {
                while (queued.get() < more) {
                    queued.incrementAndGet();
                    CompletionStage<? extends Lease<?>> turn;
                    try {
                        turn = found.checkoutAsync(WAIT);
                    } catch (RuntimeException refused) {
                        // A full queue, or a pool that stops: the next heartbeat tries again.
                        queued.decrementAndGet();
                        return;
                    }
                    var unused = turn.whenComplete((lease, failed) -> {
                        queued.decrementAndGet();
                        if (lease != null) {
                            pay(lease);
                        }
                    });
                }
            });
        }

        private void pay(Lease<?> lease) {
            try (lease) {
                if (owed.getAndUpdate(debt -> Math.max(0, debt - 1)) > 0) {
                    ending.add(lease.pid());
                    if (!pool.end(lease.pid(), SHARED)) {
                        ending.remove(lease.pid());
                    }
                }
            }
        }

        @Override
        public void lost() {
            for (Pid process : List.copyOf(permits.keySet())) {
                pool.end(process, LEASE_LOST);
            }
        }
    }
}
