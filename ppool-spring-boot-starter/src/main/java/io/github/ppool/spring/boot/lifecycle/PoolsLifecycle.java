package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Pools;
import io.github.ppool.restart.Outage;
import io.github.ppool.spring.boot.PpoolPhases;
import io.github.ppool.spring.boot.settings.PoolNames;
import io.github.ppool.spring.boot.settings.PoolOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the pools before the web server accepts requests, and stops them after its last request. The pools stop at the
 * same time, except that a pool stops after the pools that depend on it. Each pool may take as much of the
 * application's shutdown phase as it needs to finish accepted work.
 */
public final class PoolsLifecycle implements SmartLifecycle {

    private static final GuardedLog logger = GuardedLog.of(PoolsLifecycle.class);

    private final ConfiguredPools configured;
    private final Pools pools;
    private final Duration phaseTimeout;
    private final List<PoolSpec<?>> stopped = new ArrayList<>();
    private volatile boolean running;

    /**
     * The lifecycle of the configured pools.
     *
     * @param configured the configured pools
     * @param pools all pools
     * @param phaseTimeout the time of a shutdown phase
     */
    public PoolsLifecycle(ConfiguredPools configured, Pools pools, Duration phaseTimeout) {
        this.configured = configured;
        this.pools = pools;
        this.phaseTimeout = phaseTimeout;
    }

    /** Starts the pools. After a stop (for a checkpoint, for example) it starts the pools that ran before the stop. */
    @Override
    public void start() {
        boolean complete = false;
        try {
            if (stopped.isEmpty()) {
                configured.startAll();
            }
            for (PoolSpec<?> spec : stopped) {
                configured.startNow(spec);
            }
            if (!stopped.isEmpty()) {
                configured.startGroups();
            }
            complete = true;
        } finally {
            stopped.clear();
            running = true;
            if (!complete) { // an application that can't start leaves no pool behind
                stop();
                stopped.clear();
            }
        }
        tellOfStart();
    }

    private void tellOfStart() {
        PoolOrder order = configured.order();
        List<String> started = new ArrayList<>();
        for (String name : configured.names()) {
            PoolSpec<?> spec = pools.spec(name).orElse(null);
            if (spec != null) {
                started.add(inShort(spec));
                warnIfItCannotStopInTime(spec, order);
            }
        }
        if (!started.isEmpty()) {
            logger.info("started the pools {}", started.toString());
        }
    }

    private static String inShort(PoolSpec<?> spec) {
        return spec.name() + " (size " + spec.size() + ", max-overflow " + spec.maxOverflow() + ")";
    }

    private void warnIfItCannotStopInTime(PoolSpec<?> spec, PoolOrder order) {
        Duration closing = order.closing(spec.name(), this::shutdown);
        if (closing.compareTo(usable()) > 0) {
            logger.warn(
                    "pool '{}' gives its workers {} to close{}, but the application's shutdown phase ends after {}:"
                            + " raise spring.lifecycle.timeout-per-shutdown-phase or lower {}.shutdown",
                    spec.name(),
                    closing,
                    closing.equals(spec.shutdown()) ? "" : " together with the pools that it depends on",
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

    /** Stops the pools on another thread, because other beans of the same phase stop at the same time. */
    @Override
    public void stop(Runnable callback) {
        Thread.ofPlatform().inheritInheritableThreadLocals(false).name("ppool-stop").start(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    private void stopAll() throws InterruptedException {
        long deadline = System.nanoTime() + usable().toNanos();
        PoolOrder order = configured.order();
        List<String> names = order.dependenciesFirst(configured.names());
        names.forEach(name -> pools.spec(name).ifPresent(stopped::add));
        Map<String, List<String>> dependents = order.dependents();
        Map<String, CompletableFuture<?>> ends = new HashMap<>();
        for (String name : names.reversed()) {
            CompletableFuture<?>[] before = dependents.getOrDefault(name, List.of()).stream()
                    .map(ends::get)
                    .filter(Objects::nonNull)
                    .toArray(CompletableFuture[]::new);
            ends.put(name, CompletableFuture.allOf(before)
                    .handle((done, failed) -> null)
                    .thenCompose(done -> stop(
                            name, drain(Duration.ofNanos(deadline - System.nanoTime()), order, name))));
        }
        try {
            CompletableFuture.allOf(ends.values().toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException failed) {
            logger.error("a pool could not be stopped", failed.getCause());
        } finally {
            configured.stopGroups();
        }
    }

    /**
     * The time for accepted work: the remaining time without the time that the workers need to close. The workers get
     * half at most, since most of them need hardly any time.
     */
    private Duration drain(Duration left, PoolOrder order, String name) {
        Duration closing = order.closing(name, this::shutdown);
        Duration half = left.dividedBy(2);
        return left.minus(closing.compareTo(half) > 0 ? half : closing);
    }

    private CompletionStage<Boolean> stop(String name, Duration drain) {
        Duration left = drain.isNegative() ? Duration.ZERO : drain;
        pools.pool(name).map(pool -> pool.status()).ifPresent(status -> logBusy(status, left));
        return pools.stopPoolAsync(name, left);
    }

    private Duration shutdown(String name) {
        return pools.spec(name).map(PoolSpec::shutdown).orElse(Duration.ZERO);
    }

    private static void logBusy(PoolStatus status, Duration drain) {
        if (status.checkedOut() > 0 || status.queueDepth() > 0) {
            logger.info(
                    "pool '{}' is stopping: {} busy and {}, they have up to {}",
                    status.name(),
                    status.checkedOut() == 1 ? "1 worker is" : status.checkedOut() + " workers are",
                    status.queueDepth() == 1
                            ? "1 caller or task waits"
                            : status.queueDepth() + " callers and tasks wait",
                    Outage.inShort(drain));
        }
    }

    private Duration usable() {
        return PpoolPhases.usable(phaseTimeout);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PpoolPhases.POOLS;
    }

    /** False, as for the web server: a context that is only paused, for example between tests, keeps its pools. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
