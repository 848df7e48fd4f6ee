package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import io.github.ppool.supervisor.SupervisorEvent;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Receives the events of a pool, except for checkouts and check-ins that succeed at once. The pool calls a listener
 * after the event and without a lock, when it has done its own duties: waiting callers are awake by then.
 *
 * <p>The thread that caused the event makes the call: a caller, or the process of a worker. A timer hands the call to
 * one of the pool's own platform threads. The process of the supervisor calls {@link #supervised} and hands all other
 * calls on. So calls may overlap, and calls from different threads may come in another order than their events. A stop
 * of the pool waits until all calls are made, but a second at most.
 *
 * <p>A listener must be short and must not block. One that blocks holds up the thread that calls it: a caller does not
 * get its answer. The worker of a process that calls gets no task meanwhile, though a borrower may get it.
 *
 * <p>The pool logs each exception of a listener, errors of the virtual machine included, and goes on. It drops an
 * interrupt that the listener leaves behind, except on the thread of a process that was ended meanwhile. An interrupt
 * that was pending before stays pending. The context class loader of the thread is restored. A thread that makes a call
 * may serve other pools next: the pool empties the logging context (MDC) of its own threads, and a listener must remove
 * any other thread-local that it sets.
 *
 * <p>Any number of pools may share a listener. Poolboy has no counterpart; OTP has the reports of its supervisors.
 */
public interface PoolListener {

    /**
     * A worker was made and is ready.
     *
     * @param pool the name of the pool
     * @param worker the process of the worker
     * @param took the time that it took to make
     */
    default void workerReady(String pool, Pid worker, Duration took) {
        forward(other -> other.workerReady(pool, worker, took));
    }

    /**
     * An attempt to make a worker has failed: {@link WorkerFactory#create} threw, returned null or took too long, or
     * its process ended. The pool tries again by its creation plan.
     *
     * @param pool the name of the pool
     * @param cause the failure: a {@link java.util.concurrent.TimeoutException} if the attempt took too long, a
     *     {@link WorkerExitException} if the process ended without an exception
     * @param inARow the number of failures in a row, over all workers of the pool
     */
    default void workerNotMade(String pool, Throwable cause, int inARow) {
        forward(other -> other.workerNotMade(pool, cause, inARow));
    }

    /**
     * The process of a worker ended.
     *
     * @param pool the name of the pool
     * @param worker the process of the worker
     * @param reason the exit reason; {@link ExitReason#isOrderly()} if the worker was dismissed
     */
    default void workerExited(String pool, Pid worker, ExitReason reason) {
        forward(other -> other.workerExited(pool, worker, reason));
    }

    /**
     * A borrower that had to wait got a worker, or a worker began with a task that had to wait. Not called for a caller
     * that found an idle worker, nor for a further attempt of a task. For tasks, {@link #taskServed} makes this call.
     *
     * @param pool the name of the pool
     * @param waited the time of the wait
     */
    default void served(String pool, Duration waited) {}

    /**
     * A worker begins with the first attempt of a task that had to wait. Called on the process of the worker, and only
     * if {@link #wantsTaskTimes}. By default it calls {@link #served}.
     *
     * @param pool the name of the pool
     * @param task the task
     * @param waited the time in the queue
     */
    default void taskServed(String pool, Task<?> task, Duration waited) {
        served(pool, waited);
    }

    /**
     * A caller or a task was refused.
     *
     * @param pool the name of the pool
     * @param refusal the exception that the caller or the task gets
     */
    default void refused(String pool, PoolException refusal) {
        forward(other -> other.refused(pool, refusal));
    }

    /**
     * A task has its outcome. Called only if {@link #wantsTaskEnds}.
     *
     * @param pool the name of the pool
     * @param task the task
     */
    default void taskEnded(String pool, Task<?> task) {}

    /**
     * An attempt of a task came to its end by itself, well or not. Called once for each such attempt, on the process of
     * the worker, and only if {@link #wantsTaskTimes}. Not called for an attempt that a signal to its process has
     * ended.
     *
     * @param pool the name of the pool
     * @param task the task; its outcome may not be there yet
     * @param ran the time of the attempt
     */
    default void taskRan(String pool, Task<?> task, Duration ran) {}

    /**
     * The supervisor of the pool reports an event; its children are the processes of the workers. Called in the order
     * of the events, one at a time. Must not wait for an answer of the supervisor: see
     * {@link io.github.ppool.supervisor.SupervisorListener#on}, also for the thread.
     *
     * @param pool the name of the pool
     * @param event the event
     */
    default void supervised(String pool, SupervisorEvent event) {
        forward(other -> other.supervised(pool, event));
    }

    /**
     * A worker has crashed, or could not be made, and this follows. Called after the event about that, on the thread
     * that calls {@link #supervised}, or on the process of a worker that could not be made.
     *
     * @param pool the name of the pool
     * @param child the id of the child specification of the worker, such as {@code smtp/1}
     * @param follows the decision in words, such as {@code restarts in 5s, attempt 3} or
     *     {@code stays down: its plan says wait}
     * @param in the time until the next attempt, zero for at once; null if there is none
     */
    default void restartDecided(String pool, String child, String follows, @Nullable Duration in) {
        forward(other -> other.restartDecided(pool, child, follows, in));
    }

