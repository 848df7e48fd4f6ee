package io.github.ppool.spring.boot.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
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
     * one. Changed with the lock held; the registry reports a removal with its own lock held, and only reads.
     */
    private final ConcurrentHashMap<Meter.Id, Shared> meters = new ConcurrentHashMap<>();
    /** The meters that filters gave another name or other tags than were requested, by those that were requested. */
    private final Map<Meter.Id, Shared> renamed = new HashMap<>();
    /** The meters of each user, so that the end of one pool costs the same beside ten thousand others. */
    private final Map<Object, List<Shared>> byUser = new IdentityHashMap<>();
    /** How many of the requested meters have each value of the tag {@code pool}. */
    private final Map<String, Integer> wantedOfPool = new HashMap<>();
    /** The meters that Spring Boot makes from the observations of tasks, by pool. */
    private final ConcurrentHashMap<String, Set<Meter>> observed = new ConcurrentHashMap<>();
    private @Nullable Meter added;

    private SharedMeters(MeterRegistry registry) {
        registry.config().onMeterAdded(this::added).onMeterRemoved(this::removed);
        for (Meter meter : registry.getMeters()) {
            noteObserved(meter);
        }
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
        Shared shared = meters.get(meter.getId());
        if (shared != null) {
            shared.isPresent = false;
        }
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

    /**
     * Registers a meter that reads a value of its user. An instance serves all users of a kind.
     *
     * @param <U> the type of the users
     */
    interface Reading<U> {
        /** Registers the meter with these tags. {@link SharedMeters} keeps the user alive as long as the meter. */
        Meter register(MeterRegistry to, U user, Iterable<Tag> tags);
    }

    /** Registers a meter that reads totals. An instance serves all users of a kind. */
    interface Counting {
        /** Registers the meter with these tags. It must not keep the totals alive. */
        Meter register(MeterRegistry to, Totals totals, Iterable<Tag> tags);
    }

    /**
     * Registers a meter that all its users update. An instance serves all users of a kind.
     *
     * @param <M> the type of the meter
     */
    interface Making<M extends Meter> {
        /** Registers the meter with these tags. */
        M make(MeterRegistry to, Iterable<Tag> tags);
    }

    /**
     * A meter and its users, in the order in which they came. Thousands of pools have dozens of meters each, and nearly
     * all have one user and were registered as they were requested. So these need neither a list nor a second key.
     */
    private static final class Shared {
        private final Meter.Id id;
        /** The first user; null before the first one. */
        private @Nullable Use<?> first;
        private List<Use<?>> others = List.of();
        /** True if a request had the registered name and tags. */
        private boolean isOwn;
        /** The other requested names and tags that lead to the meter. */
        private List<Meter.Id> requests = List.of();
        private Meter meter;
        private volatile boolean isPresent;
        private boolean ours;
        /** True if the last registration created the meter. */
        private boolean isFresh;
        /** The totals that the meter reads; null for other meters. */
        private @Nullable Totals totals;

        private Shared(Meter meter) {
            this.id = meter.getId();
            this.meter = meter;
        }

        /** The registered name and tags if they are those of a request: an equal key is not kept twice. */
        private Meter.Id known(Meter.Id request) {
            return request.equals(id) ? id : request;
        }

        private boolean isFirst(Object user) {
            return first != null && first.isOf(user);
        }

        private boolean isUsedBy(Object user) {
            if (isFirst(user)) {
                return true;
            }
            for (Use<?> other : others) {
                if (other.isOf(user)) {
                    return true;
                }
            }
            return false;
        }

        private void add(Use<?> use) {
            if (first == null) {
                first = use;
            } else {
                if (others.isEmpty()) {
                    others = new ArrayList<>(1);
                }
                others.add(use);
            }
        }

        private void remove(Object user) {
            if (!isFirst(user)) {
                others.removeIf(other -> other.isOf(user));
            } else {
                first = others.isEmpty() ? null : others.removeFirst();
            }
        }
    }

    /**
     * A use of a meter.
     *
     * @param user the user, compared by identity
     * @param id the requested name and tags
     * @param reading registers the meter again, so that it reads the value of this user; null if all users share the
     *     meter
     */
    private record Use<U>(U user, Meter.Id id, @Nullable Reading<? super U> reading) {

        @SuppressWarnings("ReferenceEquality") // clients of a pool may be equal to each other
        private boolean isOf(Object other) {
            return user == other;
        }

        private Meter register(MeterRegistry registry) {
            return Objects.requireNonNull(reading).register(registry, user, id.getTagsAsIterable());
        }
    }

    /**
     * A counter or timer that all its users update.
     *
     * @throws IllegalArgumentException if the registry has a meter of another kind there
     */
    <M extends Meter> M share(MeterRegistry registry, Object user, Meter.Id id, Class<M> type, Making<M> making) {
        lock.lock();
        try {
            Shared shared = present(id);
            if (shared == null) {
                added = null;
                shared = registered(making.make(registry, id.getTagsAsIterable()));
                request(id, shared);
            }
            if (!type.isInstance(shared.meter)) {
                throw new IllegalArgumentException("meter " + id.getName() + " must be a " + type.getSimpleName()
                        + ", but there is another one: " + shared.meter.getClass().getSimpleName());
            }
            addUse(shared, user, id, null);
            return type.cast(shared.meter);
        } finally {
            lock.unlock();
        }
    }

    /** A meter that reads a value of its user. */
    <U> void read(MeterRegistry registry, U user, Meter.Id id, Reading<? super U> reading) {
        lock.lock();
        try {
            Shared shared = present(id);
            if (shared == null) {
                added = null;
                shared = registered(reading.register(registry, user, id.getTagsAsIterable()));
                request(id, shared);
            }
            addUse(shared, user, id, reading);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A meter that reads the numbers that its users count.
     *
     * @param reading reads the number of this user; may take a lock
     * @param counting makes a meter that reads the totals
     */
    <U> void count(
            MeterRegistry registry, U user, Meter.Id id, Totals.Reading<? super U> reading, Counting counting) {
        lock.lock();
        try {
            Shared shared = present(id);
            if (shared == null) {
                Totals fresh = new Totals();
                added = null;
                shared = registered(counting.register(registry, fresh, id.getTagsAsIterable()));
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
                shared.totals.add(user, shared.known(id), reading);
            }
            addUse(shared, user, id, null);
        } finally {
            lock.unlock();
        }
    }

    /** Name and tags before the filters of a registry apply. */
    static Meter.Id id(String name, Tags tags) {
        return new Meter.Id(name, tags, null, null, Meter.Type.OTHER);
    }

    /** The meter that a request leads to; null if there is none, or it was removed from the registry. */
    private @Nullable Shared present(Meter.Id id) {
        Shared shared = requested(id);
        return shared == null || !shared.isPresent ? null : shared;
    }

    private @Nullable Shared requested(Meter.Id id) {
        Shared own = meters.get(id);
        // Filters can exchange names, so a meter of this name may belong to another request.
        return own != null && own.isOwn ? own : renamed.get(id);
    }

    private <U> void addUse(Shared shared, U user, Meter.Id id, @Nullable Reading<? super U> reading) {
        if (!shared.isUsedBy(user)) {
            shared.add(new Use<>(user, shared.known(id), reading));
            List<Shared> used = byUser.get(user);
            if (used == null) {
                used = new ArrayList<>();
                byUser.put(user, used);
            }
            used.add(shared);
        }
    }

    private void request(Meter.Id id, Shared shared) {
        Shared before = requested(id);
        if (before != null) { // its meter was removed from the registry
            endRequest(id, before);
        }
        if (id.equals(shared.id)) {
            shared.isOwn = true;
        } else {
            renamed.put(id, shared);
            if (shared.requests.isEmpty()) {
                shared.requests = new ArrayList<>(1);
            }
            shared.requests.add(id);
        }
        String pool = id.getTag(POOL);
        if (pool != null) {
            wantedOfPool.put(pool, wantedOfPool.getOrDefault(pool, 0) + 1);
        }
    }

    private void endRequest(Meter.Id id, Shared shared) {
        if (id.equals(shared.id)) {
            shared.isOwn = false;
        } else {
            renamed.remove(id);
            shared.requests.remove(id);
        }
        String pool = id.getTag(POOL);
        if (pool != null) {
            wantedOfPool.computeIfPresent(pool, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    private void endRequests(Shared shared) {
        if (shared.isOwn) {
            endRequest(shared.id, shared);
        }
        List.copyOf(shared.requests).forEach(id -> endRequest(id, shared));
    }

    /** Notes a meter that was just registered. {@link #added} was null before that. */
    private Shared registered(Meter meter) {
        Shared shared = meters.get(meter.getId());
        if (shared == null) {
            shared = new Shared(meter);
            meters.put(meter.getId(), shared); // changed with the lock held
        }
        shared.meter = meter;
        shared.isFresh = meter.equals(added);
        shared.ours |= shared.isFresh;
        added = null;
        shared.isPresent = true;
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
        boolean wasFirst = shared.isFirst(user);
        shared.remove(user);
        Use<?> next = shared.first;
        if (shared.totals != null && (next != null || !shared.ours)) { // else the meter goes, and its totals with it
            shared.totals.leave(user);
        }
        if (next == null) {
            meters.remove(shared.id);
            endRequests(shared);
            if (shared.ours) {
                registry.remove(shared.meter);
            }
        } else if (wasFirst && shared.ours && next.reading() != null) {
            registry.remove(shared.meter);
            added = null;
            var unused = registered(next.register(registry));
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
