package io.github.ppool.cluster.engine;

import io.github.ppool.pool.Rate;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.SharedRate;
import io.github.ppool.spring.boot.ClusterRates;
import java.util.Objects;

/** The rates of pools over all nodes: makes the rate of each pool with a {@code cluster-rate}. */
public final class PoolRates implements ClusterRates {

    private final RateDesk desk;

    /**
     * The rates on a desk.
     *
     * @param desk the desk of this node's shares
     */
    public PoolRates(RateDesk desk) {
        this.desk = Objects.requireNonNull(desk, "desk must not be null");
    }

    /**
     * Makes the rate of a pool.
     *
     * @param pool the name of the pool
     * @param rate the rate over all nodes
     * @return a rate for this pool alone
     * @throws IllegalArgumentException if the name is too long
     */
    @Override
    public SharedRate rate(String pool, Rate rate) {
        Objects.requireNonNull(rate, "rate must not be null");
        if (pool.length() > LeaseSettings.LONGEST_NAME) {
            throw new IllegalArgumentException("the name of a pool with a cluster-rate must have at most "
                    + LeaseSettings.LONGEST_NAME + " characters, got " + pool.length());
        }
        return new ClusterRate(rate);
    }

    private final class ClusterRate implements SharedRate {

        private final Rate rate;

        ClusterRate(Rate rate) {
            this.rate = rate;
        }

        @Override
        public Rate rate() {
            return rate;
        }

        @Override
        public void opened(RateShare share) {
            desk.open(share, rate);
        }

        @Override
        public void wanted(RateShare share) {
            desk.want(share);
        }

        @Override
        public void closed(RateShare share) {
            desk.close(share);
        }

        @Override
        public String toString() {
            return "cluster-rate " + rate;
        }
    }
}
