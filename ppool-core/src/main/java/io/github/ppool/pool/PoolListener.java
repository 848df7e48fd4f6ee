package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;

/**
 * Is told what happens in a pool, apart from the checkouts and check-ins that go well at once. Called holding no
 * lock, after the fact, and after the pool has done its own duties: waiting callers are awake by then.
 *
 * <p>The thread is the one that made it happen: a caller's, or that of a worker's process. A timer hands the call to
 * one of the pool's own platform threads. The supervisor's process tells {@link #supervised}; all else that it finds
 * out is handed on, too. So calls may come at the same time and, from different threads, in another order than that of
 * the events. A stop of the pool waits until all is told, at most a second.
 *
 * <p>A listener must be short and must not block. One that blocks holds up the thread that calls it: a caller does
 * not get its answer, and the worker whose process tells gets no task, though a borrower may get it. Whatever a
 * listener throws is logged and changes nothing, errors of the virtual machine included. An interrupt that it leaves
 * behind is dropped on any thread but that of a process that was ended meanwhile; an interrupt that was pending
 * before stays pending. The context class loader of the thread is put back.
 */
public interface PoolListener {

    /**
     * A worker was made and is ready.
     *
     * @param pool the name of the pool
     * @param worker its process
     * @param took how long it took to make
     */
    default void workerReady(String pool, Pid worker, Duration took) {}

    /**
     * A worker could not be made, in whatever way: {@link WorkerFactory#create} threw, returned null or took too
     * long, or its process ended. The pool tries again as its creation plan says.
     *
     * @param pool the name of the pool
     * @param cause why; a {@link java.util.concurrent.TimeoutException} if it took too long, a
     *     {@link WorkerExitException} if the process ended without an exception
     * @param inARow how many times in a row, over all workers of the pool
     */
    default void workerNotMade(String pool, Throwable cause, int inARow) {}

    /**
     * The process of a worker ended.
     *
     * @param pool the name of the pool
     * @param worker its process
     * @param reason why; {@link ExitReason#isOrderly()} if it was dismissed
     */
    default void workerExited(String pool, Pid worker, ExitReason reason) {}

    /**
     * A borrower waited for a worker and got it, or a worker began with a task that had to wait. Not told of those who
     * found an idle worker, nor of further attempts of a task. Of tasks it is told by {@link #taskServed}.
     *
     * @param pool the name of the pool
     * @param waited how long
     */
    default void served(String pool, Duration waited) {}

    /**
     * A worker begins with the first attempt of a task that had to wait. Told only if {@link #wantsTaskTimes}, on the
     * process of the worker. Unless it is overridden, {@link #served} is told instead.
     *
     * @param pool the name of the pool
     * @param task the task
     * @param waited how long it was in the queue
     */
    default void taskServed(String pool, Task<?> task, Duration waited) {
        served(pool, waited);
    }

    /**
     * A caller or a task was turned away.
     *
     * @param pool the name of the pool
     * @param refusal what it was told
     */
    default void refused(String pool, PoolException refusal) {}

    /**
     * A task has its outcome. Told only if {@link #wantsTaskEnds}.
     *
     * @param pool the name of the pool
     * @param task the task
     */
    default void taskEnded(String pool, Task<?> task) {}

    /**
     * A worker has done with a task, well or not: told once for each attempt that came to its end by itself, on the
     * worker's process. One whose process was ended by a signal is not told of. Told only if {@link #wantsTaskTimes}.
     *
     * @param pool the name of the pool
     * @param task the task; its outcome may not be there yet
     * @param ran how long the attempt took
     */
    default void taskRan(String pool, Task<?> task, Duration ran) {}

    /**
     * Something happened under the supervisor of the pool: children are its workers' processes. Called in the order of
     * the events, one at a time, and must not wait for the supervisor's answer: see
     * {@link io.github.ppool.supervisor.SupervisorListener#on}, also for the thread.
     *
     * @param pool the name of the pool
     * @param event what
     */
    default void supervised(String pool, SupervisorEvent event) {}

    /**
     * A lease was dropped without being closed; the worker was crashed to get its place back. Looked for where {@link
     * PoolSpec#leakDetection} is on, and always for leases of {@code checkoutAsync} that have no owner.
     *
     * @param pool the name of the pool
     * @param worker its process
     * @param taken which thread took it; its stack trace, which says where, is empty unless leak detection is on
     */
    default void leaseLeaked(String pool, Pid worker, Throwable taken) {}

    /**
     * A lease goes on for longer than {@link PoolSpec#leakDetectionThreshold}. Told once for each lease; the worker
     * stays with its holder.
     *
     * @param pool the name of the pool
     * @param worker its process
     * @param held for how long by now
     * @param taken where it was taken, with the thread
     */
    default void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {}

    /**
     * Whether {@link #taskServed} and {@link #taskRan} are to be told. Asked once, when the pool is made. True costs
     * each task two readings of the clock beside the calls themselves. {@link PoolStatus#tasks} has the sums of these
     * times at no cost.
     *
     * <p>If it throws, that is logged and counts as true.
     *
     * @return if not overridden, whether the class of this listener overrides {@link #served}, {@link #taskServed} or
     *     {@link #taskRan}; true where that can't be found out, as in a native image without a hint
     */
    default boolean wantsTaskTimes() {
        return Overrides.any(this, "served", String.class, Duration.class)
                || Overrides.any(this, "taskServed", String.class, Task.class, Duration.class)
                || Overrides.any(this, "taskRan", String.class, Task.class, Duration.class);
    }

    /**
     * Whether {@link #taskEnded} is to be told. Asked once, when the pool is made. True costs each task the call
     * itself, and its worker the way on which it begins with the next task without asking anything.
     * {@link PoolStatus#tasks} has the numbers of outcomes at no cost.
     *
     * <p>If it throws, that is logged and counts as true.
     *
     * @return if not overridden, whether the class of this listener overrides {@link #taskEnded}; true where that
     *     can't be found out
     */
    default boolean wantsTaskEnds() {
        return Overrides.any(this, "taskEnded", String.class, Task.class);
    }

    /**
     * Whether {@link #leaseEnded} is to be told. Asked once, when the pool is made; true costs each checkout and each
     * check-in a reading of the clock, and {@link PoolStrategy#AFFINE} and {@link PoolStrategy#LIFO} their way
     * without the lock. If it throws, that is logged and counts as false.
     *
     * @return false if not overridden
     */
    default boolean wantsLeases() {
        return false;
    }

    /**
     * Whether {@link PoolStatus#leases} is to be kept. Asked once, when the pool is made; true costs each lease two
     * additions and a look at the coarse clock, and to the nanosecond only where the worker was idle for a while. If
     * it throws, that is logged and counts as false.
     *
     * @return false if not overridden
     */
    default boolean wantsUsage() {
        return false;
    }

    /**
     * A borrower has given back a worker. Told only if {@link #wantsLeases}, on the thread that gives it back.
     *
     * @param pool the name of the pool
     * @param held how long the borrower had it
     */
    default void leaseEnded(String pool, Duration held) {}

    /**
     * The pool is in another phase.
     *
     * @param pool the name of the pool
     * @param phase the new phase
     */
    default void phaseChanged(String pool, PoolPhase phase) {}
}
