package io.github.ppool.durable.autoconfigure;

import io.github.ppool.durable.engine.DurableEngine;
import io.github.ppool.spring.boot.PpoolPhases;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the engine after the pools, and stops it before them: no further task is claimed, tasks that have not begun go
 * back, and running attempts have the time of the phase to end.
 */
final class DurableLifecycle implements SmartLifecycle {

    private final DurableEngine engine;
    private final boolean runs;
    private final Duration phaseTimeout;
    private volatile boolean running;

    DurableLifecycle(DurableEngine engine, boolean runs, Duration phaseTimeout) {
        this.engine = engine;
        this.runs = runs;
        this.phaseTimeout = phaseTimeout;
    }

    @Override
    public void start() {
        if (runs) {
            engine.start();
        }
        running = true;
    }

    @Override
    public void stop() {
        try {
            if (engine.isRunning()) {
                engine.stop(PpoolPhases.usable(phaseTimeout));
            }
        } finally {
            running = false;
        }
    }

    /** Stops the engine on another thread, because other beans of the same phase stop at the same time. */
    @Override
    public void stop(Runnable callback) {
        Thread.ofPlatform().inheritInheritableThreadLocals(false).name("ppool-durable-stop").start(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PpoolPhases.DURABLE;
    }

    /** False, as for the pools: a context that is only paused, for example between tests, keeps its tasks. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
