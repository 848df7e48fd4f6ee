package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolListener;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.Task;
import io.github.ppool.supervisor.SupervisorEvent;
import io.github.ppool.supervisor.SupervisorListener;
import io.github.ppool.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a pool's listener. Made without the engine's lock; an exception of the listener is logged. Without a
 * listener a call costs a look at a field.
 */
final class ListenerNotifier {

    private final AtomicReference<@Nullable PoolPhase> lastPhase = new AtomicReference<>();
    private final String pool;
    private final PoolListener listener;
    private final MonotonicClock clock;
    private final boolean listens;
    private final boolean notifiesTimes;
    private final boolean notifiesEnds;
    private final boolean notifiesEach;
    private final boolean tellsLeases;
    private final boolean sumsUsage;

    ListenerNotifier(PoolSpec<?> spec, MonotonicClock clock) {
        this.pool = spec.name();
        this.listener = spec.listener();
        this.clock = clock;
        this.listens = spec.listens();
        this.notifiesTimes = listens && wants(true, listener::wantsTaskTimes);
        this.notifiesEnds = listens && wants(true, listener::wantsTaskEnds);
        this.notifiesEach = notifiesTimes || notifiesEnds;
        this.tellsLeases = listens && wants(false, listener::wantsLeases);
        this.sumsUsage = listens && wants(false, listener::wantsUsage);
    }

    /** Asked once, when the pool is made: by then there was no event that the answer could miss. */
    private boolean wants(boolean ifItThrows, ForeignCode.Question<Boolean, RuntimeException> question) {
        boolean[] wants = {ifItThrows};
        ForeignCode.tell(this, () -> wants[0] = question.ask());
        return wants[0];
    }

    /** True if a listener gets the rare events. */
    boolean isEnabled() {
        return listens;
    }

    /** Whether the listener is told for how long each task waits and runs: only then times are to the nanosecond. */
    boolean notifiesTaskTimes() {
        return notifiesTimes;
    }

    /** True if a listener is told of each task that has its outcome. */
    boolean notifiesTaskEnds() {
        return notifiesEnds;
    }

    /** Whether the listener is called on the process of a worker for each task. */
    boolean notifiesEachTask() {
        return notifiesEach;
    }

    /** Whether the pool is to sum up for how long borrowers have its workers. */
    boolean sumsUsage() {
        return sumsUsage;
    }

    /** True if a listener is told the time of each lease. */
    boolean notifiesLeases() {
        return tellsLeases;
    }

    /** Tells a phase unless it was the last one that was told: several steps may lead to it. */
    void phaseChanged(PoolPhase phase) {
        if (lastPhase.getAndSet(phase) != phase) {
            tell(() -> listener.phaseChanged(pool, phase));
        }
    }

    void taskEnded(Task<?> task) {
        if (notifiesEnds) {
            tell(() -> listener.taskEnded(pool, task));
        }
    }

    void taskRan(Task<?> task, long beganAtNanos) {
        if (notifiesTimes) {
            Duration ran = since(beganAtNanos);
            tell(() -> listener.taskRan(pool, task, ran));
        }
    }

    /** A borrower that had to wait has its worker. */
    void servedSince(long sinceNanos) {
        if (listens) {
            served(clock.nanoTime() - sinceNanos);
        }
    }

    /** A borrower that had to wait for that time has its worker. */
    void served(long waitedNanos) {
        if (listens) {
            Duration waited = Duration.ofNanos(Math.max(0, waitedNanos));
            tell(() -> listener.served(pool, waited));
        }
    }

    /** A worker begins with a task that had to wait so long. */
    void served(Task<?> task, long waitedNanos) {
        if (notifiesTimes) {
            Duration waited = Duration.ofNanos(Math.max(0, waitedNanos));
            tell(() -> listener.taskServed(pool, task, waited));
        }
    }

    /** Only if the listener {@linkplain #notifiesLeases wants} to be told of leases. */
    void leaseEnded(long takenAtNanos) {
        Duration held = since(takenAtNanos);
        tell(() -> listener.leaseEnded(pool, held));
    }

    /** An event as a call of the listener's method for it. */
    @FunctionalInterface
    interface Event {
        void on(PoolListener listener, String pool);
    }

    /** Tells the listener a rare event. An event that needs neither a condition nor a clock needs no method here. */
    void tell(Event event) {
        tell(() -> event.on(listener, pool));
    }

    /** The listener of the pool's supervisor. */
    SupervisorListener ofSupervisor() {
        return new SupervisorListener() {
            @Override
            public void on(SupervisorEvent event) {
                tell((listener, pool) -> listener.supervised(pool, event));
            }

            /** {@link WorkerReports} does. */
            @Override
            public boolean logsCrashes() {
                return true;
            }
        };
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(Math.max(0, clock.nanoTime() - nanos));
    }

    private void tell(ForeignCode.Call call) {
        ForeignCode.tell(this, call);
    }

    @Override
    public String toString() {
        return "The listener of pool '" + pool + "'";
    }
}
