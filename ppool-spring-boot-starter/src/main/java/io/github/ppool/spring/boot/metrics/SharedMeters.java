package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The users of each meter of a registry. Several contexts may have the same registry, so each registry has one
 * {@code SharedMeters}. The first user of a meter registers it. The meter is removed when its last user leaves.
 *
 * <p>A registry keeps one meter of a name and tags. All users therefore share a counter or a timer. A meter of numbers
 * that its users count reads the {@link Totals} of all of them. A meter of another value reads the value of its first
 * user, and that of the next user when the first one leaves. A meter that existed before its first user does not belong
 * to ppool and is never removed.
 *
 * <p>All methods may be called from any thread. Registries and filters are called with the lock held.
 */
final class SharedMeters {

    private static final String POOL = "pool";
    /** Spring Boot makes a timer of all tasks, and one of those that run. */
    private static final Set<String> OBSERVED = Set.of(PoolMetrics.OBSERVED, PoolMetrics.OBSERVED + ".active");

    private static final ReentrantLock REGISTRIES = new ReentrantLock();
    private static final Map<MeterRegistry, SharedMeters> BY_REGISTRY = new WeakHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    /**
     * The meters by their registered names and tags. A filter of the registry may merge several requested meters into
     * one.
     */
    private final Map<Meter.Id, Shared> meters = new HashMap<>();
    /** The meters by their requested names and tags. */
    private final Map<Meter.Id, Shared> wanted = new HashMap<>();
    /** The meters in the registry. Its own lock is held when the registry reports a removal, so this set needs none. */
    private final Set<Meter> present = ConcurrentHashMap.newKeySet();
    /** The meters of each user, so that the end of one pool costs the same beside ten thousand others. */
    private final Map<Object, List<Shared>> byUser = new IdentityHashMap<>();
    /** How many of the requested meters have each value of the tag {@code pool}. */
    private final Map<String, Integer> wantedOfPool = new HashMap<>();
    /** The meters that Spring Boot makes from the observations of tasks, by pool. */
    private final ConcurrentHashMap<String, Set<Meter>> observed = new ConcurrentHashMap<>();
    private @Nullable Meter added;

    private SharedMeters(MeterRegistry registry) {
        registry.config().onMeterAdded(this::added).onMeterRemoved(this::removed);
        registry.getMeters().forEach(this::noteObserved);
    }

    /** The shared meters of a registry. */
    static SharedMeters of(MeterRegistry registry) {
        REGISTRIES.lock();
        try {
            SharedMeters known = BY_REGISTRY.get(registry);
            if (known == null) {
                known = new SharedMeters(registry);
                BY_REGISTRY.put(registry, known);
            }
            return known;
        } finally {
            REGISTRIES.unlock();
        }
    }

    /**
     * The registry reports a new meter on the thread that registers it. Meters of other threads are therefore not
     * mistaken for ppool's.
     */
    private void added(Meter meter) {
        if (lock.isHeldByCurrentThread()) {
            added = meter;
        }
        noteObserved(meter);
    }

    private void removed(Meter meter) {
        present.remove(meter);
        String pool = observedPool(meter);
        if (pool != null) {
            observed.computeIfPresent(pool, (same, meters) -> {
                meters.remove(meter);
                return meters.isEmpty() ? null : meters;
            });
        }
    }

    private void noteObserved(Meter meter) {
        String pool = observedPool(meter);
        if (pool != null) {
            observed.compute(pool, (same, known) -> {
                Set<Meter> meters = known == null ? ConcurrentHashMap.newKeySet() : known;
                meters.add(meter);
                return meters;
            });
        }
    }

    /** The pool of a meter that was made from observations of tasks; null for any other meter. */
    private static @Nullable String observedPool(Meter meter) {
        return OBSERVED.contains(meter.getId().getName()) ? meter.getId().getTag(POOL) : null;
    }

    /** A meter and its users, in the order in which they came. */
    private static final class Shared {
        private final List<Use> uses = new ArrayList<>(1);
        /** The requested names and tags that lead to the meter. */
        private final List<Meter.Id> requests = new ArrayList<>(1);
        private Meter meter;
        private boolean ours;
        /** True if the last registration created the meter. */
        private boolean isFresh;
        /** The totals that the meter reads; null for other meters. */
        private @Nullable Totals totals;

        private Shared(Meter meter) {
            this.meter = meter;
        }
    }

    /**
     * A use of a meter.
     *
     * @param user the user, compared by identity
     * @param reading registers the meter again, so that it reads the value of this user; null if all users share the
     *     meter
     */
    private record Use(Object user, @Nullable Function<MeterRegistry, ? extends Meter> reading) {

        @SuppressWarnings("ReferenceEquality") // clients of a pool may be equal to each other
        private boolean isOf(Object other) {
            return user == other;
        }
    }

    /** A counter or timer that all its users update. */
    <M extends Meter> M share(
            MeterRegistry registry, Object user, Meter.Id id, Class<M> type, Function<MeterRegistry, M> registration) {
        return type.cast(use(registry, id, new Use(user, null), registration));
    }

