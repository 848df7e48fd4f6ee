package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolStatus.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The value of one meter: the sum of the numbers that its users count. The last number of a user that has left stays
 * part of the sum, so that the sum never decreases. A user may take its own lock when its number is read; no lock of
 * this class is held then.
 *
 * <p>All methods may be called from any thread.
 */
final class Totals {

    /** A number of a user, identified by the user and by the requested name and tags of the meter. */
    private record Part(Object user, Object meter, Supplier<Times> reading) {

        @SuppressWarnings("ReferenceEquality") // clients of a pool may be equal to each other
        private boolean isOf(Object other) {
            return user == other;
        }
    }

    private static final Times NONE = new Times(0, Duration.ZERO);

    private final Object lock = new Object();
    private final List<Part> parts = new ArrayList<>();
    private Times left = NONE;

    /** Adds a number of a user, unless it was added before. */
    void add(Object user, Object meter, Supplier<Times> reading) {
        synchronized (lock) {
            if (parts.stream().noneMatch(part -> part.isOf(user) && part.meter.equals(meter))) {
                parts.add(new Part(user, meter, reading));
            }
        }
    }

    /** Takes over all numbers of other totals, which are not used afterwards. */
    void adopt(Totals other) {
        synchronized (other.lock) {
            synchronized (lock) {
                parts.addAll(other.parts);
                left = sum(left, other.left);
            }
        }
    }

    /** Freezes the numbers of a user that leaves. */
    void leave(Object user) {
        List<Part> going;
        synchronized (lock) {
            going = parts.stream().filter(part -> part.isOf(user)).toList();
        }
        for (Part part : going) {
            Times last = NONE;
            try {
                last = part.reading.get();
            } finally {
                synchronized (lock) {
                    if (parts.remove(part)) {
                        left = sum(left, last);
                    }
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
        List<Part> now;
        Times sum;
        synchronized (lock) {
            now = List.copyOf(parts);
            sum = left;
        }
        for (Part part : now) {
            sum = sum(sum, part.reading.get());
        }
        return sum;
    }

    private static Times sum(Times one, Times other) {
        return new Times(one.count() + other.count(), one.total().plus(other.total()));
    }
}
