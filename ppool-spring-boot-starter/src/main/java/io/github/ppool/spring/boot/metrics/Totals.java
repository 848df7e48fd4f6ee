package io.github.ppool.spring.boot.metrics;

import io.github.ppool.pool.PoolStatus.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one meter counts: the sum of what its users count, in which those that have left keep their part, so that it
 * never goes back. A user that is asked may take a lock of its own; none of this is held meanwhile.
 *
 * <p>All methods may be called from any thread.
 */
final class Totals {

    /** A number of a user, by the identity of the user and the name and tags of the meter that was wanted. */
    private record Part(Object user, Object meter, Supplier<Times> reading) {

        @SuppressWarnings("ReferenceEquality") // a handle of a pool may be equal to another one
        private boolean isOf(Object other) {
            return user == other;
        }
    }

    private static final Times NONE = new Times(0, Duration.ZERO);

    private final Object lock = new Object();
    private final List<Part> parts = new ArrayList<>();
    private Times left = NONE;

    /** One more number of a user, unless it is there already. */
    void add(Object user, Object meter, Supplier<Times> reading) {
        synchronized (lock) {
            if (parts.stream().noneMatch(part -> part.isOf(user) && part.meter.equals(meter))) {
                parts.add(new Part(user, meter, reading));
            }
        }
    }

    /** All that another one has, which is not used from now on. */
    void adopt(Totals other) {
        synchronized (other.lock) {
            synchronized (lock) {
                parts.addAll(other.parts);
                left = sum(left, other.left);
            }
        }
    }

    /** The numbers of a user stay as they are. */
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
