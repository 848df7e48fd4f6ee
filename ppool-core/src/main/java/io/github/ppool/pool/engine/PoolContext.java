package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The environment of a pool's engine, which never changes: the specification, the clock, the system of processes, the
 * listener and the executors. Any thread.
 */
final class PoolContext<W> implements DeferredActions.Executors {

    private final ProcessSystem system;
    private final MonotonicClock clock;
    private final PoolSpec<W> spec;
    private final ListenerNotifier listeners;
    /** Made when they are first needed. */
    private final PoolThreads.Supply supply;
    private volatile PoolThreads.@Nullable Platform maintenance;
    private volatile @Nullable Executor stageThreads;

    PoolContext(ProcessSystem system, PoolSpec<W> spec, PoolThreads.Supply supply) {
        this.system = system;
        this.clock = system.clock();
        this.spec = spec;
        this.supply = supply;
        this.listeners = new ListenerNotifier(spec, clock);
    }

    PoolSpec<W> spec() {
        return spec;
    }

    ProcessSystem system() {
        return system;
    }

    ListenerNotifier listeners() {
        return listeners;
    }

    @Override
    public MonotonicClock clock() {
        return clock;
    }

    @Override
    public String owner() {
        return "Pool '" + name() + "'";
    }

    String name() {
        return spec.name();
    }

    /** The context class loader of foreign code. */
    @Nullable
    ClassLoader contextClassLoader() {
        return spec.contextClassLoader() == null ? system.contextClassLoader() : spec.contextClassLoader();
    }

    /**
     * For work of the pool itself that must not run on a timer's thread, since it ends processes and calls listeners.
     * Its threads need no carrier.
     */
    @Override
    public Executor forCalls() {
        return platformThreads();
    }

    private PoolThreads.Platform platformThreads() {
        PoolThreads.Platform known = maintenance;
        if (known == null) {
            synchronized (this) {
                known = maintenance == null
                        ? new PoolThreads.Platform(name(), contextClassLoader(), supply)
                        : maintenance;
                maintenance = known;
            }
        }
        return known;
    }

    /** Runs an action when all listeners have had the events so far; at once if they have. */
    void whenListenersIdle(Runnable then) {
        platformThreads().whenIdle(then);
    }

    /** For dependents of stages. */
    @Override
    public Executor forStages() {
        if (spec.platformThreads()) {
            return forCalls();
        }
        Executor known = stageThreads;
        if (known == null) {
            known = PoolThreads.virtual(name(), contextClassLoader());
            stageThreads = known;
        }
        return known;
    }

    /**
     * The time of a beginning: to the nanosecond if a listener is told, for reading the clock would cost a third of a
     * hand-over.
     */
    long now() {
        return listeners.notifiesTaskTimes() ? clock.nanoTime() : clock.coarseNanoTime();
    }

    /**
     * Ends a worker's process from outside; one that traps exits is closed in order, one that does not is dead at once.
     */
    void crash(Pid pid, Throwable cause) {
        system.exit(pid, ExitReason.failure(cause));
    }

    /**
     * Under the lock: from now on the process is dead, unless it traps exits and the reason is no kill. Others are told
     * after the lock.
     */
    void endProcess(Pid pid, ExitReason reason, DeferredActions after) {
        Runnable rest = system.beginExit(pid, reason);
        if (rest != null) {
            after.call(rest);
        }
    }

    /** Of a time-out, such that times compare right. */
    static long limitedNanos(Duration time) {
        return Math.clamp(MonotonicClock.saturatedNanos(time), Long.MIN_VALUE / 4, Long.MAX_VALUE / 4);
    }

    @Override
    public String toString() {
        return owner();
    }
}
