package com.example.shop;

import static io.github.ppool.test.PpoolAssertions.assertThat;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import io.github.ppool.restart.RestartPlan;
import io.github.ppool.restart.RestartPolicy;
import io.github.ppool.test.PpoolTester;
import io.github.ppool.time.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Without Spring. */
class PlainPoolTest {

    // tag::plain[]
    private final ProcessSystem system = new ProcessSystem(new ManualClock());
    private PpoolTester tester;

    @BeforeEach
    void start() throws InterruptedException {
        tester = PpoolTester.of(Pools.start(system));
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void a_dead_server_costs_a_growing_pause() {
        PoolClient<StringBuilder> pool = tester.pools().startPool(PoolSpec.builder("builders", StringBuilder::new)
                .size(1)
                .maxOverflow(0)
                .restart(RestartPolicy.of(RestartPlan.parse("[backoff 1s..4s x2]")).withCount(RestartCount.INFINITY))
                .build());
        tester.awaitReady("builders");
        for (int seconds : new int[]{1, 2, 4, 4}) {
            tester.crash("builders");
            tester.advance(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(pool).hasWaitingToRestart(1);
            tester.advance(Duration.ofNanos(1));
            assertThat(pool).isRunning().hasIdle(1);
        }
    }
    // end::plain[]
}
