package io.github.ppool.spring.boot.metrics;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolInterruptedException;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.WorkerUnavailableException;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.spring.boot.PoolsListener;
import io.github.ppool.supervisor.SupervisorEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the pools. They are made when a pool is started and removed when it is stopped.
 *
 * <p>The pool itself counts frequent events. Gauges and most counters read its {@code status()} when they are read. A
 * check-out of an idle worker, or a task, therefore costs nothing here, unless exact times are configured.
 *
 * <p>Several contexts may have the same registry and pools of the same name. Such pools share their meters: counters
 * and timers record the events of all of them, and gauges show the pool that was started first. The meters stay until
 * the last of these pools is stopped.
 *
 * <p>All methods may be called from any thread.
 */
public final class PoolMetrics implements PoolsListener, PoolListener {

    static final String CREATION_FAILURES = "ppool.creation.failures";
    static final String EXITS = "ppool.worker.exits";
    static final String REJECTIONS = "ppool.rejections";
    static final String TASKS = "ppool.tasks";
    static final String RESTARTS = "ppool.restarts";
    static final String LEAKS = "ppool.leaks";
    static final String OVERDUE = "ppool.leases.overdue";
    static final String CHECKOUTS = "ppool.checkouts";
    static final String TRANSACTIONS = "ppool.transactions";

    /** The name of the observations of tasks. The class with this constant may be missing at run time. */
    static final String OBSERVED = "ppool.task.execution";

    private static final String CREATION_FAILURES_TEXT = "Workers that could not be made";
    private static final String CHECKOUTS_TEXT = "How often workers were handed out, to borrowers and to tasks";
    private static final String TRANSACTIONS_TEXT = "Transactions that have ended";
    private static final String TASKS_TEXT = "Tasks that have their outcome";
    private static final String LEAKS_TEXT = "Leases that were dropped without being closed";
    private static final String OVERDUE_TEXT = "Leases that went on for longer than leak-detection-threshold";

    private static final GuardedLog LOG = GuardedLog.of(PoolMetrics.class);

    private final MeterRegistry registry;
    private final SharedMeters shared;
    private final boolean measureUsage;
    private final boolean exactTimes;
    // A ConcurrentHashMap: its operations on one name exclude each other.
    private final ConcurrentHashMap<String, Metered> byName = new ConcurrentHashMap<>();

    /** The meters under the name of a pool. It is also the user of the meters that belong to no single client. */
    private static final class Metered {
        /** The clients of the pools with the name; more than one if several contexts have one. */
        private final List<PoolClient<?>> clients = new CopyOnWriteArrayList<>();
        private final Map<Key, Meter> meters = new ConcurrentHashMap<>();
        /** The timers by the ordinal of {@link PoolTime}, so that each is looked up once. */
        private final AtomicReferenceArray<@Nullable Timer> timers = new AtomicReferenceArray<>(
                PoolTime.values().length);
    }

    private record Key(String name, @Nullable Tag tag) {}

    /**
     * Makes metrics without any meter. Frequent times are only summed up.
     *
     * @param registry the registry of the meters
     * @param measureUsage true to measure the time that borrowers keep workers; {@link PoolListener#wantsUsage} states
     *     the cost
     */
    public PoolMetrics(MeterRegistry registry, boolean measureUsage) {
        this(registry, measureUsage, false);
    }

    /**
     * Makes metrics without any meter.
     *
     * @param registry the registry of the meters
     * @param measureUsage true to measure the time that borrowers keep workers; {@link PoolListener#wantsUsage} states
     *     the cost
     * @param exactTimes true to time each lease, each wait and each attempt of a task by itself, independent of
     *     {@code measureUsage}; {@link PoolListener#wantsLeases} and {@link PoolListener#wantsTaskTimes} state the cost
     */
    public PoolMetrics(MeterRegistry registry, boolean measureUsage, boolean exactTimes) {
        this.registry = registry;
        this.shared = SharedMeters.of(registry);
        this.measureUsage = measureUsage;
        this.exactTimes = exactTimes;
    }

    @Override
    public void poolStarting(String name) {
        byName.computeIfAbsent(name, starting -> new Metered());
    }

    @Override
    public void poolStarted(PoolClient<?> pool) {
        String name = pool.name();
        poolStarting(name);
        leave(name, stopped(name)); // of a predecessor: its end was not reported, because a successor existed already
        byName.computeIfPresent(name, (key, metered) -> {
            metered.clients.add(pool);
            read(pool);
            return metered;
        });
        for (PoolTime time : PoolTime.values()) {
            if (exactTimes || time.isAlwaysTimed) {
                var unused = timer(name, time);
            }
        }
        counter(name, CREATION_FAILURES, CREATION_FAILURES_TEXT, null);
        counter(name, LEAKS, LEAKS_TEXT, null);
        counter(name, OVERDUE, OVERDUE_TEXT, null);
    }

