package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.util.concurrent.Executor;

/** The environment of a group, which never changes: the clock, the system of processes and the executors. */
final class GroupContext implements DeferredActions.Executors {

    private final String name;
    private final ProcessSystem system;
    private final Executor calls;
    private final Executor stages;

    GroupContext(String name, ProcessSystem system, PoolThreads.Supply supply) {
        this.name = name;
        this.system = system;
        this.calls = new PoolThreads.Platform(name, system.contextClassLoader(), supply);
        this.stages = PoolThreads.virtual(name, system.contextClassLoader());
    }

    ProcessSystem system() {
        return system;
    }

    @Override
    public String owner() {
        return "Group '" + name + "'";
    }

    @Override
    public MonotonicClock clock() {
        return system.clock();
    }

    @Override
    public Executor forCalls() {
        return calls;
    }

    @Override
    public Executor forStages() {
        return stages;
    }
}
