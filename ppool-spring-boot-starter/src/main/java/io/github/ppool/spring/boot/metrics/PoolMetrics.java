package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.supervisor.SupervisorEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the pools, made when a pool is started and removed when it is stopped. The gauges ask for the pool's {@code
 * status()} when they are read; nothing is counted here on the path of a checkout that finds an idle worker.
 *
 * <p>All methods may be called from any thread.
 */
public final class PoolMetrics implements PoolsListener, PoolListener {

    static final String WAIT = "ppool.wait";
    static final String CREATION = "ppool.creation";
    static final String CREATION_FAILURES = "ppool.creation.failures";
    static final String EXITS = "ppool.worker.exits";
    static final String REJECTIONS = "ppool.rejections";
    static final String TASKS = "ppool.tasks";
    static final String TASK_TIME = "ppool.task";
    static final String RESTARTS = "ppool.restarts";
    static final String LEAKS = "ppool.leaks";
    static final String CHECKOUTS = "ppool.checkouts";
    static final String USAGE = "ppool.usage";

    /** The name of the observations of tasks; their class may be missing. */
    static final String OBSERVED = "ppool.task.execution";

    private static final String WAIT_TEXT = "How long borrowers and tasks waited that did not find an idle worker";
    private static final String TASK_TEXT = "How long attempts of tasks ran";
    private static final String CREATION_TEXT = "How long it took to make a worker";
    private static final String CREATION_FAILURES_TEXT = "Workers that could not be made";
    private static final String CHECKOUTS_TEXT = "How often workers were handed out, to borrowers and to tasks";
    private static final String USAGE_TEXT = "How long borrowers kept workers";
    private static final String LEAKS_TEXT = "Leases that were dropped without being closed";

    private final MeterRegistry registry;
    private final boolean measureUsage;
    /** At hand, because leases are many. */
    private final Map<String, Timer> usage = new ConcurrentHashMap<>();
    // A ConcurrentHashMap, whose operations on one pool exclude each other.
    private final ConcurrentHashMap<String, Map<Meter.Id, Meter>> metersByPool = new ConcurrentHashMap<>();

    /**
     * Makes metrics without any meter.
     *
     * @param registry where the meters go
     * @param measureUsage whether to tell how long borrowers keep workers, see {@link PoolListener#wantsLeases} for its price
     */
    public PoolMetrics(MeterRegistry registry, boolean measureUsage) {
        this.registry = registry;
        this.measureUsage = measureUsage;
    }

    @Override
    public void poolStarting(String name) {
        metersByPool.computeIfAbsent(name, starting -> new HashMap<>());
    }

    @Override
    public void poolStarted(PoolClient<?> pool) {
        poolStarting(pool.name());
        for (PoolMeter meter : PoolMeter.values()) {
            Tags tags = Tags.of("pool", pool.name());
            keep(
                    pool.name(),
                    // Strongly: nobody else holds the handle of a pool that is only used through Pools.
                    () -> Gauge.builder(meter.meter, () -> meter.value.applyAsDouble(pool.status()))
                            .strongReference(true)
                            .tags(meter.state.isEmpty() ? tags : tags.and("state", meter.state))
                            .description(meter.description)
                            .baseUnit(meter.unit)
                            .register(registry));
        }
        keep(
                pool.name(),
                // The function holds the handle itself: the registry keeps its object weakly.
                () -> FunctionCounter.builder(CHECKOUTS, this, metrics -> pool.status().checkouts())
                        .tags("pool", pool.name())
                        .description(CHECKOUTS_TEXT)
                        .register(registry));
        if (measureUsage) {
            timer(pool.name(), USAGE, USAGE_TEXT).ifPresent(timer -> usage.put(pool.name(), timer));
        }
        timer(pool.name(), WAIT, WAIT_TEXT);
        timer(pool.name(), CREATION, CREATION_TEXT);
        timer(pool.name(), TASK_TIME, TASK_TEXT);
        counter(pool.name(), CREATION_FAILURES, CREATION_FAILURES_TEXT);
        counter(pool.name(), LEAKS, LEAKS_TEXT);
    }

    @Override
    public void poolStopped(String name) {
        usage.remove(name);
        Map<Meter.Id, Meter> meters = metersByPool.remove(name);
        if (meters != null) {
            meters.values().forEach(registry::remove);
            // Made by Spring Boot of the observations of tasks, timers of which those that run are others.
            List.of(OBSERVED, OBSERVED + ".active").forEach(observed -> registry.find(observed)
                    .tag("pool", name)
                    .meters()
                    .forEach(registry::remove));
        }
    }

