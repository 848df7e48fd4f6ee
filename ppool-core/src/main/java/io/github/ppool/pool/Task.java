package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Work that was handed over to a pool and accepted. It has exactly one outcome, which {@link #state} and
 * {@link #result} tell, whatever happens to the worker or to the pool. Each attempt runs at most once.
 *
 * <p>May be used from any thread.
 *
 * @param <R> the result
 */
public interface Task<R extends @Nullable Object> {

    /**
     * A number, unique within the pool. Tasks that are handed over later have greater ones; some numbers are left out.
     *
     * @return one or more
     */
    long id();

    /**
     * Where it is. A snapshot until it {@linkplain TaskState#isFinal() is final}.
     *
     * @return the state
     */
    TaskState state();

    /**
     * The process that runs it, or has run its last attempt.
     *
     * @return its pid, empty while it was not yet given to a worker
     */
    Optional<Pid> pid();

    /**
     * How many attempts have begun.
     *
     * @return zero or more; more than one only with a task-restart plan
     */
    int attempts();

    /**
     * The outcome. It completes with the result; or exceptionally with what the task threw, a
     * {@link WorkerExitException} if the process that ran it ended, a
     * {@link java.util.concurrent.CancellationException}, or the {@link PoolException} that says why it was rejected.
     * An exception whose {@code toString} throws or does not return comes in a
     * {@link java.util.concurrent.CompletionException}, because stages ask for it.
     *
     * <p>Dependents without an executor run on the thread that brought the outcome, often the worker's, and should be
     * short: until they have returned, that worker gets no other task. They hold up no timer and no supervisor. What
     * they throw is theirs; an interrupt that they leave behind is dropped on the worker's thread and stays on
     * threads that are no processes. Completing or cancelling the stage has no effect on the task.
     *
     * <p>A failure for which this method was not called within a second is logged, unless it is in the log already as
     * the crash of the worker, or with the stop of the pool.
     *
     * @return the same stage at each call
     */
    CompletionStage<R> result();

    /**
     * Keeps the task from being run if no worker has begun with it. Does not block.
     *
     * @return whether this call cancelled it; false if it runs or has an outcome
     */
    boolean cancel();

    /**
     * Sends an exit signal to the process that runs it: unless it traps exits it ends, this task fails with a
     * {@link WorkerExitException}, and the worker follows its restart plan. The signal meets this task only, never
     * one that the worker has begun with since. The thread of the process may still run the task: its worker is not
     * made again before that thread has left it (see {@link PoolSpec#orphanGrace}). Does not block. Stands for
     * {@code exit(Pid, Reason)} with the pid that {@code ppool:run} returns.
     *
     * @param reason why; {@link ExitReason#KILL} can't be trapped, and {@link ExitReason#NORMAL} is ignored by the
     *         process
     * @return whether the signal was sent; false if the task is not running, and then nothing is done
     */
    boolean exit(ExitReason reason);
}
