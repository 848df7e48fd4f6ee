package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of {@link PoolClient#broadcastResult} on each worker. An immutable value.
 *
 * @param outcomes one for each worker, in the order in which they ended
 * @param <R> the result of the work
 */
public record Broadcast<R extends @Nullable Object>(List<Outcome<R>> outcomes) {

    /** Copies the list. */
    public Broadcast {
        outcomes = List.copyOf(outcomes);
    }

    /** The ways in which the work on one worker ends. */
    public enum End {
        /** The work returned normally. */
        DONE,
        /** The work threw an exception. The worker crashed, unless it survives that exception. */
        FAILED,
        /** The worker ended before the work was done: it crashed, was retired, or was killed. */
        ENDED,
        /** The deadline came first. Work that had begun goes on; work that had not begun will not. */
        LATE
    }

    /**
     * The outcome of the work on one worker.
     *
     * @param pool the name of the worker's pool
     * @param worker the process of the worker
     * @param end how it ended
     * @param value the result; null unless the work is {@link End#DONE}
     * @param failure the exception of the work or of the worker's end; null if there is none
     * @param <R> the result of the work
     */
    public record Outcome<R extends @Nullable Object>(
            String pool, Pid worker, End end, @Nullable R value, @Nullable Throwable failure) {}

    /**
     * Tells whether the work was done on each worker.
     *
     * @return true if each outcome is {@link End#DONE}; true also if there was no worker
     */
    public boolean isDoneByAll() {
        return outcomes.stream().allMatch(outcome -> outcome.end() == End.DONE);
    }

    /**
     * Returns the outcomes of one kind.
     *
     * @param end the kind
     * @return the outcomes, in the order in which they ended
     */
    public List<Outcome<R>> ended(End end) {
        return outcomes.stream().filter(outcome -> outcome.end() == end).toList();
    }
}