    @Override
    public void workerReady(String pool, Pid worker, Duration took) {
        timer(pool, CREATION, CREATION_TEXT).ifPresent(timer -> timer.record(took));
    }

    @Override
    public void workerNotMade(String pool, Throwable cause, int inARow) {
        counter(pool, CREATION_FAILURES, CREATION_FAILURES_TEXT).ifPresent(Counter::increment);
    }

    @Override
    public void workerExited(String pool, Pid worker, ExitReason reason) {
        Tag outcome = Tag.of("outcome", reason.isOrderly() ? "dismissed" : "crashed");
        counter(pool, EXITS, "Workers that ended", outcome).ifPresent(Counter::increment);
    }

    @Override
    public void served(String pool, Duration waited) {
        timer(pool, WAIT, WAIT_TEXT).ifPresent(timer -> timer.record(waited));
    }

    @Override
    public void refused(String pool, PoolException refusal) {
        Tag reason = Tag.of("reason", reason(refusal));
        counter(pool, REJECTIONS, "Callers and tasks that were turned away", reason).ifPresent(Counter::increment);
    }

    private static String reason(PoolException refusal) {
        return switch (refusal) {
            case CheckoutTimeoutException timeout -> "timeout";
            case PoolRejectedException rejected -> "rejected";
            case WorkerUnavailableException unavailable -> "unavailable";
            case PoolStoppedException stopped -> "stopped";
            case PoolInterruptedException interrupted -> "interrupted";
        };
    }

    @Override
    public void taskEnded(String pool, Task<?> task) {
        Tag outcome = Tag.of("outcome", task.state().name().toLowerCase(Locale.ROOT));
        counter(pool, TASKS, "Tasks that have their outcome", outcome).ifPresent(Counter::increment);
    }

    @Override
    public void taskRan(String pool, Task<?> task, Duration ran) {
        timer(pool, TASK_TIME, TASK_TEXT).ifPresent(timer -> timer.record(ran));
    }

    @Override
    public void supervised(String pool, SupervisorEvent event) {
        switch (event) {
            case SupervisorEvent.ChildStarted started when started.restarts() > 0 -> restart(pool, "restarted");
            case SupervisorEvent.RestartScheduled later -> restart(pool, "delayed");
            case SupervisorEvent.ChildStartFailed failed -> restart(pool, "failed");
            case SupervisorEvent.GaveUp gaveUp -> restart(pool, "gave_up");
            default -> {
                // No restart, and the ends of workers are counted by themselves.
            }
        }
    }

    private void restart(String pool, String outcome) {
        counter(pool, RESTARTS, "Restarts of workers", Tag.of("outcome", outcome)).ifPresent(Counter::increment);
    }

    @Override
    public boolean wantsLeases() {
        return measureUsage;
    }

    @Override
    public void leaseEnded(String pool, Duration held) {
        Timer timer = usage.get(pool);
        if (timer != null) {
            timer.record(held);
        }
    }

    @Override
    public void leaseLeaked(String pool, Pid worker, Throwable taken) {
        counter(pool, LEAKS, LEAKS_TEXT).ifPresent(Counter::increment);
    }

    private Optional<Counter> counter(String pool, String name, String description, Tag... more) {
        return keep(
                pool,
                () -> Counter.builder(name)
                        .tags(Tags.of("pool", pool).and(more))
                        .description(description)
                        .register(registry));
    }

    private Optional<Timer> timer(String pool, String name, String description) {
        return keep(
                pool,
                () -> Timer.builder(name)
                        .tags(Tags.of("pool", pool))
                        .description(description)
                        .register(registry));
    }

    /**
     * Registers a meter, or finds it. What is told of a pool that is stopped already makes no meter, or that would stay for ever:
     * registering and removing exclude each other.
     */
    private <M extends Meter> Optional<M> keep(String pool, Supplier<M> registered) {
        AtomicReference<@Nullable M> meter = new AtomicReference<>();
        metersByPool.computeIfPresent(pool, (name, meters) -> {
            M found = registered.get();
            meters.put(found.getId(), found);
            meter.set(found);
            return meters;
        });
        return Optional.ofNullable(meter.get());
    }
}
