package io.github.ppool.time;

import io.github.ppool.guard.ForeignCode;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The real clock: {@link System#nanoTime()}, one daemon thread for all timers of the JVM and one for {@link
 * EarlyWaker}.
 */
final class SystemClock implements MonotonicClock {

    static final SystemClock INSTANCE = new SystemClock();

    private static final long IDLE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor timers = newTimers("ppool-timer");
    // on a thread of its own: a task that wrongly blocks the timers would delay every time-out as well
    private final ScheduledThreadPoolExecutor wakers = newTimers("ppool-waker");
    private final CoarseTime coarse = new CoarseTime(System::nanoTime, this::schedule);
    private final EarlyWaker earlyWaker = new EarlyWaker(this::openLater);

    private SystemClock() {}

    private static ScheduledThreadPoolExecutor newTimers(String name) {
        ScheduledThreadPoolExecutor made = new ScheduledThreadPoolExecutor(
                1,
                // no inheritable thread-locals: the thread would keep those of its first caller
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).name(name).factory());
        made.setRemoveOnCancelPolicy(true);
        made.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        made.allowCoreThreadTimeOut(true);
        return made;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long coarseNanoTime() {
        return coarse.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Objects.requireNonNull(task, "task must not be null");
        long delayNanos = Math.clamp(MonotonicClock.saturatedNanos(delay), 0, Long.MAX_VALUE / 2);
        SystemTimer timer = new SystemTimer(task);
        timer.future = timers.schedule(timer, delayNanos, TimeUnit.NANOSECONDS);
        return timer;
    }

    @Override
    public void parkUntil(Object blocker, long deadlineNanos) {
        long now = System.nanoTime();
        long nanos = deadlineNanos - now;
        if (nanos <= 0) {
            return;
        }
        // a platform thread's timed park needs no timer
        if (!Thread.currentThread().isVirtual() || !earlyWaker.park(blocker, deadlineNanos, now)) {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    @Override
    public void handOff(Executor executor, Runnable work) {
        executor.execute(work);
    }

    private void openLater(Runnable bucket, long delayNanos) {
        var unused = wakers.schedule(bucket, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public String toString() {
        return "SystemClock";
    }

    /**
     * Run and cancel race for one flag. The future alone does not suffice: its {@code cancel} returns true while the
     * task runs.
     */
    private static final class SystemTimer extends AtomicBoolean implements Timer, Runnable {
        private static final long serialVersionUID = 1L;

        private final transient Runnable task;
        private final transient @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
        // written and read by the thread that has the timer, never by the task
        private transient @Nullable Future<?> future;

        SystemTimer(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                // one broken task must not cost the others their thread
                ForeignCode.run("a timer's task", () -> {
                    Thread.currentThread().setContextClassLoader(loader);
                    task.run();
                });
            }
        }

        @Override
        public boolean cancel() {
            if (!compareAndSet(false, true)) {
                return false;
            }
            Future<?> scheduled = future;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            return true;
        }
    }
}
