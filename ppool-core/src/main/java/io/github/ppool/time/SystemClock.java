package io.github.ppool.time;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real clock: {@link System#nanoTime()} and one daemon thread for all timers of the JVM. */
final class SystemClock implements MonotonicClock {

    static final SystemClock INSTANCE = new SystemClock();

    private static final Logger LOG = LoggerFactory.getLogger(SystemClock.class);
    private static final long IDLE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor timers;

    private SystemClock() {
        timers = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("ppool-timer").factory());
        timers.setRemoveOnCancelPolicy(true);
        timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timers.allowCoreThreadTimeOut(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        long delayNanos = Math.clamp(MonotonicClock.saturatedNanos(delay), 0, Long.MAX_VALUE / 2);
        var future = timers.schedule(() -> runLogged(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        long nanos = deadlineNanos - System.nanoTime();
        if (nanos > 0) {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    /** One broken task must not cost the others their thread. */
    static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A timer's task failed", e);
        }
    }

    @Override
    public String toString() {
        return "SystemClock";
    }
}
