package io.github.ppool.spring.boot.metrics;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Overrun;
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
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the pools. They are made when a pool is started and removed when it is stopped.
 *
 * <p>The pool itself counts frequent events. Gauges and most counters read its {@code status()} when they are read. A
 * check-out of an idle worker, or a task, therefore has no cost here, unless exact times are configured.
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
    static final String OVERRUNS = "ppool.overruns";
    static final String OVERDUE = "ppool.leases.overdue";
    static final String TRANSACTIONS = "ppool.transactions";

    /** The name of the observations of tasks. The class with this constant may be missing at run time. */
    static final String OBSERVED = "ppool.task.execution";

    private static final GuardedLog LOG = GuardedLog.of(PoolMetrics.class);

    private final MeterRegistry registry;
    private final SharedMeters shared;
    private final boolean measureUsage;
    private final boolean exactTimes;
    // A ConcurrentHashMap: its operations on one name exclude each other.
    private final ConcurrentHashMap<String, Metered> byName = new ConcurrentHashMap<>();

    /** The counters of events that have no other tag than {@code pool}. */
    private enum Event implements SharedMeters.Making<Counter> {
        CREATION_FAILURE(CREATION_FAILURES, "Workers that could not be made"),
        LEAK(LEAKS, "Leases that were dropped without being closed"),
        OVERDUE_LEASE(OVERDUE, "Leases that went on for longer than leak-detection-threshold");

        private final String meter;
        private final String description;

        Event(String meter, String description) {
            this.meter = meter;
            this.description = description;
        }

        @Override
        public Counter make(MeterRegistry to, Iterable<Tag> tags) {
            return Counter.builder(meter).tags(tags).description(description).register(to);
        }
    }

    /** The meters under the name of a pool. It is also the user of the meters that belong to no single client. */
    private static final class Metered {
        private static final int TIMES = PoolTime.values().length;

        private final Tags tags;
        /** The clients of the pools with the name; more than one if several contexts have one. */
        private final List<PoolClient<?>> clients = new CopyOnWriteArrayList<>();
        /** The timers by the ordinal of {@link PoolTime}, and then the counters by that of {@link Event}. */
        private final AtomicReferenceArray<@Nullable Meter> meters = new AtomicReferenceArray<>(
                TIMES + Event.values().length);
        /** The counters of events with another tag. Most pools never have such an event, so the table begins empty. */
        private final Map<Key, Meter> tagged = new ConcurrentHashMap<>(1);

        private Metered(String pool) {
            tags = Tags.of("pool", pool);
        }
    }

    private record Key(String name, Tag tag) {}

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
        byName.computeIfAbsent(name, Metered::new);
    }

    @Override
    public void poolStarted(PoolClient<?> pool) {
        String name = pool.name();
        poolStarting(name);
        List<PoolClient<?>> before = stopped(name); // its end was not reported, because a successor existed already
        if (!before.isEmpty()) {
            leave(name, before);
        }
        byName.computeIfPresent(name, (key, metered) -> {
            metered.clients.add(pool);
            read(pool, metered.tags);
            return metered;
        });
        for (PoolTime time : PoolTime.values()) {
            if (exactTimes || time.isAlwaysTimed) {
                var unused = timer(name, time);
            }
        }
        for (Event event : Event.values()) {
            var unused = counter(name, event);
        }
    }

    /** The meters that read the status of a pool. All have the tag of its name, and share it. */
    private void read(PoolClient<?> pool, Tags tags) {
        PoolStatus status = pool.status();
        for (PoolMeter meter : PoolMeter.values()) {
            if (!meter.concerns(status)) {
                continue;
            }
            shared.read(registry, pool, SharedMeters.id(meter.meter, with(tags, meter.state)), meter);
        }
        for (PoolCount count : PoolCount.values()) {
            if (!count.concerns(status)) {
                continue;
            }
            shared.count(registry, pool, SharedMeters.id(count.meter, with(tags, count.outcome)), count, count);
        }
        if (!exactTimes) {
            if (measureUsage) {
                sums(pool, PoolTime.USAGE, tags);
            }
            sums(pool, PoolTime.TASK_WAIT, tags);
            sums(pool, PoolTime.TASK, tags);
        }
    }

    private static Tags with(Tags tags, @Nullable Tag another) {
        return another == null ? tags : tags.and(another);
    }

    /** A timer that reads a sum of the status. */
    private void sums(PoolClient<?> pool, PoolTime time, Tags tags) {
        try {
            shared.count(registry, pool, SharedMeters.id(time.meter, tags), time, time);
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
        if (metered == null) {
            return List.of();
        }
        List<PoolClient<?>> stopped = new ArrayList<>();
        for (PoolClient<?> client : metered.clients) {
            if (isStopped(client)) {
                stopped.add(client);
            }
        }
        return stopped;
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
        count(pool, Event.CREATION_FAILURE);
    }

    @Override
    public void workerExited(String pool, Pid worker, ExitReason reason) {
        Tag outcome = Tag.of("outcome", reason.isOrderly() ? "dismissed" : "crashed");
        count(pool, EXITS, "Workers that ended", outcome);
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
        count(pool, REJECTIONS, "Callers and tasks that were turned away", reason);
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
        count(pool, RESTARTS, "Restarts of workers", Tag.of("outcome", outcome));
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
        count(pool, Event.LEAK);
    }

    @Override
    public void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
        count(pool, Event.OVERDUE_LEASE);
    }

    @Override
    public void overrun(String pool, Overrun overrun) {
        count(pool, OVERRUNS, "Times that a worker was told to be held for longer than overrun-after",
                Tag.of("holder", overrun.isTask() ? "task" : "borrower"));
    }

    private void count(String pool, Event event) {
        Counter counter = counter(pool, event);
        if (counter != null) {
            counter.increment();
        }
    }

    private @Nullable Counter counter(String pool, Event event) {
        return keep(pool, Metered.TIMES + event.ordinal(), event.meter, Counter.class, event);
    }

    private void time(String pool, PoolTime what, Duration time) {
        Timer timer = timer(pool, what);
        if (timer != null) {
            timer.record(time);
        }
    }

    private @Nullable Timer timer(String pool, PoolTime what) {
        try {
            return keep(pool, what.ordinal(), what.meter, Timer.class, what);
        } catch (IllegalArgumentException otherKind) {
            tellOtherKind(what, otherKind);
            return null;
        }
    }

    /**
     * Registers a meter, or finds it. An event of a pool that is already stopped makes no meter, because that meter
     * would stay for ever. Registration and removal exclude each other.
     *
     * @param at the place of the meter among those of the pool
     * @return null if the pool is stopped
     */
    private <M extends Meter> @Nullable M keep(
            String pool, int at, String name, Class<M> type, SharedMeters.Making<M> making) {
        Metered known = byName.get(pool);
        if (known == null) {
            return null;
        }
        Meter meter = known.meters.getAcquire(at);
        if (meter == null) {
            byName.computeIfPresent(pool, (same, metered) -> {
                if (metered.meters.get(at) == null) {
                    metered.meters.setRelease(at, shared.share(registry, metered,
                            SharedMeters.id(name, metered.tags), type, making));
                }
                return metered;
            });
            meter = known.meters.getAcquire(at);
        }
        return type.cast(meter);
    }

    /** Counts an event with another tag, as {@link #keep} does. */
    private void count(String pool, String name, String description, Tag tag) {
        Metered known = byName.get(pool);
        if (known == null) {
            return;
        }
        Key key = new Key(name, tag);
        Meter meter = known.tagged.get(key);
        if (meter == null) {
            byName.computeIfPresent(pool, (same, metered) -> {
                Tags tags = metered.tags.and(tag);
                metered.tagged.computeIfAbsent(key, first -> shared.share(registry, metered,
                        SharedMeters.id(name, tags), Counter.class,
                        (to, all) -> Counter.builder(name).tags(all).description(description).register(to)));
                return metered;
            });
            meter = known.tagged.get(key);
        }
        if (meter instanceof Counter counter) {
            counter.increment();
        }
    }
}
