package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.genserver.GenServer;
import io.github.ppool.genserver.GenServerRef;
import io.github.ppool.genserver.ReplyTo;
import io.github.ppool.genserver.ServerContext;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStrategy;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.ProcessStatus;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A call-back that a caller runs borrows as the server: the pool's knowledge of the caller's thread does not hold
 * for it.
 */
@Timeout(60)
class BorrowedByStandInsTest {

    private final CapturedLog log = CapturedLog.silence();
    private final ProcessSystem system = new ProcessSystem();
    private Pools pools;

    @BeforeEach
    void start() throws InterruptedException {
        pools = Pools.start(system);
    }

    @AfterEach
    void close() {
        pools.close();
        system.close();
        log.close();
    }

    /** Borrows workers and keeps them. */
    private static final class Borrower implements GenServer<String, Thread, String> {
        private final PoolClient<Object> pool;
        private final CopyOnWriteArrayList<Lease<Object>> leases;

        private Borrower(PoolClient<Object> pool, CopyOnWriteArrayList<Lease<Object>> leases) {
            this.pool = pool;
            this.leases = leases;
        }

        @Override
        public boolean callerRuns() {
            return true;
        }

        @Override
        public Thread handleCall(String request, ReplyTo<Thread> from, ServerContext self) {
            if (request.equals("borrow")) {
                leases.add(pool.checkout());
            } else {
                leases.removeFirst().close();
            }
            return Thread.currentThread();
        }
    }

    @ParameterizedTest
    @EnumSource(PoolStrategy.class)
    void what_the_server_has_borrowed_comes_back_when_the_server_ends_and_what_its_caller_has_does_not(
            PoolStrategy strategy) throws InterruptedException {
        PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new)
                .size(4)
                .strategy(strategy)
                .build());
        CopyOnWriteArrayList<Lease<Object>> leases = new CopyOnWriteArrayList<>();
        GenServerRef<String, Thread, String> server = GenServerRef.start(system, () -> new Borrower(pool, leases),
                SpawnOptions.labelled("server"));
        Eventually.so(() -> system.info(server.pid()),
                () -> system.info(server.pid()).status() == ProcessStatus.WAITING);

        for (int i = 0; i < 10; i++) { // each re-borrows its last worker, if the strategy of the pool allows that
            pool.checkout().close();
            assertThat(server.call("borrow")).isSameAs(Thread.currentThread());
            Lease<Object> own = pool.checkout();
            assertThat(server.call("give back")).isSameAs(Thread.currentThread());
            own.close();
        }
        server.call("borrow");
        server.call("borrow");
        try (Lease<Object> own = pool.checkout()) {
            assertThat(pool.status().borrowed()).isEqualTo(3);
            system.exit(server.pid(), ExitReason.KILL);
            Eventually.so(pool::status, () -> pool.status().borrowed() == 1);
            assertThat(own.isOpen()).isTrue();
            assertThat(leases).hasSize(2).noneMatch(Lease::isOpen);
        }
        Eventually.so(pool::status, () -> pool.status().borrowed() == 0);
    }
}
