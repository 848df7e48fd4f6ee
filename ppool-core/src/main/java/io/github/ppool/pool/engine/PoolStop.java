package io.github.ppool.pool.engine;

import io.github.ppool.guard.GuardedLog;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.Supervisor;
import io.github.ppool.time.MonotonicClock;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stop of one pool, of this very one and not of a name. It goes from step to step by itself, as the pool's workers
 * end and its times are over. Its caller may be interrupted or ended meanwhile, and no thread waits for it. A second
 * caller joins the stop; if it has less time, there is less.
 *
 * <p>{@link Step#DRAINING}: accepted work is finished. {@link Step#CLOSING}: the workers are told to close, all at the
 * same time. {@link Step#KILLING}: those are killed that have not closed in time. {@link Step#LEAVING}: the supervisor
 * above lets the pool's supervisor go, without a wait; then that one is stopped. {@link Step#TELLING}:
 * listeners are called, unless one of them blocks. {@link Step#GONE}: its name is given free. {@link Step#DONE}.
 *
 * <p>Its state is guarded by its monitor, under which no other code is called.
 */
final class PoolStop {

    private static final GuardedLog LOG = GuardedLog.of(PoolStop.class);

    /** The time that killed processes may take to end before they are left behind. */
    private static final Duration LAST = Duration.ofSeconds(1);

    private enum Step {
        DRAINING,
        CLOSING,
        KILLING,
        LEAVING,
        TELLING,
        GONE,
        DONE
    }

    private final PoolEngine<?> engine;
    private final Supplier<Supervisor> above;
    private final Runnable whenGone;
    private final MonotonicClock clock;

    private @Nullable Step step;
    private @Nullable Timer timer;
    private long drainUntilNanos;
    private long beganNanos;
    private long drainedNanos;
    private final List<Runnable> waiting = new ArrayList<>();

    /**
     * A stop, which has not begun.
     *
     * @param above the supervisor that the pool's supervisor is under
     * @param whenGone called when the pool is gone, before the callers that wait are told
     */
    PoolStop(PoolEngine<?> engine, Supplier<Supervisor> above, Runnable whenGone) {
        this.engine = engine;
        this.above = above;
        this.whenGone = whenGone;
        this.clock = engine.context.clock();
    }

    /** Begins, or joins a stop that has begun. Any thread; does not wait. */
    void begin(Duration drain) {
        long until = clock.deadlineAfter(drain);
        boolean first;
        synchronized (this) {
            first = step == null;
            if (first) {
                step = Step.DRAINING;
                beganNanos = clock.nanoTime();
            } else if (step != Step.DRAINING || drainUntilNanos - until <= 0) {
                return;
            }
            drainUntilNanos = until;
            cancelTimer();
        }
        if (drain.isNegative() || drain.isZero()) {
            close();
            return;
        }
        startTimer(Step.DRAINING, drain);
        if (first) {
            engine.operations.drain(this::look);
        }
        look();
    }

    /** The waits are over; processes that have not ended by now are killed. */
    void hurry() {
        begin(Duration.ZERO);
        timeOver(Step.CLOSING);
    }

    /** Runs an action when the stop is done, at once if it is. */
    void whenDone(Runnable told) {
        synchronized (this) {
            if (step != Step.DONE) {
                waiting.add(told);
                return;
            }
        }
        told.run();
    }

    private synchronized boolean isAt(Step expected) {
        return step == expected;
    }

    private boolean advance(Step from, Step to) {
        synchronized (this) {
            if (step != from) {
                return false;
            }
            step = to;
            cancelTimer();
            return true;
        }
    }

    private void startTimer(Step during, Duration time) {
        Timer started = clock.schedule(time, () -> clock.handOff(engine.context.forCalls(), () -> timeOver(during)));
        synchronized (this) {
            if (step == during) {
                cancelTimer();
                timer = started;
                return;
            }
        }
        started.cancel();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** The pool has changed. */
    private void look() {
        if (isAt(Step.DRAINING) && engine.operations.isDrained()) {
            close();
        } else if ((isAt(Step.CLOSING) || isAt(Step.KILLING)) && engine.operations.isClosed()) {
            leave();
        }
    }

    private void timeOver(Step during) {
        switch (during) {
            case DRAINING -> close();
            case CLOSING -> {
                if (advance(Step.CLOSING, Step.KILLING)) {
                    startTimer(Step.KILLING, LAST.compareTo(closing()) < 0 ? LAST : closing());
                    engine.operations.killAll();
                    look();
                }
            }
            case KILLING -> leave();
            case LEAVING -> {
                Pid pid = engine.core.supervisorPid();
                if (pid != null) {
                    engine.context.system().exit(pid, ExitReason.KILL);
                }
            }
            case TELLING -> done();
            case GONE, DONE -> {
                // there is no work left
            }
        }
    }

    private Duration closing() {
        return engine.spec().shutdown();
    }

    private void close() {
        if (advance(Step.DRAINING, Step.CLOSING)) {
            synchronized (this) {
                drainedNanos = clock.nanoTime() - beganNanos;
            }
            startTimer(Step.CLOSING, closing());
            engine.operations.shutDown(this::look);
            look();
        }
    }

    private void leave() {
        if (!advance(Step.CLOSING, Step.LEAVING) && !advance(Step.KILLING, Step.LEAVING)) {
            return;
        }
        startTimer(Step.LEAVING, LAST);
        letGo(engine, above.get(), this::tell);
    }

    /**
     * Takes the supervisor of a pool from under the one above, and stops it. The one above does not wait.
     *
     * @param then called when it has ended
     */
    static void letGo(PoolEngine<?> engine, Supervisor above, Runnable then) {
        above.deleteRunningChildAsync(engine.name()).whenComplete((result, thrown) -> {
            if (thrown != null) {
                LOG.debug("The supervisor above pool '{}' has ended, and the pool's with it", engine.name(), thrown);
            }
            Pid pid = engine.core.supervisorPid(); // no supervisor's child any more, so no supervisor starts it again
            if (pid == null) {
                then.run();
            } else {
                var unused = engine.context.system().onExit(pid, (ended, reason) -> then.run());
                Supervisor.of(engine.context.system(), pid).stopAsync();
            }
        });
    }

    private void tell() {
        if (advance(Step.LEAVING, Step.TELLING)) {
            startTimer(Step.TELLING, LAST);
            PoolGate<?> gate = engine.gate;
            if (gate != null) { // as a listener: it may block
                clock.handOff(engine.context.forCalls(), gate::close);
            }
            PoolRateShare<?> share = engine.share;
            if (share != null) {
                clock.handOff(engine.context.forCalls(), share::close);
            }
            engine.context.whenListenersIdle(this::done);
        }
    }

    private void done() {
        if (!advance(Step.TELLING, Step.GONE)) {
            return;
        }
        long drained;
        synchronized (this) {
            drained = drainedNanos;
        }
        engine.operations.logLostTasks(Duration.ofNanos(Math.max(0, drained)));
        whenGone.run();
        List<Runnable> told;
        synchronized (this) {
            step = Step.DONE; // not before the name is free: a caller that joins late is told at once
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(Runnable::run);
    }
}
