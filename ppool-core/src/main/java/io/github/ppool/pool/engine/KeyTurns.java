package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.DeferredActions;
import io.github.ppool.process.Pid;
import io.github.ppool.time.Timer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The turns of tasks with keys: a key goes from one task to the next. Each end of a task is a step to a final state
 * under the engine's lock, which counts once; the thread that takes the step calls {@link #ended} or {@link #done}. So
 * a key is passed on exactly once, however its task has ended.
 *
 * <p>The key of a task that a worker has done is passed on in the same section, and the worker may take the next task
 * at once. After any other end that is an action of its own after the section. A section may refuse many tasks while it
 * walks through the queue, and must not give workers to others meanwhile.
 */
final class KeyTurns<W> {

    /** The number of keys that are looked at before the lock is let go for a moment. */
    private static final int DUE_BATCH = 200;

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final Keys<W> keys;

    KeyTurns(PoolContext<W> context, PoolCore<W> core) {
        this.context = context;
        this.core = core;
        this.keys = core.keys;
    }

    /**
     * A task with a key is accepted.
     *
     * @param found the chain of its key; null if there is none
     */
    void accept(PoolTask<W, ?> task, @Nullable KeyChain<W> found, long nowNanos, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        task.waitsSince(nowNanos);
        if (keys.enter(task, found)) {
            enqueue(task, after);
        } else {
            core.queue.number(task);
            task.setHasWaited(true);
        }
    }

    /** The delay of a scheduled task with a key is over: it is handed over now, and goes behind all others. */
    void due(PoolTask<W, ?> task, long nowNanos, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        task.waitsSince(nowNanos);
        if (keys.join(task)) {
            enqueue(task, after);
        } else {
            task.setHasWaited(true);
        }
    }

    /** The task holds its key: into the queue, or to the worker that it prefers. */
    private void enqueue(PoolTask<W, ?> task, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        core.queue.add(task);
        if (core.queue.size() == 1 && core.canServe()) { // no waiter is before it
            Slot<W> slot = core.workers.pickPreferred(keys.preferred(task));
            if (slot != null) {
                core.reassign(slot, after, false);
            }
        }
        core.dispatchFor(task, after);
    }

    /** As part of the step of a task to any final state but DONE. Without effect if the task has no key. */
    void ended(PoolTask<W, ?> task, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (!task.isKeyed()) {
            return;
        }
        OuterTurn ofGroup = task.keyPlace().ofGroup;
        KeyChain<W> chain = keys.ended(task);
        if (ofGroup != null) {
            ofGroup.ended(after);
        } else if (chain != null) {
            passOnLater(chain, after);
        }
    }

    private void passOnLater(KeyChain<W> chain, DeferredActions after) {
        if (chain.hasNext()) {
            after.add(() -> passOn(chain));
        } else {
            keys.forgetIfOver(chain);
        }
    }

    /** Without the lock; any thread. Without effect if the key has been passed on meanwhile. */
    private void passOn(KeyChain<W> chain) {
        DeferredActions after = new DeferredActions();
        core.lockReserved();
        try {
            passOnNow(chain, after);
            core.changed(after);
        } finally {
            core.unlock();
        }
        after.runWithoutForeignCode(context); // the thread may be that of a timer or a supervisor
    }

    private void passOnNow(KeyChain<W> chain, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        PoolTask<W, ?> next = keys.passOn(chain);
        if (next != null) {
            enqueue(next, after);
        } else {
            keys.awaitRate(chain);
        }
    }

    /** On the clock's thread: the rate of some keys may permit a task, or is over. */
    void keysAreDue() {
        boolean more = true;
        while (more) {
            more = Boolean.TRUE.equals(core.decidedOnTimer(after -> {
                keys.ratesAreDue();
                for (int i = 0; i < DUE_BATCH; i++) {
                    KeyChain<W> chain = keys.pollDue();
                    if (chain == null) {
                        keys.scheduleRates();
                        core.changed(after);
                        return false;
                    }
                    PoolTask<W, ?> next = keys.passOn(chain);
                    if (next == null) {
                        keys.forgetIfOver(chain);
                    } else {
                        enqueue(next, after);
                    }
                }
                core.changed(after);
                return true;
            }));
        }
    }

    /**
     * The worker's process has done its task, which has a key, and asks for its next work afterwards. Closes the fast
     * paths, so the queue stands still.
     *
     * @param tells true if the process has to tell the outcome first: then another worker that is idle gets the next
     *     task of the key
     */
    void done(Slot<W> slot, PoolTask<W, ?> task, boolean tells, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        core.closeFastPaths();
        servedBy(task, slot);
        OuterTurn ofGroup = task.keyPlace().ofGroup;
        if (ofGroup != null) {
            ofGroup.ended(after);
            return;
        }
        KeyChain<W> chain = keys.ended(task);
        PoolTask<W, ?> next = chain == null ? null : keys.passOn(chain);
        if (chain != null && next == null) {
            keys.forgetIfOver(chain);
        } else if (next != null && tells) {
            enqueue(next, after);
        } else if (next != null) {
            core.queue.add(next);
        }
    }