    /** A meter that reads a value of its user. */
    void read(
            MeterRegistry registry, Object user, Meter.Id id, Function<MeterRegistry, ? extends Meter> registration) {
        var unused = use(registry, id, new Use(user, registration), registration);
    }

    /**
     * A meter that reads the numbers that its users count.
     *
     * @param reading reads the number of this user; may take a lock
     * @param registration makes a meter that reads the totals without keeping them alive
     */
    void count(
            MeterRegistry registry,
            Object user,
            Meter.Id id,
            Supplier<PoolStatus.Times> reading,
            BiFunction<MeterRegistry, Totals, ? extends Meter> registration) {
        lock.lock();
        try {
            Shared shared = wanted.get(id);
            if (shared == null || !present.contains(shared.meter)) {
                Totals fresh = new Totals();
                shared = register(registry, to -> registration.apply(to, fresh));
                request(id, shared);
                // A filter may have mapped it to an existing meter, which then goes on reading its own values.
                if (shared.totals == null) {
                    shared.totals = fresh;
                } else if (shared.isFresh) {
                    fresh.adopt(shared.totals);
                    shared.totals = fresh;
                }
            }
            if (shared.totals != null) {
                shared.totals.add(user, id, reading);
            }
            addUse(shared, new Use(user, null));
        } finally {
            lock.unlock();
        }
    }

    /** The name and tags before the filters of a registry apply. */
    static Meter.Id id(String name, Tags tags) {
        return new Meter.Id(name, tags, null, null, Meter.Type.OTHER);
    }

    private Meter use(
            MeterRegistry registry, Meter.Id id, Use use, Function<MeterRegistry, ? extends Meter> registration) {
        lock.lock();
        try {
            Shared shared = wanted.get(id);
            if (shared == null || !present.contains(shared.meter)) {
                shared = register(registry, registration);
                request(id, shared);
            }
            addUse(shared, use);
            return shared.meter;
        } finally {
            lock.unlock();
        }
    }

    private void addUse(Shared shared, Use use) {
        if (shared.uses.stream().noneMatch(other -> other.isOf(use.user()))) {
            shared.uses.add(use);
            byUser.computeIfAbsent(use.user(), first -> new ArrayList<>()).add(shared);
        }
    }

    private void request(Meter.Id id, Shared shared) {
        // Thousands of pools have dozens of meters each: an equal key is not kept twice.
        Meter.Id key = id.equals(shared.meter.getId()) ? shared.meter.getId() : id;
        Shared before = wanted.put(key, shared);
        String pool = key.getTag(POOL);
        if (before == null && pool != null) {
            wantedOfPool.merge(pool, 1, Integer::sum);
        }
        if (!shared.equals(before)) {
            shared.requests.add(key);
        }
    }

    private void endRequests(Shared shared) {
        for (Meter.Id id : shared.requests) {
            String pool = id.getTag(POOL);
            if (wanted.remove(id, shared) && pool != null) {
                wantedOfPool.computeIfPresent(pool, (same, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private Shared register(MeterRegistry registry, Function<MeterRegistry, ? extends Meter> registration) {
        added = null;
        Meter meter = registration.apply(registry);
        Shared shared = meters.computeIfAbsent(meter.getId(), first -> new Shared(meter));
        shared.meter = meter;
        shared.isFresh = meter.equals(added);
        shared.ours |= shared.isFresh;
        added = null;
        present.add(meter);
        return shared;
    }

    /** Ends all uses of a user. */
    void leave(MeterRegistry registry, Object user) {
        lock.lock();
        try {
            List<Shared> used = byUser.remove(user);
            if (used != null) {
                used.forEach(shared -> leave(registry, user, shared));
            }
        } finally {
            lock.unlock();
        }
    }

    private void leave(MeterRegistry registry, Object user, Shared shared) {
        boolean wasFirst = shared.uses.getFirst().isOf(user);
        shared.uses.removeIf(use -> use.isOf(user));
        if (shared.totals != null) {
            shared.totals.leave(user);
        }
        if (shared.uses.isEmpty()) {
            meters.remove(shared.meter.getId());
            endRequests(shared);
            present.remove(shared.meter);
            if (shared.ours) {
                registry.remove(shared.meter);
            }
            return;
        }
        Function<MeterRegistry, ? extends Meter> next = shared.uses.getFirst().reading();
        if (wasFirst && shared.ours && next != null) {
            registry.remove(shared.meter);
            var unused = register(registry, next);
        }
    }

    /** Removes the meters that Spring Boot made from the observations of a pool's tasks, unless the pool is in use. */
    void removeObserved(MeterRegistry registry, String pool) {
        lock.lock();
        try {
            if (!wantedOfPool.containsKey(pool)) {
                List.copyOf(observed.getOrDefault(pool, Set.of())).forEach(registry::remove);
            }
        } finally {
            lock.unlock();
        }
    }
}
