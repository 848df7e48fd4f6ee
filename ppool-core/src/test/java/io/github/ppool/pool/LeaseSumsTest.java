package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolStatus.Times;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long borrowers had workers, summed up by the pool itself. */
class LeaseSumsTest {

    private static final PoolListener WANTS = new PoolListener() {
        @Override
        public boolean wantsUsage() {
            return true;
        }
    };

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private static Lease<Worker> borrow(PoolClient<Worker> pool) {
        return pool.checkoutAsync().toCompletableFuture().join();
    }

    private static Times times(int leases, Duration total) {
        return new Times(leases, total);
    }

    @Test
    void nothing_is_summed_up_unless_it_is_wanted() {
        PoolClient<Worker> pool = world.start(spec -> spec);
        borrow(pool).close();
        assertThat(pool.status().leases()).isEqualTo(times(0, Duration.ZERO));
        assertThat(pool.status().checkouts()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void each_lease_counts_however_it_ends(PoolStrategy strategy) {
        PoolClient<Worker> pool = world.start(spec -> spec.strategy(strategy).listener(WANTS));
        Lease<Worker> closed = borrow(pool);
        world.advance(Duration.ofSeconds(1));
        closed.close();
        closed.close();
        Lease<Worker> suspect = borrow(pool);
        world.advance(Duration.ofSeconds(2));
        suspect.suspect();
        world.world.quiesce();
        Lease<Worker> failed = borrow(pool);
        world.advance(Duration.ofSeconds(4));
        failed.fail(new IllegalStateException("broken"));
        world.world.quiesce();
        Times leases = pool.status().leases();
        assertThat(leases.count()).isEqualTo(3);
        assertThat(leases.total()).isBetween(Duration.ofSeconds(7).minusNanos(3), Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void a_thread_that_borrows_again_and_again_is_counted_on_its_way_without_the_lock(PoolStrategy strategy)
            throws InterruptedException {
        try (ProcessSystem system = new ProcessSystem();
                Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(
                    PoolSpec.builder("p", Object::new).size(2).maxOverflow(0).strategy(strategy).listener(WANTS)
                            .build());
            CountDownLatch ready = new CountDownLatch(2);
            Runnable borrower = () -> {
                ready.countDown();
                for (int i = 0; i < 10_000; i++) {
                    pool.checkout().close();
                }
            };
            Thread one = Thread.ofPlatform().start(borrower);
            Thread other = Thread.ofPlatform().start(borrower);
            one.join();
            other.join();
            assertThat(ready.getCount()).isZero();
            assertThat(pool.status().leases().count()).isEqualTo(20_000);
        }
    }

    @Test
    void the_numbers_outlive_their_places() {
        PoolClient<Worker> pool = world.start(spec -> spec.listener(WANTS));
        borrow(pool).close();
        world.pools.admin().resize("pool", 0, 1);
        world.world.quiesce();
        assertThat(pool.status().workers()).isZero();
        assertThat(pool.status().leases().count()).isEqualTo(1);
    }
}