    /** The meters that read the status of a pool. */
    private void read(PoolClient<?> pool) {
        Tags tags = Tags.of("pool", pool.name());
        for (PoolMeter meter : PoolMeter.values()) {
            Tags all = meter.state.isEmpty() ? tags : tags.and("state", meter.state);
            // Strongly: no other object may hold the client of a pool that is only used through Pools.
            shared.read(registry, pool, SharedMeters.id(meter.meter, all),
                    to -> Gauge.builder(meter.meter, () -> meter.value.applyAsDouble(pool.status()))
                            .strongReference(true)
                            .tags(all)
                            .description(meter.description)
                            .baseUnit(meter.unit)
                            .register(to));
        }
        counter(pool, CHECKOUTS, CHECKOUTS_TEXT, tags, PoolStatus::checkouts);
        outcomes(pool, TRANSACTIONS, TRANSACTIONS_TEXT, PoolStatus::transactions, Map.of(
                "success", PoolStatus.Transactions::succeeded,
                "failed", PoolStatus.Transactions::failed,
                "crashed", PoolStatus.Transactions::crashed));
        outcomes(pool, TASKS, TASKS_TEXT, PoolStatus::tasks, Map.of(
                "done", PoolStatus.Tasks::done,
                "failed", PoolStatus.Tasks::failed,
                "cancelled", PoolStatus.Tasks::cancelled,
                "rejected", PoolStatus.Tasks::rejected));
        if (!exactTimes) {
            if (measureUsage) {
                sums(pool, PoolTime.USAGE, tags, PoolStatus::leases);
            }
            sums(pool, PoolTime.TASK_WAIT, tags, status -> status.tasks().waits());
            sums(pool, PoolTime.TASK, tags, status -> status.tasks().attempts());
        }
    }

    private <T> void outcomes(PoolClient<?> pool, String name, String description, Function<PoolStatus, T> part,
            Map<String, ToLongFunction<T>> numbers) {
        numbers.forEach((outcome, number) -> counter(pool, name, description,
                Tags.of("pool", pool.name(), "outcome", outcome),
                status -> number.applyAsLong(part.apply(status))));
    }

    /** A counter that reads a number of the status. */
    private void counter(
            PoolClient<?> pool, String name, String description, Tags tags, ToLongFunction<PoolStatus> number) {
        shared.count(registry, pool, SharedMeters.id(name, tags),
                () -> new PoolStatus.Times(number.applyAsLong(pool.status()), Duration.ZERO),
                (to, totals) -> FunctionCounter.builder(name, totals, Totals::count)
                        .tags(tags)
                        .description(description)
                        .register(to));
    }

    /** A timer that reads a sum of the status. */
    private void sums(PoolClient<?> pool, PoolTime time, Tags tags, Function<PoolStatus, PoolStatus.Times> sum) {
        try {
            shared.count(registry, pool, SharedMeters.id(time.meter, tags),
                    () -> sum.apply(pool.status()),
                    (to, totals) -> FunctionTimer
                            .builder(time.meter, totals, Totals::wholeCount, Totals::nanos, TimeUnit.NANOSECONDS)
                            .tags(tags)
                            .description(time.description)
                            .register(to));
        } catch (IllegalArgumentException otherKind) {
            tellOtherKind(time, otherKind);
        }
    }

    /** Another context shares the registry, has a pool of the name, and differs in its setting of exact times. */
    private static void tellOtherKind(PoolTime time, IllegalArgumentException otherKind) {
        LOG.debug("{} has what the first context measures that shares this registry", time.meter, otherKind);
    }

    @Override
    public void poolStopped(String name) {
        leave(name, stopped(name));
        byName.computeIfPresent(name, (key, metered) -> {
            if (!metered.clients.isEmpty()) {
                return metered; // the pool of this name in another context
            }
            shared.leave(registry, metered);
            shared.removeObserved(registry, name);
            return null;
        });
    }

    /**
     * The clients of pools that no longer run, since the end of a pool is reported by its name only. Called without a
     * lock.
     */
    private List<PoolClient<?>> stopped(String name) {
        Metered metered = byName.get(name);
        return metered == null ? List.of() : metered.clients.stream().filter(PoolMetrics::isStopped).toList();
    }

    private static boolean isStopped(PoolClient<?> pool) {
        PoolPhase phase = pool.status().phase();
        return phase == PoolPhase.DRAINING || phase == PoolPhase.STOPPED;
    }

    private void leave(String name, List<PoolClient<?>> gone) {
        byName.computeIfPresent(name, (key, metered) -> {
            gone.forEach(pool -> {
                if (metered.clients.remove(pool)) {
                    shared.leave(registry, pool);
                }
            });
            return metered;
        });
    }

