package io.github.ppool.spring.boot.autoconfigure;

import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the pools before the web server accepts requests, and stops them after it has finished its last one: all at the same
 * time, each with as much time to finish what it has accepted as the application's shutdown phase allows.
 */
final class PoolsLifecycle implements SmartLifecycle {

    /**
     * Lower phases start earlier and stop later. The web server starts and stops in {@code DEFAULT_PHASE - 2048}, and its graceful
     * shutdown comes before that.
     */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 2048 - 1024;

    private static final Logger logger = LoggerFactory.getLogger(PoolsLifecycle.class);

    private final ConfiguredPools configured;
    private final Pools pools;
    private final Duration phaseTimeout;
    private final List<PoolSpec<?>> stopped = new ArrayList<>();
    private volatile boolean running;

    PoolsLifecycle(ConfiguredPools configured, Pools pools, Duration phaseTimeout) {
        this.configured = configured;
        this.pools = pools;
        this.phaseTimeout = phaseTimeout;
    }

    /** After a stop (a checkpoint, for example) those pools are started that ran before it. */
    @Override
    public void start() {
        if (stopped.isEmpty()) {
            configured.startAll();
        }
        stopped.forEach(pools::startPool);
        stopped.clear();
        running = true;
        for (String name : pools.names()) {
            pools.spec(name).ifPresent(this::warnIfItCannotStopInTime);
        }
    }

    private void warnIfItCannotStopInTime(PoolSpec<?> spec) {
        if (spec.shutdown().compareTo(usable()) > 0) {
            logger.warn(
                    "pool '{}' gives its workers {} to close, but the application's shutdown phase ends after {}: raise"
                            + " spring.lifecycle.timeout-per-shutdown-phase or lower {}.shutdown",
                    spec.name(),
                    spec.shutdown(),
                    phaseTimeout,
                    PoolNames.property(spec.name()));
        }
    }

    @Override
    public void stop() {
        try {
            stopAll();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            running = false;
        }
    }

    /** On a thread of its own: others of the same phase stop at the same time. */
    @Override
    public void stop(Runnable callback) {
        Thread.ofVirtual().name("ppool-stop").start(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    private void stopAll() throws InterruptedException {
        List<Thread> stopping = new ArrayList<>();
        for (String name : pools.names()) {
            pools.spec(name).ifPresent(spec -> {
                stopped.add(spec);
                stopping.add(Thread.ofVirtual().name("ppool-stop-" + name).start(() -> stop(spec)));
            });
        }
        for (Thread thread : stopping) {
            thread.join();
        }
    }

    private void stop(PoolSpec<?> spec) {
        Duration drain = usable().minus(spec.shutdown());
        String name = spec.name();
        pools.pool(name).map(pool -> pool.status()).ifPresent(status -> logBusy(status, drain));
        pools.stopPool(name, drain.isNegative() ? Duration.ZERO : drain);
    }

    private static void logBusy(PoolStatus status, Duration drain) {
        if (status.checkedOut() > 0 || status.queueDepth() > 0) {
            logger.info(
                    "pool '{}' is stopping: {} workers are busy and {} callers and tasks wait, they have up to {}",
                    status.name(),
                    status.checkedOut(),
                    status.queueDepth(),
                    drain);
        }
    }

    /** A tenth is left to Spring, so that a pool that needs all its time does not end after its phase. */
    private Duration usable() {
        return phaseTimeout.multipliedBy(9).dividedBy(10);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** As the web server: a context that is only paused, as between tests, keeps its pools. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
