package io.github.ppool.spring.boot;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolAdmin;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.PoolGroupSpec;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.PoolTaskDecorator;
import io.github.ppool.pool.Pools;
import io.github.ppool.process.Pid;
import io.github.ppool.process.ProcessSystem;
import io.github.ppool.restart.RestartIntensity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Pools that report starts and stops to the application. Each pool that is started here reports to the
 * {@link PoolListener} beans of the application, and runs each task with its {@link PoolTaskDecorator} beans.
 *
 * <p>This is the {@code Pools} bean of the starter. An application that defines a {@code Pools} bean wraps it in an
 * {@code ObservedPools}, so that the meters know its pools.
 *
 * <p>Each method calls the same method of the wrapped pools.
 */
public final class ObservedPools implements Pools {

    private final Pools pools;
    private final Supplier<List<PoolsListener>> observers;
    private final Supplier<List<PoolListener>> listeners;
    private final Supplier<List<PoolTaskDecorator>> decorators;

    /**
     * Wraps pools.
     *
     * @param pools the wrapped pools, which do the work
     * @param observers supplies the listeners for starts and stops; called for each of them
     * @param listeners supplies the listeners for events in a pool, called after the listener of its own specification;
     *     called when a pool is started
     * @param decorators supplies the decorators around tasks, the outermost first, and around the decorator of the
     *     pool's own specification; called when a pool is started
     */
    public ObservedPools(
            Pools pools,
            Supplier<List<PoolsListener>> observers,
            Supplier<List<PoolListener>> listeners,
            Supplier<List<PoolTaskDecorator>> decorators) {
        this.pools = pools;
        this.observers = observers;
        this.listeners = listeners;
        this.decorators = decorators;
    }

    @Override
    public <W> PoolClient<W> startPool(PoolSpec<W> spec) {
        PoolSpec<W> observed = spec.toBuilder()
                .listener(ListenerGroup.of(spec.listener(), listeners.get()))
                .taskDecorator(DecoratorGroup.of(spec.taskDecorator(), decorators.get()))
                .build();
        tellAll(observer -> observer.poolStarting(spec.name()));
        PoolClient<W> started;
        try {
            started = pools.startPool(observed);
        } catch (RuntimeException | Error failed) {
            if (pools.pool(spec.name()).isEmpty()) {
                tellAll(observer -> observer.poolStopped(spec.name()));
            }
            throw failed;
        }
        tellAll(observer -> observer.poolStarted(started));
        return started;
    }

    /** Calls all observers. The exception of one is logged and keeps no call from the others. */
    private void tellAll(Consumer<PoolsListener> what) {
        for (PoolsListener observer : observers.get()) {
            ForeignCode.tell("PoolsListener " + observer.getClass().getName(), () -> what.accept(observer));
        }
    }

    @Override
    public boolean stopPool(String name, Duration drain) {
        boolean stopped = true;
        try {
            stopped = pools.stopPool(name, drain);
        } finally {
            if (stopped) {
                tellStopped(name);
            }
        }
        return stopped;
    }

    @Override
    public boolean stopPool(PoolClient<?> pool, Duration drain) {
        PoolClient<?> current = pool instanceof PoolReference reference ? reference.current() : pool;
        if (current == null) {
            return false;
        }
        boolean stopped = true;
        try {
            stopped = pools.stopPool(current, drain);
        } finally {
            if (stopped) {
                tellStopped(pool.name());
            }
        }
        return stopped;
    }

    @Override
    public CompletionStage<Boolean> stopPoolAsync(String name, Duration drain) {
        return pools.stopPoolAsync(name, drain).thenApply(stopped -> {
            if (stopped) {
                tellStopped(name);
            }
            return stopped;
        });
    }

    /** Reports the end of a pool, unless another pool has its name by now. */
    private void tellStopped(String name) {
        if (pools.pool(name).isEmpty()) {
            tellAll(observer -> observer.poolStopped(name));
        }
    }

    @Override
    public void stop(Duration drain) {
        Set<String> names = pools.names();
        Set<String> groups = pools.groupNames();
        try {
            pools.stop(drain);
        } finally {
            names.forEach(this::tellStopped);
            groups.forEach(name -> tellAll(observer -> observer.groupStopped(name)));
        }
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    @Override
    public ProcessSystem system() {
        return pools.system();
    }

    @Override
    public Pid supervisor() {
        return pools.supervisor();
    }

    @Override
    public Optional<Pid> supervisor(String name) {
        return pools.supervisor(name);
    }

    @Override
    public Optional<RestartIntensity> sharedIntensity() {
        return pools.sharedIntensity();
    }

    @Override
    public Optional<PoolClient<?>> pool(String name) {
        return pools.pool(name);
    }

    @Override
    public Optional<PoolSpec<?>> spec(String name) {
        return pools.spec(name);
    }

    @Override
    public boolean hasUnfinishedWork(String name) {
        return pools.hasUnfinishedWork(name);
    }

    @Override
    public <W> PoolGroup<W> startGroup(PoolGroupSpec spec) {
        PoolGroup<W> started = pools.startGroup(spec);
        tellAll(observer -> observer.groupStarted(started));
        return started;
    }

    @Override
    public boolean stopGroup(String name) {
        boolean stopped = pools.stopGroup(name);
        if (stopped) {
            tellAll(observer -> observer.groupStopped(name));
        }
        return stopped;
    }

    @Override
    public Optional<PoolGroup<?>> group(String name) {
        return pools.group(name);
    }

    @Override
    public Set<String> groupNames() {
        return pools.groupNames();
    }

    @Override
    public Set<String> names() {
        return pools.names();
    }

    @Override
    public PoolAdmin admin() {
        return pools.admin();
    }

    @Override
    public String toString() {
        return "ObservedPools" + names();
    }
}
