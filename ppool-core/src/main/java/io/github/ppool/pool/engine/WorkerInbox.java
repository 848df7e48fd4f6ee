package io.github.ppool.pool.engine;

import org.jspecify.annotations.Nullable;

/**
 * The pool's side of a worker's process: the commands of the pool, and its records of the process. A base class of the
 * process itself, so that each finds the fields without a step in between.
 */
abstract class WorkerInbox<W> {

    /**
     * Wakes the process of a worker, without a content: the process finds its command in the inbox. Foreign code that
     * receives the message does no harm.
     */
    static final Object WAKE_UP = new Object() {
        @Override
        public String toString() {
            return "a pool's wake-up";
        }
    };

    /**
     * The next command. The lock holder writes it, and only while the process has no work; the process clears it.
     * Not a message, because tasks and all other foreign code on this thread may receive messages.
     */
    private volatile @Nullable WorkerCommand command;
    /** The process runs foreign code although its worker is free. Set under the lock, cleared by the process. */
    private volatile boolean notifying;
    /**
     * The pool wants to know when that is over. Set under the lock. Both are volatile: either the lock holder sees the
     * one, or the process the other.
     */
    private volatile boolean callbackRequested;

    /** Of the tasks of the process. */
    final TaskCounts counts = new TaskCounts();
    /**
     * Whether the process had rested before the task that it runs: then the run time of that task is worth two readings
     * of the clock. The process's own.
     */
    boolean timesExactly;

    // ---- under the engine's lock

    /** To be followed by a wake-up. A command that was given before and not taken is void. */
    final void send(WorkerCommand given) {
        command = given;
    }

    /** Whether foreign code runs although the worker is free: the process can't begin with a task. */
    final boolean isNotifying() {
        return notifying;
    }

    /** False if that is over meanwhile; else the pool is told when it is over. */
    final boolean requestCallback() {
        callbackRequested = true;
        return notifying;
    }

    /** Whether a task waits for this worker and for no other one. */
    final boolean isPromised() {
        return callbackRequested;
    }

    /** The waiter that waited for this worker is served now. */
    final void clearCallback() {
        callbackRequested = false;
    }

    final void beginNotifying(boolean value) {
        if (value) {
            notifying = true;
        }
    }

    // ---- the process

    /** Ends a {@link #beginNotifying}, without effect if there was none. True if the pool is to be told. */
    final boolean endNotifyingQuietly() {
        if (notifying) {
            notifying = false;
            return callbackRequested;
        }
        return false;
    }

    /** The next command, which is taken; null if there is none. */
    final @Nullable WorkerCommand takeCommand() {
        WorkerCommand given = command;
        if (given != null) {
            command = null;
        }
        return given;
    }
}
