package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.ppool.guard.StackReserve;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lease that is closed where the stack is too short for the engine's lock, and long enough for a checkout. */
class DeferredReturnsTest {

    private final ProcessSystem system = new ProcessSystem();
    private final Pools pools;

    DeferredReturnsTest() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void stop() {
        pools.close();
        system.close();
    }

    private PoolClient<Object> pool(PoolStrategy strategy) {
        return pools.startPool(PoolSpec.builder("short", Object::new).size(1).maxOverflow(0).strategy(strategy)
                .checkoutTimeout(Duration.ofSeconds(30)).build());
    }

    /**
     * Runs an action as near to the end of the stack as it runs there; from the first depth at which the lock could not
     * be taken.
     */
    private static final class NearTheEnd {
        private final Runnable what;
        private boolean tooFar;
        private boolean done;

        private NearTheEnd(Runnable what) {
            this.what = what;
        }

        private void descend() {
            try {
                descend();
            } catch (StackOverflowError end) {
                // from here the callers go on, one after the other
            }
            if (!done && !tooFar) {
                runHere();
            }
        }

        private void runHere() {
            if (hasStackForTheLock()) {
                tooFar = true;
                return;
            }
            try {
                what.run();
                done = true;
            } catch (StackOverflowError full) {
                done = false; // a caller higher up has more
            }
        }

        private static boolean hasStackForTheLock() {
            try {
                StackReserve.forLockApart();
                return true;
            } catch (StackOverflowError no) {
                return false;
            }
        }
    }

    /** Checks a worker out where there is stack, and closes the lease where there is little; is true if that was so. */
    private static boolean closesLate(PoolClient<Object> pool, Runnable between) throws Exception {
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        Thread borrower = Thread.ofPlatform().start(() -> {
            try {
                Lease<Object> lease = pool.checkout();
                between.run();
                NearTheEnd close = new NearTheEnd(lease::close);
                close.descend();
                late.complete(close.done);
            } catch (Throwable thrown) {
                late.completeExceptionally(thrown);
            }
        });
        boolean was = late.get(50, TimeUnit.SECONDS);
        borrower.join();
        return was;
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void a_caller_that_waits_gets_the_worker(PoolStrategy strategy) throws Exception {
        PoolClient<Object> pool = pool(strategy);
        CompletableFuture<@Nullable Object> served = new CompletableFuture<>();
        boolean late = closesLate(pool, () -> {
            Thread.ofPlatform().start(() -> {
                try {
                    served.complete(pool.transactionResult(worker -> worker));
                } catch (Throwable thrown) {
                    served.completeExceptionally(thrown);
                }
            });
            while (pool.status().queueDepth() < 1) {
                Thread.onSpinWait();
            }
        });
        assertThat(late).isTrue();
        assertThat(served.get(50, TimeUnit.SECONDS)).isNotNull();
        assertThat(pool.status().borrowed()).isZero();
        assertThat(pool.status().available()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void if_none_waits_the_next_caller_gets_it_at_once(PoolStrategy strategy) throws Exception {
        PoolClient<Object> pool = pool(strategy);
        // a caller that has waited and is gone: from then on the lease ends by the books
        boolean late = closesLate(pool, () -> assertThatCode(() -> pool.checkout(Duration.ofMillis(1)))
                .isInstanceOf(CheckoutTimeoutException.class));
        assertThat(late).isTrue();
        try (Lease<Object> lease = pool.checkout(Duration.ZERO)) {
            assertThat(lease.worker()).isNotNull();
        }
        assertThat(pool.status().borrowed()).isZero();
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void the_status_counts_it_as_given_back(PoolStrategy strategy) throws Exception {
        PoolClient<Object> pool = pool(strategy);
        boolean late = closesLate(pool, () -> assertThatCode(() -> pool.checkout(Duration.ofMillis(1)))
                .isInstanceOf(CheckoutTimeoutException.class));
        assertThat(late).isTrue();
        assertThat(pool.status().available()).isEqualTo(1);
        assertThat(pool.status().borrowed()).isZero();
    }
}
