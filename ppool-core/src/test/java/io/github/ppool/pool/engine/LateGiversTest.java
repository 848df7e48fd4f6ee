package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolWorld.Client;
import io.github.ppool.pool.PoolWorld.Worker;
import io.github.ppool.pool.PoolWorld;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The thread of a killed borrower gives its worker back in two steps: it sees under the lock that its lease is held
 * back, and takes the lock again. If the next borrower has the worker by then, the second step does nothing.
 */
class LateGiversTest {

    private final PoolWorld world = new PoolWorld();

    @AfterEach
    void close() {
        world.close();
    }

    private void hasNoEffect(BiConsumer<OrphanTracker<Worker>, PoolLease<Worker>> secondStep) {
        PoolClient<Worker> pool = world.start(spec -> spec);
        PoolEngine<Worker> engine = engineOf(pool);
        Client<Lease<Worker>> killed = world.client(pool::checkout);
        PoolLease<Worker> old = (PoolLease<Worker>) killed.result();
        world.kill(killed.pid());
        Lease<Worker> next = world.client(pool::checkout).result();

        secondStep.accept(engine.orphans, old);
        world.world.quiesce();

        assertThat(next.isOpen()).isTrue();
        assertThat(next.pid()).isEqualTo(old.pid());
        assertThat(pool.status()).returns(1, PoolStatus::borrowed).returns(0, PoolStatus::available);
        assertThat(world.log).containsExactly("made w1");
        EngineInvariants.checkAtRest(pool);
    }

    @SuppressWarnings("unchecked") // the world has no other workers
    private static PoolEngine<Worker> engineOf(PoolClient<Worker> pool) {
        return (PoolEngine<Worker>) EngineInvariants.engineOf(pool);
    }

    @Test
    void a_worker_that_was_handed_on_is_not_given_back() {
        hasNoEffect(OrphanTracker::givenBack);
    }

    @Test
    void a_worker_that_was_handed_on_does_not_crash() {
        hasNoEffect((orphans, lease) -> orphans.givenBackBroken(lease, new IllegalStateException("broken")));
    }
}
