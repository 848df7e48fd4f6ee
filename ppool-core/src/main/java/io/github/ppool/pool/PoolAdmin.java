package io.github.ppool.pool;

import java.util.Optional;

/**
 * The calls of an operator: they change pools that run. {@link Pools#admin()} returns them.
 *
 * <p>Application code starts, stops and finds its pools with {@link Pools}, and uses a pool with {@link PoolClient}.
 * This interface is for a console, an endpoint or a script that acts on pools by their names. The Spring Boot starter
 * calls it for the actions of the actuator endpoint {@code ppool}.
 *
 * <p>Every method may be called from any thread. {@link #suspend}, {@link #resume}, {@link #resize} and
 * {@link #deleteWorker} each take effect in one step under the lock of the pool, and wait for no worker.
 * {@link #restartPool} waits for a supervisor to start; don't call it from within a worker or a callback of the pool.
 * A method returns false, and has no effect, if no pool of the name exists.
 */
public interface PoolAdmin {

    /**
     * Suspends a pool: it hands out no more workers until {@link #resume}. Callers wait, or are refused if the pool is
     * configured so. Borrowed workers remain borrowed, and running tasks go on.
     *
     * @param name the name of the pool
     * @return true if the pool exists and was running
     */
    boolean suspend(String name);

    /**
     * Undoes {@link #suspend}. Also, if the pool is not suspended, creates at once the workers that a creation plan has
     * given up or postponed.
     *
     * @param name the name of the pool
     * @return true if the pool exists and was suspended
     */
    boolean resume(String name);

    /**
     * Changes the number of workers that a pool keeps. The pool creates additional workers in the background. It
     * dismisses surplus workers as they become idle, never while they are borrowed.
     *
     * @param name the name of the pool
     * @param size 0 or more; together with {@code maxOverflow} at most {@link PoolSpec#MOST_WORKERS}. If both are 0,
     *     the pool is always full, and the log warns of it
     * @param maxOverflow 0 or more
     * @return true if the pool exists
     * @throws IllegalArgumentException if a number is negative, or their sum is more than
     *     {@link PoolSpec#MOST_WORKERS} or less than {@link PoolSpec#minIdle}; the pool is unchanged
     */
    boolean resize(String name, int size, int maxOverflow);

    /**
     * Deletes a worker that has ended and waits for its restart. Its place is free then, and the pool creates another
     * worker when it needs one, as after the element {@code delete} of a plan. Don't delete the child at the supervisor
     * of the pool instead: the place of the worker would remain taken.
     *
     * @param name the name of the pool
     * @param child the id of the child specification of the worker, such as {@code smtp/1}
     * @return true if the pool exists and had such a worker, and the worker did not run
     */
    boolean deleteWorker(String name, String child);

    /**
     * Restarts a pool that is {@link PoolPhase#GAVE_UP}, with the same handle and configuration, and restarts the tree
     * first if it has given up too. Callers that hold the handle are served again. Blocks until the supervisor of the
     * pool runs; the workers are then created in the background.
     *
     * @param name the name of the pool
     * @return true if the pool exists and had given up; false also if it is being started or stopped
     * @throws PoolStoppedException if the supervisor of the pool could not be started; the pool has given up as before
     * @throws PoolInterruptedException if the calling thread is interrupted meanwhile; the pool has given up as before,
     *     and the interrupt flag is set
     */
    boolean restartPool(String name);

    /**
     * Looks at the workers and the queue of a pool, one by one. Takes the lock of the pool for some ten nanoseconds for
     * each worker and waiter.
     *
     * @param name the name of the pool
     * @param workers the most workers to look at, 0 or more
     * @param waiting the most callers and tasks to look at, 0 or more
     * @return the workers and the queue; empty if no such pool exists. If not overridden, always empty
     * @throws IllegalArgumentException if the pool exists and a number is negative
     */
    default Optional<PoolInspection> inspect(String name, int workers, int waiting) {
        return Optional.empty();
    }

    /**
     * Looks at the tasks of a pool whose time has not come, as {@link PoolClient#backlog} does.
     *
     * @param name the name of the pool
     * @param scheduled the most scheduled tasks to look at, 0 or more
     * @param keys the most keys to look at, 0 or more
     * @return the tasks and the keys; empty if no such pool exists. If not overridden, always empty
     * @throws IllegalArgumentException if the pool exists and a number is negative
     */
    default Optional<TaskBacklog> backlog(String name, int scheduled, int keys) {
        return Optional.empty();
    }

    /**
     * Counts the waits of tasks by their length. The pool does so from the first call on, until a call says otherwise.
     * Meanwhile each task that found no idle worker costs one addition more. Takes the lock of the pool for a moment.
     *
     * @param name the name of the pool
     * @param goOn true to go on counting, false to end and to forget the counts
     * @return the counts since the pool began to count; empty if no such pool exists. If not overridden, always empty
     */
    default Optional<TaskWaits> taskWaits(String name, boolean goOn) {
        return Optional.empty();
    }
}
