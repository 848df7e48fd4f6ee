package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.Supervisor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle of a pool, its supervisor with its children, and its last failure: which phase it has, and whether it
 * serves callers and runs tasks. {@link PoolCore} extends it by the queue and the slots, so that the engine is one
 * object.
 *
 * <p>The state is guarded by the {@linkplain EngineLock lock} and changes in {@link #become} and in the two methods
 * about the supervisor only.
 */
abstract class PoolLifecycle<W> extends EngineLock<W> {

    private static final GuardedLog LOG = GuardedLog.of(PoolLifecycle.class);

    private final ListenerNotifier listeners;

    // Guarded by the lock.

    private Lifecycle lifecycle = Lifecycle.ACTIVE;
    private boolean suspended;
    /** Whether callers are served at once if a worker is idle: ACTIVE and not suspended. */
    private boolean serving = true;
    private @Nullable Supervisor supervisor;
    private int generation;
    private @Nullable ExitReason gaveUpWith;
    /** How the tree gave up, to be read after "has given up". */
    private String howGivenUp = "";
    private @Nullable Throwable lastFailure;
    /** Its text; taken where it came in, because it is foreign code. */
    private @Nullable FailureText lastFailureText;
    private final List<Runnable> whenChanged = new ArrayList<>();

    enum Lifecycle {
        ACTIVE,
        DRAINING,
        STOPPED,
        GAVE_UP
    }

    PoolLifecycle(
            PoolContext<W> context, IdleWorkers<W> workers, DeferredReturns<W> deferredReturns, CorePorts<W> ports) {
        super(context, workers, deferredReturns, ports);
        this.listeners = context.listeners();
    }

    final Lifecycle lifecycle() {
        return lifecycle;
    }

    final boolean isSuspended() {
        return suspended;
    }

    /** Whether callers are served at once if a worker is idle. */
    final boolean isServing() {
        return serving;
    }

    /** The one place that changes the lifecycle; {@link PoolCore} tells its parts. */
    void become(Lifecycle next, boolean suspends) {
        assert isHeldByCurrentThread();
        lifecycle = next;
        suspended = suspends;
        serving = next == Lifecycle.ACTIVE && !suspends;
        workers.reconcileAll();
    }

    /** While the lifecycle is ACTIVE. */
    final void suspend(boolean value) {
        become(Lifecycle.ACTIVE, value);
    }

    final void beginDraining() {
        become(Lifecycle.DRAINING, false);
    }

    final void stop() {
        become(Lifecycle.STOPPED, false);
    }

    /** The supervision tree has given up; {@code how} is to be read after "has given up". */
    final void giveUp(ExitReason reason, String how) {
        become(Lifecycle.GAVE_UP, suspended);
        gaveUpWith = reason;
        howGivenUp = how;
        supervisorEnded();
    }

    /** Undoes {@link #giveUp}; the supervisor is started later. */
    final void beginAgain() {
        become(Lifecycle.ACTIVE, false);
        gaveUpWith = null;
    }

    final @Nullable ExitReason gaveUpWith() {
        return gaveUpWith;
    }

    final String howGivenUp() {
        return howGivenUp;
    }

    /** Begins a generation of slots, and returns its number. */
    int supervisorStarted(Supervisor started) {
        assert isHeldByCurrentThread();
        generation++;
        supervisor = started;
        return generation;
    }

    final void supervisorEnded() {
        assert isHeldByCurrentThread();
        supervisor = null;
        generation++;
    }

    final @Nullable Supervisor supervisor() {
        return supervisor;
    }

    final int generation() {
        return generation;
    }

    final @Nullable Pid supervisorPid() {
        lockReserved();
        try {
            return supervisor == null ? null : supervisor.pid();
        } finally {
            unlock();
        }
    }

    /** The slot loses its place; the supervisor forgets its child, if it still knows it. */
    final void drop(Slot<W> slot, DeferredActions after) {
        assert isHeldByCurrentThread();
        if (slot.state == SlotState.GONE || (slot.orphan != null && slot.state == SlotState.DISMISSED)) {
            return;
        }
        if (slot.orphan == null) {
            workers.remove(slot);
        } else {
            // the slot keeps its place until the thread of its last process has left it
            workers.move(slot, SlotState.DISMISSED);
        }
        Supervisor above = supervisor;
        if (above != null && slot.generation == generation) {
            after.add(() -> removeChild(above, slot));
        }
    }

    /** Slots that only the old supervisor could have started again. Those with a process go when it has ended. */
    final void dropProcessless(DeferredActions after) {
        assert isHeldByCurrentThread();
        for (Slot<W> slot : workers.copy()) {
            if (slot.pid == null) {
                drop(slot, after);
            }
        }
    }

    static void removeChild(Supervisor above, Slot<?> slot) {
        above.terminateAndDeleteChildAsync(slot.childId).whenComplete((result, thrown) -> {
            if (thrown != null) {
                // it has ended, and all its children with it
                LOG.debug("{} could not be taken off its supervisor", slot.childId, thrown);
            }
        });
    }

    final boolean canServe() {
        return !suspended && (lifecycle == Lifecycle.ACTIVE || lifecycle == Lifecycle.DRAINING);
    }

    /** Under the lock: accepted tasks are worked on. */
    final boolean runsTasks() {
        return lifecycle == Lifecycle.ACTIVE || lifecycle == Lifecycle.DRAINING;
    }

    /** Under the lock: a task that runs by now will not run elsewhere. */
    final boolean isStopped() {
        return lifecycle == Lifecycle.STOPPED;
    }

    final PoolPhase phase() {
        return switch (lifecycle) {
            case DRAINING -> PoolPhase.DRAINING;
            case STOPPED -> PoolPhase.STOPPED;
            case GAVE_UP -> PoolPhase.GAVE_UP;
            case ACTIVE -> supervisor == null
                    ? PoolPhase.RECOVERING
                    : suspended ? PoolPhase.SUSPENDED : PoolPhase.RUNNING;
        };
    }

    /** Without a listener no call is handed to other threads: a pool that is stopped need not have any. */
    final void notifyPhase(DeferredActions after) {
        if (listeners.isEnabled()) {
            after.call(this::notifyPhase);
        }
    }

    final void notifyPhase() {
        PoolPhase now;
        lockReserved();
        try {
            now = phase();
        } finally {
            unlock();
        }
        listeners.phaseChanged(now);
    }

    /** Calls an action after each change, outside of the lock. */
    final void whenChanged(Runnable then) {
        assert isHeldByCurrentThread();
        whenChanged.add(then);
    }

    final void notWhenChanged(Runnable then) {
        assert isHeldByCurrentThread();
        whenChanged.remove(then);
    }

    /** Under the lock: waiters for an empty pool look again. */
    final void changed(DeferredActions after) {
        assert isHeldByCurrentThread();
        if (!whenChanged.isEmpty()) {
            List.copyOf(whenChanged).forEach(after::add);
        }
    }

    /** Under the lock. */
    final void recordFailure(Throwable failure, FailureText text) {
        assert isHeldByCurrentThread();
        lastFailure = failure;
        lastFailureText = text;
    }

    /** Under the lock, if an exception was thrown. */
    final void recordFailure(ExitReason reason) {
        assert isHeldByCurrentThread();
        reason.cause().ifPresent(thrown -> reason.causeText().ifPresent(text -> recordFailure(thrown, text)));
    }

    final @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    final @Nullable FailureText lastFailureText() {
        return lastFailureText;
    }

    /** Without the lock. */
    final PoolPhase currentPhase() {
        return underLock(this::phase);
    }

    /** For tests, under the lock: a sentence about the lifecycle that is wrong, or null. */
    final @Nullable String brokenLifecycle() {
        return serving == (lifecycle == Lifecycle.ACTIVE && !suspended)
                ? null
                : "serving " + serving + ", " + lifecycle + ", suspended " + suspended;
    }
}
