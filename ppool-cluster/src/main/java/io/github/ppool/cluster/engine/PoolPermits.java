package io.github.ppool.cluster.engine;

import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.ClusterLimits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
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

    private final PermitDesk desk;

    /**
     * The limits on a desk.
     *
     * @param desk the desk of this node's permits
     */
    public PoolPermits(PermitDesk desk) {
        this.desk = Objects.requireNonNull(desk, "desk must not be null");
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
            Workers workers = new Workers(pool);
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

        private final GatedPool pool;
        private final Map<Pid, HeldPermit> permits = new ConcurrentHashMap<>();
        /** True while the pool owes permits. */
        private volatile boolean owes;
        private volatile @Nullable PermitAccount account;

        Workers(GatedPool pool) {
            this.pool = pool;
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
                permits.remove(process, held);
                held.release();
            };
        }

        @Override
        public int wanted() {
            return pool.wanted();
        }

        /** None while the pool owes permits: it pays with its idle workers first. */
        @Override
        public int idle() {
            return owes ? 0 : pool.idle();
        }

        @Override
        public void available() {
            pool.permitsAvailable();
        }

        @Override
        public int giveBack(int count) {
            return pool.releaseIdle(count);
        }

        /** The pool pays by itself: with idle workers, and with the next ones that become free. */
        @Override
        public void owe(int count) {
            owes = count > 0;
            pool.releaseNext(count);
        }

        @Override
        public void lost() {
            owe(0);
            for (Pid process : List.copyOf(permits.keySet())) {
                pool.end(process, LEASE_LOST);
            }
        }
    }
}