    @Override
    public void workerReady(String pool, Pid worker, Duration took) {
        time(pool, PoolTime.CREATION, took);
    }

    @Override
    public void workerNotMade(String pool, Throwable cause, int inARow) {
        counter(pool, CREATION_FAILURES, CREATION_FAILURES_TEXT, null).ifPresent(Counter::increment);
    }

    @Override
    public void workerExited(String pool, Pid worker, ExitReason reason) {
        Tag outcome = Tag.of("outcome", reason.isOrderly() ? "dismissed" : "crashed");
        counter(pool, EXITS, "Workers that ended", outcome).ifPresent(Counter::increment);
    }

    @Override
    public void served(String pool, Duration waited) {
        time(pool, PoolTime.WAIT, waited);
    }

    @Override
    public void taskServed(String pool, Task<?> task, Duration waited) {
        time(pool, PoolTime.TASK_WAIT, waited);
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
    public void taskRan(String pool, Task<?> task, Duration ran) {
        time(pool, PoolTime.TASK, ran);
    }

    @Override
    public void supervised(String pool, SupervisorEvent event) {
        switch (event) {
            case SupervisorEvent.ChildStarted started when started.restarts() > 0 -> restart(pool, "restarted");
            case SupervisorEvent.RestartScheduled later -> restart(pool, "delayed");
            case SupervisorEvent.ChildStartFailed failed -> restart(pool, "failed");
            case SupervisorEvent.GaveUp gaveUp -> restart(pool, "gave_up");
            default -> {
                // No restart. The ends of workers have a counter of their own.
            }
        }
    }

    private void restart(String pool, String outcome) {
        counter(pool, RESTARTS, "Restarts of workers", Tag.of("outcome", outcome)).ifPresent(Counter::increment);
    }

    @Override
    public boolean wantsTaskTimes() {
        return exactTimes;
    }

    /** False: the pool counts tasks itself. */
    @Override
    public boolean wantsTaskEnds() {
        return false;
    }

    @Override
    public boolean wantsLeases() {
        return exactTimes;
    }

    @Override
    public boolean wantsUsage() {
        return measureUsage && !exactTimes;
    }

    @Override
    public void leaseEnded(String pool, Duration held) {
        time(pool, PoolTime.USAGE, held);
    }

    @Override
    public void leaseLeaked(String pool, Pid worker, Throwable taken) {
        counter(pool, LEAKS, LEAKS_TEXT, null).ifPresent(Counter::increment);
    }

    @Override
    public void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
        counter(pool, OVERDUE, OVERDUE_TEXT, null).ifPresent(Counter::increment);
    }

    private Optional<Counter> counter(String pool, String name, String description, @Nullable Tag tag) {
        return keep(pool, name, tag, Counter.class,
                (to, tags) -> Counter.builder(name).tags(tags).description(description).register(to));
    }

    private void time(String pool, PoolTime what, Duration time) {
        Metered metered = byName.get(pool);
        if (metered != null) {
            Timer known = metered.timers.getAcquire(what.ordinal());
            Timer timer = known == null ? timer(pool, what) : known;
            if (timer != null) {
                timer.record(time);
            }
        }
    }

    private @Nullable Timer timer(String pool, PoolTime what) {
        Timer timer;
        try {
            timer = keep(pool, what.meter, null, Timer.class,
                    (to, tags) -> Timer.builder(what.meter).tags(tags).description(what.description).register(to))
                    .orElse(null);
        } catch (IllegalArgumentException otherKind) {
            tellOtherKind(what, otherKind);
            return null;
        }
        Metered metered = byName.get(pool);
        if (metered != null && timer != null) {
            metered.timers.setRelease(what.ordinal(), timer);
        }
        return timer;
    }

    /**
     * Registers a meter, or finds it. An event of a pool that is already stopped makes no meter, because that meter
     * would stay for ever. Registration and removal exclude each other.
     */
    private <M extends Meter> Optional<M> keep(
            String pool,
            String name,
            @Nullable Tag tag,
            Class<M> type,
            BiFunction<MeterRegistry, Tags, M> registration) {
        Metered known = byName.get(pool);
        if (known == null) {
            return Optional.empty();
        }
        Key key = new Key(name, tag);
        Meter meter = known.meters.get(key);
        if (meter == null) {
            Tags tags = tag == null ? Tags.of("pool", pool) : Tags.of("pool", pool).and(tag);
            byName.computeIfPresent(pool, (same, metered) -> {
                metered.meters.computeIfAbsent(key, first -> shared.share(registry, metered,
                        SharedMeters.id(name, tags), type, to -> registration.apply(to, tags)));
                return metered;
            });
            meter = known.meters.get(key);
        }
        return Optional.ofNullable(type.cast(meter));
    }
}
