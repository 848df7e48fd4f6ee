package io.github.ppool.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import io.github.ppool.cluster.store.LeaseStoreException;
import io.github.ppool.cluster.store.MemoryLeaseStore;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.pool.Rate;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The desk of a node with pools, on a store in memory that can be away. */
class RateDeskTest {

    private static final Duration LEASE = Duration.ofSeconds(3);

    private final MemoryLeaseStore memory = new MemoryLeaseStore(MonotonicClock.system());
    private volatile boolean away;
    private final LeaseStore store = timeout -> {
        if (away) {
            throw new LeaseStoreException("away", null);
        }
        return memory.open(timeout);
    };
    private final RateDesk desk = new RateDesk(
            store, MonotonicClock.system(), new LeaseSettings("n", LEASE, Duration.ZERO));
    private final ProcessSystem system = new ProcessSystem(MonotonicClock.system());
    private Pools pools;

    @AfterEach
    void stop() {
        if (pools != null) {
            pools.close();
        }
        desk.stop();
        system.close();
    }

    private PoolClient<Object> start(String name, String rate) throws InterruptedException {
        if (pools == null) {
            pools = Pools.start(system);
        }
        return pools.startPool(PoolSpec.<Object>builder(name, Object::new)
                .size(2)
                .sharedRate(new PoolRates(desk).rate(name, Rate.parse(rate)))
                .build());
    }

    private static int share(PoolClient<?> pool) {
        PoolStatus.SharedRateUse use = pool.status().sharedRate();
        assertThat(use).isNotNull();
        return use.share();
    }

    @Test
    void a_caller_waits_for_the_first_share_and_a_store_that_is_away_is_waited_for() throws Exception {
        away = true;
        desk.start();
        PoolClient<Object> pool = start("smtp", "5/1h");
        assertThat(pool.tryCheckout()).isEmpty();
        away = false;
        pool.checkout(Duration.ofSeconds(10)).close();
        assertThat(share(pool)).isEqualTo(5);
        // the caller is served before the desk has noted the exchange
        await().until(() -> desk.figures().getFirst().share() == 5);
        assertThat(desk.figures()).singleElement().returns("smtp", RateFigures::pool).returns(5, RateFigures::limit);
    }

    @Test
    void a_ledger_that_cannot_be_read_keeps_no_other_pool_from_its_rate() throws Exception {
        try (LeaseSession session = memory.open(LEASE)) {
            assertThat(session.replaceLedger("bad", 0, "written by hand")).isTrue();
        }
        desk.start();
        PoolClient<Object> bad = start("bad", "5/1h");
        PoolClient<Object> good = start("good", "5/1h");
        await().until(() -> share(good) == 5);
        assertThat(share(bad)).isZero();
        await().during(LEASE.multipliedBy(6).dividedBy(5)).atMost(LEASE.multipliedBy(3)).until(() -> share(good) == 5);
    }

    @Test
    void the_end_of_a_pool_gives_its_permits_back_and_a_new_start_goes_on_with_what_was_used() throws Exception {
        desk.start();
        PoolClient<Object> pool = start("smtp", "5/1h");
        pool.checkout(Duration.ofSeconds(10)).close();
        pool.checkout(Duration.ofSeconds(10)).close();
        assertThat(pools.stopPool("smtp", Duration.ofSeconds(1))).isTrue();
        await().until(() -> {
            try (LeaseSession session = memory.open(LEASE)) {
                return RateLedger.parse(session.ledger("smtp").text()).shares().isEmpty();
            }
        });
        PoolClient<Object> again = start("smtp", "5/1h");
        await().until(() -> share(again) == 3);
    }

    @Test
    void a_name_that_is_too_long_is_refused() {
        assertThatThrownBy(() -> new PoolRates(desk).rate("x".repeat(201), Rate.parse("1/1s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name of a pool with a cluster-rate must have at most 200 characters, got 201");
        assertThat(new PoolRates(desk).rate("smtp", Rate.parse("100/1m"))).hasToString("cluster-rate 100/1m");
    }
}
