package io.github.ppool.pool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A place is given up, by a resize say, at the moment at which the supervisor starts its process. The supervisor then
 * ends that process; its thread runs for a moment yet.
 */
class PlaceGivenUpTest {

    private static final Duration PATIENCE = Duration.ofSeconds(50);

    private final ProcessSystem system = new ProcessSystem();

    @AfterEach
    void close() {
        system.close();
    }

    @Test
    void the_ends_of_processes_without_a_place_change_nothing_in_the_books() throws Exception {
        PoolEngine<Object> engine = new PoolEngine<>(system,
                PoolSpec.builder("pool", Object::new).size(1).maxOverflow(0).build(), new PoolThreads.Supply());
        CountDownLatch goOn = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) { // more than there are places
            Pid pid = startWithoutPlace(engine, goOn);
            system.exit(pid, ExitReason.SHUTDOWN);
            assertThat(system.isOrphaned(pid)).isTrue();
            checkBooks(engine);
        }
        goOn.countDown();
        assertThat(system.awaitThreads(PATIENCE)).isTrue();
        checkBooks(engine);
        assertThat(engine.operations.isClosed()).isTrue();
    }

    /** A process with a thread that goes on after its end, until the latch opens. */
    private Pid startWithoutPlace(PoolEngine<Object> engine, CountDownLatch goOn) throws InterruptedException {
        Slot<Object> slot = new Slot<>(engine.checkin, null, 1, 0);
        engine.core.locked(after -> {
            engine.core.workers.add(slot);
            engine.core.workers.remove(slot);
        });
        CountDownLatch starts = new CountDownLatch(1);
        Pid pid = system.spawn(self -> {
            engine.lifecycles.processStarted(slot, self.self(), engine.link.process(slot));
            starts.countDown();
            awaitWithoutHeed(goOn);
        });
        starts.await();
        return pid;
    }

    private static void checkBooks(PoolEngine<Object> engine) {
        assertThat(engine.core.workers.live()).as("live workers").isZero();
        assertThat(engine.status()).returns(0, PoolStatus::workers).returns(0, PoolStatus::orphaned);
    }

    private static void awaitWithoutHeed(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                // the process was ended, its thread goes on
            }
        }
    }
}
