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
 * The meters of the pools, made when a pool is started and removed when it is stopped. What is frequent the pool
 * counts itself, so gauges and most counters ask for its {@code status()} when they are read. Nothing is done here
 * for a checkout that finds an idle worker, nor for a task, unless each is to be timed exactly.
 *
 * <p>Where several contexts have the same registry and pools of the same name, these have the same meters: they count
 * and time what happens in all of these pools, gauges are those of the pool that was started first. The meters stay
 * until the last of these pools is stopped.
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

    /** The name of the observations of tasks; their class may be missing. */
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
    // A ConcurrentHashMap, whose operations on one pool exclude each other.
    private final ConcurrentHashMap<String, Metered> byName = new ConcurrentHashMap<>();

    /** What is metered under the name of a pool; also what uses the meters that are not of one client. */
    private static final class Metered {
        /** More than one if there are several contexts. */
        private final List<PoolClient<?>> clients = new CopyOnWriteArrayList<>();
        private final Map<Key, Meter> meters = new ConcurrentHashMap<>();
        /** By {@link PoolTime}: looked up once. */
        private final AtomicReferenceArray<@Nullable Timer> timers = new AtomicReferenceArray<>(
                PoolTime.values().length);
    }

    private record Key(String name, @Nullable Tag tag) {}

    /**
     * Makes metrics without any meter, which time nothing exactly that is frequent.
     *
     * @param registry where the meters go
     * @param measureUsage whether to tell how long borrowers keep workers, see {@link PoolListener#wantsUsage} for
     *     its price
     */
    public PoolMetrics(MeterRegistry registry, boolean measureUsage) {
        this(registry, measureUsage, false);
    }

    /**
     * Makes metrics without any meter.
     *
     * @param registry where the meters go
     * @param measureUsage whether to tell how long borrowers keep workers, see {@link PoolListener#wantsUsage} for
     *     its price
     * @param exactTimes whether to time each lease, and each wait and each attempt of a task, by itself, whatever
     *     {@code measureUsage} is; see {@link PoolListener#wantsLeases} and {@link PoolListener#wantsTaskTimes} for
     *     the price
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
        leave(name, stopped(name)); // of a predecessor whose end was not told, since there was a successor already
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

    /** The meters that are read from the client's status. */
    private void read(PoolClient<?> pool) {
        Tags tags = Tags.of("pool", pool.name());
        for (PoolMeter meter : PoolMeter.values()) {
            Tags all = meter.state.isEmpty() ? tags : tags.and("state", meter.state);
            // Strongly: nobody else holds the handle of a pool that is only used through Pools.
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

    /** A counter of what the pool itself counts. */
    private void counter(
            PoolClient<?> pool, String name, String description, Tags tags, ToLongFunction<PoolStatus> number) {
        shared.count(registry, pool, SharedMeters.id(name, tags),
                () -> new PoolStatus.Times(number.applyAsLong(pool.status()), Duration.ZERO),
                (to, totals) -> FunctionCounter.builder(name, totals, Totals::count)
                        .tags(tags)
                        .description(description)
                        .register(to));
    }

    /** A timer of what the pool itself sums up. */
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

    /** Another context has the same registry and a pool of this name, and times exactly, or does not. */
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
            // Made by Spring Boot of the observations of tasks, timers of which those that run are others.
            shared.removeUnlessUsed(registry, "pool", name, List.of(OBSERVED, OBSERVED + ".active"));
            return null;
        });
    }

    /** Those that run no more: the end of a pool is told by its name only. Asked for without any lock. */
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
                // No restart, and the ends of workers are counted by themselves.
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

    /** The pool counts them. */
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
     * Registers a meter, or finds it. What is told of a pool that is stopped already makes no meter, or that would stay
     * for ever: registering and removing exclude each other.
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
