package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Work that a pool has accepted. Each task gets exactly one outcome, also if its worker crashes or the pool stops;
 * {@link #state} and {@link #result} tell it. Each attempt runs at most once.
 *
 * <p>Any thread may use a task; no method blocks. Memory effects: actions of the task <em>happen-before</em> the
 * completion of {@link #result}. Stands for the pid that {@code ppool:run} returns.
 *
 * @param <R> the result
 */
public interface Task<R extends @Nullable Object> {

    /**
     * Returns a number that is unique within the pool. A task that is handed over later has a greater number; some
     * numbers are left out.
     *
     * @return one or more
     */
    long id();

    /**
     * Tells how far the task is. A snapshot until the state {@linkplain TaskState#isFinal() is final}.
     *
     * @return the state
     */
    TaskState state();

    /**
     * Returns the process that runs the task, or has run its last attempt.
     *
     * @return its pid, empty while no worker has begun
     */
    Optional<Pid> pid();

    /**
     * Returns the number of attempts that have begun.
     *
     * @return zero or more; more than one only with a task-restart plan
     */
    int attempts();

    /**
     * Returns the outcome. The stage completes with the result, or exceptionally with one of these:
     *
     * <ul>
     *   <li>the exception of the task;
     *   <li>a {@link WorkerExitException} if the process of the task ended;
     *   <li>a {@link java.util.concurrent.TimeoutException} if the attempt ran longer than its time-out;
     *   <li>a {@link java.util.concurrent.CancellationException} after {@link #cancel};
     *   <li>the {@link PoolException} with which the task was rejected.
     * </ul>
     *
     * <p>Stages ask an exception for its text. An exception with a {@code toString} that throws or does not return
     * therefore comes inside a {@link java.util.concurrent.CompletionException}.
     *
     * <p>Dependents without an executor run on the thread that brings the outcome, often the worker's, and should be
     * short: until they have returned, that worker gets no other task. They hold up no timer and no supervisor. An
     * interrupt that a dependent leaves behind is dropped on the worker's thread, and stays on threads that are no
     * processes. Completing or cancelling the stage has no effect on the task.
     *
     * <p>If this method is not called within a second after a failure, the failure is logged. It is not logged if the
     * log has it already, as the crash of the worker or with the stop of the pool.
     *
     * @return the same stage at each call
     */
    CompletionStage<R> result();

    /**
     * Cancels the task while it is {@link TaskState#QUEUED}, before its first attempt or between two attempts. Does not
     * block.
     *
     * @return true if this call has cancelled the task; false if the task runs or has an outcome
     */
    boolean cancel();

    /**
     * Sends an exit signal to the process that runs the task. Unless the process traps exits it ends, this task fails
     * with a {@link WorkerExitException}, and the worker follows its restart plan. Does not block. Stands for
     * {@code exit(Pid, Reason)} with the pid that {@code ppool:run} returns.
     *
     * <p>The signal meets this task only, never a later task of the same worker. The thread of the process may still
     * run the task: its worker is not made again before that thread has left it (see {@link PoolSpec#orphanGrace}).
     *
     * @param reason the reason; a process can't trap {@link ExitReason#KILL}, and it ignores {@link ExitReason#NORMAL}
     * @return true if the signal was sent; false if the task is not running, and then the call has no effect
     * @throws NullPointerException if the reason is null; the call has no effect
     */
    boolean exit(ExitReason reason);
}
