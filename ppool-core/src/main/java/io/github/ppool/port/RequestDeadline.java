package io.github.ppool.port;

import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The deadline of the request that is in progress. A timer for each request would cost as much as a short request. So a
 * timer that is there already stays, and looks for the deadline of a later request when it goes off.
 *
 * <p>A request writes its deadline and then reads the time of the timer. The timer writes that it is gone and then
 * reads the deadline. At least one of the two sees the other, so no deadline is without a timer. The end of a request
 * and the end of its time race for the deadline: one of them takes it away.
 */
final class RequestDeadline {

    private static final long NONE = Long.MAX_VALUE;
    private static final long EXPIRED = Long.MAX_VALUE - 1;

    private final MonotonicClock clock;
    private final Consumer<Duration> late;
    private final AtomicLong deadlineNanos = new AtomicLong(NONE);
    private volatile long armedNanos = NONE;
    private volatile Duration timeout = Duration.ZERO;

    /**
     * Makes a deadline.
     *
     * @param late called on a thread of the clock with the time-out, which is over
     */
    RequestDeadline(MonotonicClock clock, Consumer<Duration> late) {
        this.clock = clock;
        this.late = late;
    }

    /** By the thread of the request. */
    void begin(Duration allowed) {
        long nanos = Math.min(MonotonicClock.saturatedNanos(allowed), NONE / 2);
        long until = clock.nanoTime() + nanos;
        until = until >= EXPIRED ? EXPIRED - 1 : until;
        timeout = allowed;
        deadlineNanos.set(until);
        long armed = armedNanos;
        if (armed == NONE || armed - until > 0) {
            arm(until, nanos);
        }
    }

    /**
     * By the thread of the request.
     *
     * @return false if the time was over before
     */
    boolean end() {
        return deadlineNanos.getAndUpdate(until -> until == EXPIRED ? until : NONE) != EXPIRED;
    }

    private void arm(long until, long nanos) {
        armedNanos = until;
        var unused = clock.schedule(Duration.ofNanos(Math.max(0, nanos)), () -> lookAt(until));
    }

    /** On a thread of the clock. */
    private void lookAt(long armed) {
        if (armedNanos == armed) {
            armedNanos = NONE;
        }
        long until = deadlineNanos.get();
        if (until >= EXPIRED) {
            return;
        }
        long left = until - clock.nanoTime();
        if (left > 0) {
            long other = armedNanos;
            if (other == NONE || other - until > 0) {
                arm(until, left);
            }
        } else {
            Duration over = timeout;
            if (deadlineNanos.compareAndSet(until, EXPIRED)) {
                late.accept(over);
            }
        }
    }
}