    /**
     * A worker has served the key of a task.
     *
     * @param slot null if the worker has crashed
     */
    void servedBy(PoolTask<W, ?> task, @Nullable Slot<W> slot) {
        assert core.isHeldByCurrentThread();
        OuterTurn ofGroup = task.keyPlace().ofGroup;
        if (ofGroup != null) {
            ofGroup.servedBy(slot);
        } else {
            keys.servedBy(task, slot);
        }
    }

    /**
     * As {@link #done} and the choice of the next task, in a frequent case: no other waiter is in the queue. Then the
     * worker goes on with the next task of the key.
     *
     * @return the next task; null if the call has no effect
     */
    @Nullable
    PoolTask<W, ?> nextAtOnce(Slot<W> slot, PoolTask<W, ?> task) {
        assert core.isHeldByCurrentThread();
        KeyChain<W> chain = task.keyPlace().chain;
        PoolTask<W, ?> next = chain == null ? null : chain.first;
        if (chain == null || next == null || chain.threads > 0 || !core.beginNextOfKey(slot, next)) {
            return null;
        }
        keys.servedBy(task, slot);
        keys.ended(task);
        keys.passOn(chain);
        return next;
    }

    /** After {@link #done}: the process has its next command, and may have left the next task of the key to others. */
    void dispatchIfLeft(@Nullable WorkerCommand next, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (!(next instanceof PoolTask) && !core.queue.isEmpty()) {
            core.dispatch(after);
        }
    }

    /** A task waits for its next attempt: others of its key may go on if its options say so. */
    void delayed(PoolTask<W, ?> task, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (!task.isKeyed() || task.keyPlace().key.blocks()) {
            return;
        }
        OuterTurn ofGroup = task.keyPlace().ofGroup;
        if (ofGroup != null) {
            ofGroup.stepAside(after);
        } else {
            passOnLater(keys.stepAside(task), after);
        }
    }

    /** Whether the next attempt of a task that has failed now may be queued in this step. */
    boolean mayGoOn(PoolTask<W, ?> task) {
        assert core.isHeldByCurrentThread();
        OuterTurn ofGroup = task.isKeyed() ? task.keyPlace().ofGroup : null;
        return ofGroup == null || ofGroup.mayGoOn();
    }

    /**
     * Whether a task whose next attempt is due may be queued; only a task of a group may not.
     *
     * @param again called without a lock when it may
     */
    boolean mayReturn(PoolTask<W, ?> task, Runnable again, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        OuterTurn ofGroup = task.isKeyed() ? task.keyPlace().ofGroup : null;
        return ofGroup == null || ofGroup.returns(again, after);
    }

    /** The next attempt of a task is due: into the queue, or before those that wait for its key. */
    void requeue(PoolTask<W, ?> task, long nowNanos, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        if (!task.isKeyed() || task.isKeyedByGroup()) {
            core.enqueue(task, nowNanos, after);
            return;
        }
        task.waitsSince(nowNanos);
        KeyChain<W> chain = task.keyPlace().chain;
        if (keys.returns(task)) {
            enqueue(task, after);
        } else if (chain != null) {
            passOnNow(chain, after);
        }
    }

    /**
     * Before the step of a task whose process has ended. If the thread of that process may still run the task, the key
     * waits for it, at most for the pool's orphan grace.
     *
     * @param runsOn the process, if its thread may still run the task; null if the thread has left it
     */
    void processEnded(PoolTask<W, ?> task, @Nullable Pid runsOn, DeferredActions after) {
        assert core.isHeldByCurrentThread();
        KeyChain<W> chain = task.isKeyed() ? task.keyPlace().chain : null;
        OuterTurn ofGroup = task.isKeyed() ? task.keyPlace().ofGroup : null;
        if (chain == null && ofGroup == null) {
            return;
        }
        servedBy(task, null);
        Duration grace = context.spec().orphanGrace();
        if (runsOn == null || grace.isZero() || !context.system().isOrphaned(runsOn)) {
            return;
        }
        if (ofGroup != null || chain == null) {
            Objects.requireNonNull(ofGroup).holdForThread(runsOn, grace, after);
            return;
        }
        keys.holdForThread(chain);
        HeldForThread held = new HeldForThread(chain);
        after.add(() -> {
            held.timer = context.clock().schedule(grace, () -> threadLeft(held));
            context.system().onThreadEnd(runsOn, (process, reason) -> threadLeft(held));
        });
    }

    /** A thread that a key waits for; it counts until it has ended or the grace is over. */
    private final class HeldForThread {
        private final KeyChain<W> chain;
        /** Guarded by the engine's lock. */
        private boolean over;
        private volatile @Nullable Timer timer;

        private HeldForThread(KeyChain<W> chain) {
            this.chain = chain;
        }
    }

    /** Without the lock, on the thread that ends or on that of a timer. */
    private void threadLeft(HeldForThread held) {
        core.lockedAfterExitElsewhere(after -> {
            if (!held.over) {
                held.over = true;
                keys.threadLeft(held.chain);
                PoolTask<W, ?> next = keys.passOn(held.chain);
                if (next == null) {
                    keys.forgetIfOver(held.chain);
                } else {
                    enqueue(next, after);
                    core.changed(after);
                }
            }
        });
        Timer timer = held.timer;
        if (timer != null) {
            timer.cancel();
        }
    }
}
