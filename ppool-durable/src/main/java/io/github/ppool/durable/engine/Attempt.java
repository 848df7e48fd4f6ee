package io.github.ppool.durable.engine;

import io.github.ppool.durable.engine.HandlerRun.Kind;
import io.github.ppool.durable.engine.HandlerRun.Ran;
import io.github.ppool.durable.store.ClaimedTask;
import io.github.ppool.durable.store.TaskStore.Progress;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task that this node has claimed, on its way through the pool's queue and a worker. It is settled once: when the
 * pool has told the outcome and the worker's thread has left the handler. So a handler that runs on after its process
 * was killed is not beside the next attempt.
 */
final class Attempt implements WorkerAction<Object, Exception> {

    /** The owner of attempts. No method may block. */
    interface Owner {
        /** An attempt begins on the process of a worker. */
        void begins(Attempt attempt);

        /** The pool has told the outcome: the place of the attempt is free. */
        void leavesPool(Attempt attempt);

        /** The attempt is settled. */
        void settled(Attempt attempt, Settled settled);
    }

    /** The next step for the task of a settled attempt. */
    enum Settled {
        /** To be ended. */
        SUCCEEDED,
        /** Its transaction has ended it. */
        COMMITTED,
        /** To be looked up: its transaction may have ended it. */
        DOUBTFUL,
        /** To be decided by the plan. */
        FAILED,
        /** To be given back. */
        NOT_BEGUN,
        /** To be removed. */
        CANCELLED,
        /** No write: it is no longer this node's. */
        VOID
    }

    private static final TaskOptions EXPENDABLE = TaskOptions.DEFAULT.withExpendable(true);

    private final Parts parts;
    private final HandlerRun runs;
    private final Owner owner;
    private final TaskHandler handler;
    private final ClaimedTask row;
    private final UUID node;
    private final long claimedAt;
    private final TaskInAttempt view;

    private volatile @Nullable Task<?> task;
    // Guarded by this
    private boolean begun;
    private boolean inside;
    private boolean over;
    private boolean settled;
    private boolean cancelled;
    private boolean ending;
    private long beganAt;
    private long endedAt;
    private @Nullable Ran ran;
    private @Nullable Throwable outcome;
    // The keeper's thread
    private @Nullable Progress written;

    Attempt(Parts parts, HandlerRun runs, Owner owner, TaskHandler handler, ClaimedTask row, UUID node,
            long claimedAt) {
        this.parts = parts;
        this.runs = runs;
        this.owner = owner;
        this.handler = handler;
        this.row = row;
        this.node = node;
        this.claimedAt = claimedAt;
        this.view = new TaskInAttempt(parts, row, node, handler.transactional(), this::isHeld);
    }

    ClaimedTask row() {
        return row;
    }

    UUID node() {
        return node;
    }

    boolean isTransactional() {
        return handler.transactional();
    }

    private boolean isHeld() {
        return parts.hold().isHeld(node);
    }

    /**
     * {@return the options of the task in the pool} The task is expendable, since its row is kept: a pool that sheds
     * waiters refuses it before callers that have no other way, and it is given back.
     */
    TaskOptions options() {
        Duration timeout = handler.timeout();
        return timeout == null ? EXPENDABLE : EXPENDABLE.withTimeout(timeout);
    }

    /** The pool has accepted the task. */
    void accepted(Task<?> accepted) {
        task = accepted;
        boolean toEnd;
        synchronized (this) {
            toEnd = ending; // the order came while the worker had begun, and this thread had not come so far
        }
        if (toEnd) {
            end(ExitReason.SHUTDOWN);
        }
        accepted.result().whenComplete((unused, failure) -> toldOutcome(failure));
    }

    /** The pool has not accepted the task: it never begins. False if it has begun all the same. */
    synchronized boolean withdraw() {
        settled = !begun;
        return settled;
    }

    // ---- on the process of the worker

    @Override
    public void run(Object worker) throws Exception {
        if (!enter()) {
            return;
        }
        Ran end = null;
        try {
            end = runs.run(handler, node, row, view, worker);
        } finally {
            left(end);
        }
        if (end.kind() == Kind.FAILED && end.failure() != null) {
            throw HandlerFailures.unchecked(end.failure());
        }
    }

    private boolean enter() {
        boolean held = isHeld();
        long now = parts.clock().nanoTime();
        boolean first;
        synchronized (this) {
            if (settled || ending || cancelled || !held) {
                return false;
            }
            inside = true;
            ran = null;
            first = !begun;
            if (first) {
                begun = true;
                beganAt = now;
            }
        }
        if (first) { // not again if the pool's own plan repeats the action
            owner.begins(this);
        }
        return true;
    }

