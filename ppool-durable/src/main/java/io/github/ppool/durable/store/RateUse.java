package io.github.ppool.durable.store;

import io.github.ppool.pool.Rate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The begins of a rate: the times at which a number of tasks may begin again. Each begin is given back when the
 * time of the rate has passed since, rounded up to a sixtieth of that time. So in no window of that time more tasks
 * begin than the rate says, and a text of bounded length holds the state.
 */
final class RateUse {

    private static final int PARTS = 60;

    /** A rate whose time was changed several times has more parts for a while. */
    private static final int MOST = 150;

    /** A number of begins that come back at a time in milliseconds. */
    private record Part(long freeAt, int count) {}

    private final List<Part> parts = new ArrayList<>();

    /** Reads the state; begins that have come back are left out. */
    RateUse(String text, long now) {
        for (String part : text.split(";", -1)) {
            int colon = part.indexOf(':');
            if (colon > 0) {
                Part read = new Part(Long.parseLong(part.substring(0, colon)),
                        Integer.parseInt(part.substring(colon + 1)));
                if (read.freeAt > now) {
                    parts.add(read);
                }
            }
        }
    }

    /** The number of tasks that may begin now. */
    int free(Rate rate) {
        long used = 0;
        for (Part part : parts) {
            used += part.count;
        }
        return (int) Math.max(0, rate.permits() - used);
    }

    /** The time until one more task may begin, where none may now. */
    Duration pause(Rate rate, long now) {
        long excess = -rate.permits();
        for (Part part : parts) {
            excess += part.count;
        }
        List<Part> first = TaskSql.sorted(parts, java.util.Comparator.comparingLong(Part::freeAt));
        long pause = 0;
        for (Part part : first) {
            if (excess < 0) {
                break;
            }
            excess -= part.count;
            pause = part.freeAt - now;
        }
        return Duration.ofMillis(pause);
    }

    void take(Rate rate, long now, int count) {
        if (count > 0) {
            long time = rate.period().toMillis();
            long width = Math.max(1, time / PARTS);
            long freeAt = Math.floorDiv(now, width) * width + width + time;
            if (parts.size() >= MOST) {
                Part first = parts.remove(0);
                parts.set(0, new Part(Math.max(first.freeAt, parts.get(0).freeAt), first.count + parts.get(0).count));
            }
            int last = parts.size() - 1;
            if (last >= 0 && parts.get(last).freeAt == freeAt) {
                parts.set(last, new Part(freeAt, parts.get(last).count + count));
            } else {
                parts.add(new Part(freeAt, count));
            }
        }
    }

    /** The time at which all have come back. */
    long freeAt() {
        return parts.stream().mapToLong(Part::freeAt).max().orElse(0);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.freeAt).append(':').append(part.count).append(';');
        }
        return text.toString();
    }
}
