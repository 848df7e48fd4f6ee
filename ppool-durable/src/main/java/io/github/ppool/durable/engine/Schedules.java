package io.github.ppool.durable.engine;

import io.github.ppool.durable.engine.TaskHandler.FireTimes;
import io.github.ppool.durable.store.NewTask;
import io.github.ppool.durable.store.TaskStore;
import io.github.ppool.durable.store.TaskStore.Schedule;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.ForeignCode;
import io.github.ppool.guard.GuardedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Enqueues the tasks of schedules. Each node tries, and the first one does. Of the times that all nodes have missed,
 * the last one is made up for.
 */
final class Schedules implements Loop.Turn {

    private static final GuardedLog LOG = GuardedLog.of(Schedules.class);

    /** The longest sleep: the clock of the database may be set. */
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration FIRST_STEP = Duration.ofMinutes(1);
    private static final Duration LAST_STEP = Duration.ofDays(5_000);

    private final Parts parts;
    private final Results.Ready ready;
    private final List<Timetable> timetables = new ArrayList<>();

    /** The schedule of a handler. */
    private static final class Timetable {
        private final TaskHandler handler;
        private final FireTimes times;
        private long next;

        Timetable(TaskHandler handler, FireTimes times, long next) {
            this.handler = handler;
            this.times = times;
            this.next = next;
        }
    }

    Schedules(Parts parts, Results.Ready ready, Collection<TaskHandler> handlers) {
        this.parts = parts;
        this.ready = ready;
        for (TaskHandler handler : handlers) {
            FireTimes times = handler.fireTimes();
            if (times != null) {
                timetables.add(new Timetable(handler, times, parts.clock().nanoTime()));
            }
        }
    }

    @Override
    public long run() {
        long next = parts.clock().nanoTime() + LONGEST.toNanos();
        for (Timetable timetable : timetables) {
            if (parts.clock().nanoTime() - timetable.next >= 0) {
                Duration wait = fireIfDue(timetable, parts.own());
                timetable.next = parts.clock().nanoTime() + wait.toNanos();
            }
            if (timetable.next - next < 0) {
                next = timetable.next;
            }
        }
        return timetables.isEmpty() ? Loop.UNTIL_WOKEN : Math.max(0, next - parts.clock().nanoTime());
    }

    /** Enqueues the tasks that are due, by a call from outside of the thread of the turns. */
    void fireDue(TaskStore store) {
        timetables.forEach(timetable -> fireIfDue(timetable, store));
    }

    /** Enqueues a task if its time has come. Returns the time until it is to be looked at again. */
    private Duration fireIfDue(Timetable timetable, TaskStore store) {
        TaskHandler handler = timetable.handler;
        Schedule schedule = store.schedule(handler.name());
        Instant last = schedule.last();
        Instant now = schedule.now();
        try {
            Instant due = lastDue(timetable.times, last, now);
            if (due != null) {
                if (store.fire(handler.name(), last, due, task(handler, due))) {
                    ready.ready(handler.pool());
                    last = due;
                } else {
                    return Duration.ZERO; // another node was first
                }
            }
            Instant next = after(timetable.times, last);
            return next == null ? LONGEST : shorter(LONGEST, Duration.between(now, next));
        } catch (FireTimesException failed) {
            LOG.warn("durable tasks: the fire times of {} can't be computed: {}", handler.name(),
                    FailureText.of(Objects.requireNonNull(failed.getCause())));
            return LONGEST;
        }
    }

    private NewTask task(TaskHandler handler, Instant due) {
        return new NewTask(
                handler.pool(),
                handler.name(),
                handler.version(),
                "cron " + due,
                null,
                0,
                parts.settings().ageing(),
                null,
                null,
                null,
                null);
    }

    private static Duration shorter(Duration one, Duration other) {
        Duration shorter = one.compareTo(other) < 0 ? one : other;
        return shorter.isNegative() ? Duration.ZERO : shorter;
    }

    /**
     * The last fire time after {@code last} and not after {@code now}; null if there is none. It looks back by growing
     * steps, so that a schedule of seconds that was away for a year does not count them all.
     */
    static @Nullable Instant lastDue(FireTimes times, Instant last, Instant now) {
        Instant first = after(times, last);
        if (first == null || first.isAfter(now)) {
            return null;
        }
        for (Duration step = FIRST_STEP; step.compareTo(LAST_STEP) < 0; step = step.multipliedBy(4)) {
            Instant from = now.minus(step);
            if (!from.isAfter(first)) {
                break;
            }
            Instant found = after(times, from);
            if (found != null && !found.isAfter(now)) {
                return lastFrom(times, found, now);
            }
        }
        return lastFrom(times, first, now);
    }

    private static Instant lastFrom(FireTimes times, Instant found, Instant now) {
        Instant due = found;
        Instant next = after(times, due);
        while (next != null && !next.isAfter(now)) {
            due = next;
            next = after(times, due);
        }
        return due;
    }

    /** Asks the foreign code for the next time, which must be later. */
    private static @Nullable Instant after(FireTimes times, Instant time) {
        @Nullable
        Instant next;
        try {
            next = ForeignCode.<@Nullable Instant, RuntimeException>ask(() -> times.after(time));
        } catch (RuntimeException | Error failed) {
            throw new FireTimesException(failed);
        }
        if (next != null && !next.isAfter(time)) {
            throw new FireTimesException(
                    new IllegalStateException("the fire time after " + time + " must be later, got: " + next));
        }
        return next;
    }

    private static final class FireTimesException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FireTimesException(Throwable cause) {
            super(cause);
        }
    }
}
