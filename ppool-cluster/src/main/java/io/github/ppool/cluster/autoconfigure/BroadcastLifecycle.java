package io.github.ppool.cluster.autoconfigure;

import io.github.ppool.cluster.engine.BroadcastDesk;
import io.github.ppool.spring.boot.PpoolPhases;
import org.springframework.context.SmartLifecycle;

/** Starts the desk of the broadcasts after the pools, and stops it before them. */
final class BroadcastLifecycle implements SmartLifecycle {

    private final BroadcastDesk desk;
    private volatile boolean running;

    BroadcastLifecycle(BroadcastDesk desk) {
        this.desk = desk;
    }

    @Override
    public void start() {
        desk.start();
        running = true;
    }

    @Override
    public void stop() {
        desk.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PpoolPhases.POOLS + 256;
    }

    /** False, as for the lease: a context that is only paused, for example between tests, goes on. */
    @Override
    public boolean isPauseable() {
        return false;
    }
}
