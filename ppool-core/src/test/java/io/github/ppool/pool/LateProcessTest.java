package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartCount;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes of workers that are killed at any moment of their start, also before their first step. */
class LateProcessTest {

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void close() {
        system.close();
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void a_place_whose_process_is_killed_while_it_starts_gets_another_one() throws Exception {
        try (Pools pools = Pools.start(system)) {
            PoolClient<Object> pool = pools.startPool(PoolSpec.builder("pool", Object::new).size(4).maxOverflow(0)
                    .restart(PoolWorld.policy("[restart]").withCount(RestartCount.INFINITY)).build());
            AtomicBoolean goesOn = new AtomicBoolean(true);
            List<Thread> killers = List.of(killer(goesOn), killer(goesOn));
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            goesOn.set(false);
            for (Thread killer : killers) {
                killer.join();
            }
            Eventually.so(() -> "not all are back: " + pool.status(),
                    () -> pool.status().available() == 4 && pool.status().workers() == 4);
            assertThat(pool.status().phase()).isEqualTo(PoolPhase.RUNNING);
            for (int i = 0; i < 8; i++) {
                pool.transaction(worker -> {});
            }
        }
    }

    private Thread killer(AtomicBoolean goesOn) {
        return Thread.ofPlatform().start(() -> {
            while (goesOn.get()) {
                for (Pid pid : system.processes()) {
                    if (pid.label().startsWith("pool/") && ThreadLocalRandom.current().nextInt(3) > 0) {
                        system.exit(pid, ExitReason.KILL);
                    }
                }
            }
        });
    }
}
