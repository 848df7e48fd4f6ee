package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolStatus.Times;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of one meter: the sum of the numbers that its users count. The last number of a user that has left stays
 * part of the sum, so that the sum never decreases. A user may take its own lock when its number is read; no lock of
 * this class is held then.
 *
 * <p>Thousands of pools have ten of them each, and nearly all have one user. So the first number needs no list.
 *
 * <p>All methods may be called from any thread.
 */
final class Totals {

    /** Reads a number of a user. An instance serves all users of a kind. */
    interface Reading<U> {
        /** The number; may take a lock. */
        Times read(U user);
    }

    /** A number of a user, identified by the user and by the requested name and tags of the meter. */
    private record Part<U>(U user, Meter.Id meter, Reading<U> reading) {

        @SuppressWarnings("ReferenceEquality") // clients of a pool may be equal to each other
        private boolean isOf(Object other) {
            return user == other;
        }

        private Times read() {
            return reading.read(user);
        }
    }

    // guarded by this; the first is null if there is no part at all
    private @Nullable Part<?> first;
    private List<Part<?>> others = List.of();
    private Times left = Times.NONE;

    /** Adds a number of a user, unless it was added before. */
    <U> void add(U user, Meter.Id meter, Reading<U> reading) {
        synchronized (this) {
            for (Part<?> part : parts()) {
                if (part.isOf(user) && part.meter.equals(meter)) {
                    return;
                }
            }
            add(new Part<>(user, meter, reading));
        }
    }

    private void add(Part<?> part) {
        if (first == null) {
            first = part;
        } else {
            if (others.isEmpty()) {
                others = new ArrayList<>(1);
            }
            others.add(part);
        }
    }

    private List<Part<?>> parts() {
        if (first == null) {
            return List.of();
        }
        if (others.isEmpty()) {
            return List.of(first);
        }
        List<Part<?>> all = new ArrayList<>();
        all.add(first);
        all.addAll(others);
        return all;
    }

    private boolean remove(Part<?> part) {
        if (!part.equals(first)) {
            return others.remove(part);
        }
        first = others.isEmpty() ? null : others.removeFirst();
        return true;
    }

    /** Takes over all numbers of other totals, which are not used afterwards. */
    void adopt(Totals other) {
        synchronized (other) {
            synchronized (this) {
                other.parts().forEach(this::add);
                left = left.plus(other.left);
            }
        }
    }

    /** Freezes the numbers of a user that leaves. */
    void leave(Object user) {
        List<Part<?>> now;
        synchronized (this) {
            now = parts();
        }
        for (Part<?> part : now) {
            if (part.isOf(user)) {
                freeze(part);
            }
        }
    }

    private void freeze(Part<?> part) {
        Times last = Times.NONE;
        try {
            last = part.read();
        } finally {
            synchronized (this) {
                if (remove(part)) {
                    left = left.plus(last);
                }
            }
        }
    }

    double count() {
        return all().count();
    }

    long wholeCount() {
        return all().count();
    }

    double nanos() {
        return all().total().toNanos();
    }

    private Times all() {
        List<Part<?>> now;
        Times sum;
        synchronized (this) {
            now = parts();
            sum = left;
        }
        for (Part<?> part : now) {
            sum = sum.plus(part.read());
        }
        return sum;
    }
}
