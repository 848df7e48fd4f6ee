package io.github.ppool.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.ppool.CapturedLog;
import io.github.ppool.Eventually;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.process.SpawnOptions;
import io.github.ppool.time.ManualClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A thread that has ended can be collected, with all objects that its code has captured, in each role that it had for a
 * pool.
 */
@Timeout(60)
class EndedThreadsTest {

    private final CapturedLog log = CapturedLog.silence();
    private final ManualClock clock = new ManualClock();
    private final ProcessSystem system = new ProcessSystem(clock);
    private Pools pools;
    private PoolClient<Object> pool;

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

    /** The role of the thread. */
    private enum Was {
        BORROWER,
        BORROWER_THAT_TIMED_OUT,
        BORROWER_THAT_ENDED_WITH_ITS_LEASE,
        CALLER_OF_A_STAGE,
        CALLER_WITH_A_TASK,
        PROCESS_THAT_BORROWED,
        PROCESS_THAT_WAS_KILLED,
        PROCESS_OF_A_WORKER
    }

    private Thread run(Was was, boolean virtual) throws Exception {
        return switch (was) {
            case BORROWER -> thread(virtual, () -> pool.transaction(worker -> {}));
            case BORROWER_THAT_TIMED_OUT -> {
                try (Lease<Object> held = pool.checkout()) {
                    Thread ended = begin(virtual, () -> assertThatThrownBy(() -> pool.checkout(Duration.ofSeconds(1)))
                            .isInstanceOf(CheckoutTimeoutException.class));
                    Eventually.so(pool::status, () -> pool.status().queueDepth() == 1);
                    clock.advance(Duration.ofSeconds(1));
                    ended.join();
                    assertThat(held.isOpen()).isTrue();
                    yield ended;
                }
            }
            case BORROWER_THAT_ENDED_WITH_ITS_LEASE -> thread(virtual, () -> pool.checkout());
            case CALLER_OF_A_STAGE -> thread(virtual, () -> pool.checkoutAsync().toCompletableFuture().join().close());
            case CALLER_WITH_A_TASK -> thread(virtual,
                    () -> pool.asyncQueue(worker -> {}).result().toCompletableFuture().join());
            case PROCESS_THAT_BORROWED -> process(virtual, null);
            case PROCESS_THAT_WAS_KILLED -> process(virtual, ExitReason.KILL);
            case PROCESS_OF_A_WORKER -> {
                CompletableFuture<Thread> runs = new CompletableFuture<>();
                Task<?> task = pool.syncQueue(worker -> {
                    runs.complete(Thread.currentThread());
                    Thread.sleep(60_000); // until it is killed
                });
                Thread ended = runs.get(50, TimeUnit.SECONDS);
                assertThat(task.exit(ExitReason.KILL)).isTrue();
                yield ended;
            }
        };
    }

    private static Thread begin(boolean virtual, Runnable body) {
        return virtual ? Thread.ofVirtual().start(body) : Thread.ofPlatform().start(body);
    }

    private static Thread thread(boolean virtual, Runnable body) throws InterruptedException {
        Thread thread = begin(virtual, body);
        thread.join();
        return thread;
    }

    private Thread process(boolean virtual, @Nullable ExitReason reason) throws Exception {
        CompletableFuture<Thread> runs = new CompletableFuture<>();
        SpawnOptions options = SpawnOptions.labelled("borrower");
        Pid pid = system.spawn(self -> pool.transaction(worker -> {
            runs.complete(Thread.currentThread());
            if (reason != null) {
                self.receive();
            }
        }), virtual ? options : options.onPlatformThread());
        Thread ended = runs.get(50, TimeUnit.SECONDS);
        if (reason != null) {
            system.exit(pid, reason);
        }
        return ended;
    }

    private List<WeakReference<Thread>> runSome(Was was, boolean virtual) throws Exception {
        List<WeakReference<Thread>> ended = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Thread thread = run(was, virtual);
            thread.join();
            ended.add(new WeakReference<>(thread));
        }
        return ended;
    }

    @ParameterizedTest
    @EnumSource
    void is_not_kept(Was was) throws Exception {
        List<WeakReference<Thread>> ended = new ArrayList<>();
        for (boolean virtual : new boolean[]{true, false}) {
            for (PoolStrategy strategy : PoolStrategy.values()) {
                pool = pools.startPool(PoolSpec.builder(strategy + (virtual ? "" : " on platform threads"), Object::new)
                        .size(1)
                        .maxOverflow(0)
                        .strategy(strategy)
                        .platformThreads(!virtual)
                        .checkoutTimeout(Duration.ofMinutes(1))
                        .restart(PoolWorld.AT_ONCE)
                        .build());
                ended.addAll(runSome(was, virtual));
            }
        }
        Eventually.so(() -> ended.stream().map(WeakReference::get).toList(), () -> {
            clock.advance(Duration.ofHours(1)); // until then one that has waited may be listed with its time-out
            System.gc();
            return ended.stream().map(WeakReference::get).noneMatch(Objects::nonNull);
        });
        int strategies = PoolStrategy.values().length;
        assertThat(ended).hasSize(2 * strategies * 3);
        assertThat(pools.names()).hasSize(2 * strategies);
    }
}