    /** The worker's thread has left the handler. Without an end, the virtual machine has failed in between. */
    private void left(@Nullable Ran end) {
        long now = parts.clock().nanoTime();
        synchronized (this) {
            inside = false;
            ran = end;
            endedAt = now;
        }
        settleIfDone(false);
    }

    // ---- from the pool

    private void toldOutcome(@Nullable Throwable failure) {
        synchronized (this) {
            over = true;
            outcome = failure;
            if (begun && endedAt == 0) {
                endedAt = parts.clock().nanoTime();
            }
        }
        owner.leavesPool(this);
        settleIfDone(false);
    }

    /** True if the pool has told the outcome, and the thread still runs the handler. */
    synchronized boolean isLingering() {
        return over && inside && !settled;
    }

    /** Settles an attempt whose thread does not leave its handler. A transaction settles by itself, or not at all. */
    void giveUpWaiting() {
        if (!handler.transactional()) {
            settleIfDone(true);
        }
    }

    private void settleIfDone(boolean atOnce) {
        Settled what;
        synchronized (this) {
            if (settled || !over || (inside && !atOnce)) {
                return;
            }
            settled = true;
            what = what();
        }
        owner.settled(this, what);
    }

    private Settled what() {
        Ran last = ran;
        Kind kind = last == null || inside ? null : last.kind();
        if (kind == Kind.COMMITTED) {
            return Settled.COMMITTED;
        }
        if (kind == Kind.RETURNED) {
            return Settled.SUCCEEDED; // also if its process was killed at the last moment
        }
        if (kind == Kind.DOUBTFUL) {
            return Settled.DOUBTFUL;
        }
        if (kind == Kind.NOT_OURS) {
            return Settled.VOID;
        }
        if (cancelled) {
            return Settled.CANCELLED;
        }
        boolean endedByStop = ending
                && (outcome instanceof WorkerExitException || outcome instanceof PoolStoppedException);
        return !begun || kind == Kind.NOT_CALLED || endedByStop ? Settled.NOT_BEGUN : Settled.FAILED;
    }

    /** The end of a failed attempt. */
    synchronized FailureRecord failure() {
        Ran last = ran;
        Throwable thrown = last == null || inside ? null : last.failure();
        if (last != null && last.kind() == Kind.UNREADABLE && thrown != null) {
            return FailureRecord.unreadable(thrown);
        }
        Throwable told = outcome;
        if (told != null) {
            return FailureRecord.ofPool(told, thrown);
        }
        return FailureRecord.of(
                thrown == null ? new IllegalStateException("the attempt has ended without a result") : thrown);
    }

    // ---- times

    /** The time from the readiness to the begin. */
    synchronized long waitedNanos() {
        return row.waited().toNanos() + Math.max(0, beganAt - claimedAt);
    }

    /** The time from the begin to the end; zero if it has not begun. */
    synchronized long ranNanos() {
        return begun ? Math.max(0, endedAt - beganAt) : 0;
    }

    synchronized boolean isBegun() {
        return begun;
    }

    // ---- orders

    /** Takes the task out of the pool's queue, if it has not begun. It settles as not begun. */
    void revoke() {
        Task<?> accepted = task;
        if (accepted != null && accepted.state() == TaskState.QUEUED) {
            accepted.cancel();
        }
    }

    /**
     * An operator has cancelled the task: the first order ends the process in good order, each further one kills it.
     */
    void cancel() {
        boolean again;
        synchronized (this) {
            again = cancelled;
            cancelled = true;
        }
        end(again ? ExitReason.KILL : ExitReason.shutdown("cancelled"));
    }

    /** The node stops: the attempt ends, and is given back. */
    void endForStop() {
        synchronized (this) {
            ending = true;
        }
        end(ExitReason.SHUTDOWN);
    }

    private void end(ExitReason reason) {
        Task<?> accepted = task;
        if (accepted != null && !accepted.cancel()) {
            accepted.exit(reason);
        }
    }

    // ---- progress

    /** The last progress; null if the attempt has told none. Any thread. */
    @Nullable
    Progress progress() {
        return view.progress();
    }

    /** The progress that is not written yet; null if there is none. By the keeper's thread. */
    @Nullable
    Progress unwrittenProgress() {
        Progress last = view.progress();
        return last == null || last.equals(written) ? null : last;
    }

    /** By the keeper's thread. */
    void written(Progress progress) {
        written = progress;
    }

    @Override
    public String toString() {
        return "the durable task " + row.name() + " " + row.id();
    }
}