    /**
     * A lease was dropped without being closed, and its worker was crashed to get the place back. The pool detects this
     * if {@link PoolSpec#leakDetection} is on, and always for leases of {@code checkoutAsync} without an owner.
     *
     * @param pool the name of the pool
     * @param worker the process of the worker
     * @param taken the checkout: its message names the thread; its stack trace is empty unless leak detection is on
     */
    default void leaseLeaked(String pool, Pid worker, Throwable taken) {
        forward(other -> other.leaseLeaked(pool, worker, taken));
    }

    /**
     * A lease is older than {@link PoolSpec#leakDetectionThreshold}. Called once for each lease; the worker stays with
     * its holder.
     *
     * @param pool the name of the pool
     * @param worker the process of the worker
     * @param held the age of the lease by now
     * @param taken the checkout: its message names the thread, its stack trace the place
     */
    default void leaseOverdue(String pool, Pid worker, Duration held, Throwable taken) {
        forward(other -> other.leaseOverdue(pool, worker, held, taken));
    }

    /**
     * A borrower, or an attempt of a task, has a worker for longer than {@link PoolSpec.Builder#overrunAfter}. Called
     * again after twice that time, four times, and so on; the worker stays with its holder. Called on a thread of the
     * pool, which has taken the stack of the holder's thread just before.
     *
     * @param pool the name of the pool
     * @param overrun the holder, the time and the stack
     */
    default void overrun(String pool, Overrun overrun) {
        forward(other -> other.overrun(pool, overrun));
    }

    /**
     * Tells if the pool shall call {@link #taskServed} and {@link #taskRan}. Called once, when the pool is made. True
     * costs each task two readings of the clock beside the calls themselves. {@link PoolStatus#tasks} has the sums of
     * these times at no cost.
     *
     * <p>If this method throws, the failure is logged and counts as true.
     *
     * @return by default, true if the class of this listener overrides {@link #served}, {@link #taskServed} or
     *     {@link #taskRan}; also true if that can't be found out, as in a native image without a hint
     */
    default boolean wantsTaskTimes() {
        return Overrides.any(this, "served", String.class, Duration.class)
                || Overrides.any(this, "taskServed", String.class, Task.class, Duration.class)
                || Overrides.any(this, "taskRan", String.class, Task.class, Duration.class);
    }

    /**
     * Tells if the pool shall call {@link #taskEnded}. Called once, when the pool is made. True costs each task the
     * call itself. Its worker also loses the direct way to its next task. {@link PoolStatus#tasks} has the numbers of
     * outcomes at no cost.
     *
     * <p>If this method throws, the failure is logged and counts as true.
     *
     * @return by default, true if the class of this listener overrides {@link #taskEnded}; also true if that can't be
     *     found out
     */
    default boolean wantsTaskEnds() {
        return Overrides.any(this, "taskEnded", String.class, Task.class);
    }

    /**
     * Tells if the pool shall call {@link #leaseEnded}. Called once, when the pool is made. True costs each checkout
     * and each check-in a reading of the clock. {@link PoolStrategy#AFFINE} and {@link PoolStrategy#LIFO} then take the
     * lock for each checkout. If this method throws, the failure is logged and counts as false.
     *
     * @return by default, false
     */
    default boolean wantsLeases() {
        return false;
    }

    /**
     * Tells if the pool shall keep {@link PoolStatus#leases}. Called once, when the pool is made. True costs each lease
     * two additions and a look at the coarse clock. A time is exact to the nanosecond only if the worker was idle for a
     * while before. If this method throws, the failure is logged and counts as false.
     *
     * @return by default, false
     */
    default boolean wantsUsage() {
        return false;
    }

    /**
     * A borrower has given back a worker. Called on the thread that gives it back, and only if {@link #wantsLeases}.
     *
     * @param pool the name of the pool
     * @param held the time that the borrower had the worker
     */
    default void leaseEnded(String pool, Duration held) {}

    /**
     * The pool has entered another phase.
     *
     * @param pool the name of the pool
     * @param phase the new phase
     */
    default void phaseChanged(String pool, PoolPhase phase) {
        forward(other -> other.phaseChanged(pool, phase));
    }

    /**
     * Forwards a rare event. The default method of each rare event calls this method, so a listener that stands for
     * several others overrides it once, instead of each event. By default, the event is ignored.
     *
     * <p>The frequent events are not forwarded: {@link #served}, {@link #taskServed}, {@link #taskRan},
     * {@link #taskEnded} and {@link #leaseEnded}. A listener that stands for others overrides each of them, and the
     * methods that ask for them.
     *
     * @param event calls the method of the event on a listener
     */
    default void forward(Consumer<PoolListener> event) {}
}
