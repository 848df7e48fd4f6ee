package io.github.ppool.spring.boot.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who uses which meter of a registry: one for each registry, since several contexts may have the same one. A meter is
 * registered by its first user and removed when its last user leaves. A registry keeps one meter of a name and tags, so
 * all users share a counter or a timer, and a meter that reads a value reads that of the user who came first; when that
 * user leaves, it reads that of the next. A meter that was there before its first user came is somebody else's, and is
 * never removed.
 *
 * <p>All methods may be called from any thread. Registries and filters are called with the lock held.
 */
final class SharedMeters {

    private static final ReentrantLock REGISTRIES = new ReentrantLock();
    private static final Map<MeterRegistry, SharedMeters> BY_REGISTRY = new WeakHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Meter.Id, Shared> meters = new HashMap<>();
    private Meter.@Nullable Id added;

    private SharedMeters() {}

    /** Those of a registry. */
    static SharedMeters of(MeterRegistry registry) {
        REGISTRIES.lock();
        try {
            SharedMeters known = BY_REGISTRY.get(registry);
            if (known == null) {
                known = new SharedMeters();
                registry.config().onMeterAdded(known::added);
                BY_REGISTRY.put(registry, known);
            }
            return known;
        } finally {
            REGISTRIES.unlock();
        }
    }

    /** The registry tells on the thread that registers, so others are not taken for one's own. */
    private void added(Meter meter) {
        if (lock.isHeldByCurrentThread()) {
            added = meter.getId();
        }
    }

    /** A meter and those who use it, in the order in which they came. */
    private static final class Shared {
        private final List<Use> uses = new ArrayList<>();
        private boolean ours;
    }

    /**
     * Somebody's use of a meter.
     *
     * @param user by identity
     * @param reading registers the meter anew, so that it reads this user's value; null if all users share the same meter
     */
    private record Use(Object user, @Nullable Function<MeterRegistry, ? extends Meter> reading) {

        @SuppressWarnings("ReferenceEquality") // a handle of a pool may be equal to another one
        private boolean isOf(Object other) {
            return user == other;
        }
    }

    /** A meter that counts or measures what all its users tell it. */
    <M extends Meter> M share(MeterRegistry registry, Object user, Function<MeterRegistry, M> registration) {
        return use(registry, user, registration, false);
    }

    /** A meter that reads a value of its user when it is asked. */
    <M extends Meter> M read(MeterRegistry registry, Object user, Function<MeterRegistry, M> registration) {
        return use(registry, user, registration, true);
    }

    private <M extends Meter> M use(
            MeterRegistry registry, Object user, Function<MeterRegistry, M> registration, boolean reads) {
        lock.lock();
        try {
            added = null;
            M meter = registration.apply(registry);
            Shared shared = meters.computeIfAbsent(meter.getId(), id -> new Shared());
            shared.ours |= meter.getId().equals(added);
            if (shared.uses.stream().noneMatch(use -> use.isOf(user))) {
                shared.uses.add(new Use(user, reads ? registration : null));
            }
            return meter;
        } finally {
            lock.unlock();
        }
    }

    /** A user leaves all its meters. */
    void leave(MeterRegistry registry, Object user) {
        lock.lock();
        try {
            Iterator<Map.Entry<Meter.Id, Shared>> all = meters.entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<Meter.Id, Shared> meter = all.next();
                if (leave(registry, user, meter.getKey(), meter.getValue())) {
                    all.remove();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether nobody is left who uses the meter. */
    private boolean leave(MeterRegistry registry, Object user, Meter.Id id, Shared shared) {
        boolean wasFirst = shared.uses.getFirst().isOf(user);
        boolean left = shared.uses.removeIf(use -> use.isOf(user));
        if (!left || !shared.ours) {
            return shared.uses.isEmpty();
        }
        if (shared.uses.isEmpty()) {
            registry.remove(id);
            return true;
        }
        Function<MeterRegistry, ? extends Meter> next = shared.uses.getFirst().reading();
        if (wasFirst && next != null) {
            registry.remove(id);
            var unused = next.apply(registry);
        }
        return false;
    }

    /** Removes meters that others have made, unless somebody uses a meter with the same tag. */
    void removeUnlessUsed(MeterRegistry registry, String key, String value, List<String> names) {
        lock.lock();
        try {
            if (meters.keySet().stream().noneMatch(id -> value.equals(id.getTag(key)))) {
                names.forEach(name -> registry.find(name).tag(key, value).meters().forEach(registry::remove));
            }
        } finally {
            lock.unlock();
        }
    }
}
