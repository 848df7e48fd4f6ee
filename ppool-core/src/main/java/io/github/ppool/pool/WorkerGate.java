package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import org.jspecify.annotations.Nullable;

/**
 * A gate in front of the workers of a pool: the pool asks it before each worker is made. A limit that several pools, or
 * several virtual machines, share stands on it. {@link PoolSpec.Builder#gate} sets it; without one the pool makes
 * no call, and has no cost.
 *
 * <p>A worker with a permit is made and lives as without a gate. A worker without one is not made: its place <em>waits
 * for a permit</em>, without a process. The pool asks again
 * <ul>
 * <li>when {@link GatedPool#permitsAvailable} is called;
 * <li>after it has given back a permit itself, except for those that {@link GatedPool#releaseIdle} takes back;
 * <li>for a caller that no idle worker serves, for one worker at a time and at most once a second;
 * <li>when an operator resumes or resizes the pool.
 * </ul>
 *
 * <p>A refusal is no failure: no plan, no failure limit and no restart intensity counts it.
 *
 * <p>One gate belongs to one pool, or tells its pools apart by their handles. The pool takes the {@code toString} of
 * the gate once, when it is started, for the texts of refusals. That text should name the limit, such as {@code
 * cluster-limit 10}.
 *
 * <p>Has no counterpart in poolboy or OTP: their limits end with the node.
 */
public interface WorkerGate {

    /**
     * Tells the gate that the pool is started. Called once, on the thread that starts the pool, before the first
     * {@link #acquire}. Must not block. An exception is logged and has no other effect.
     *
     * @param pool the handle of the pool, valid until {@link #closed}
     */
    default void opened(GatedPool pool) {}

    /**
     * Asks for a permit to make one worker. Called on the process of that worker, before
     * {@link WorkerFactory#create}, for several workers at the same time and without a lock. May block, and
     * should heed an interrupt: after the {@linkplain PoolSpec#creationTimeout creation-timeout} the process is killed,
     * and that counts as null too. A permit that is returned after that, or when the worker is not wanted any more, is
     * released at once.
     *
     * @param pool the pool that asks
     * @param process the process of the worker, for {@link GatedPool#end}
     * @return the permit, a new one each time; null if none is free now
     * @throws Exception if the gate can't tell: counts as null, and the refusals of callers carry the exception
     */
    @Nullable
    WorkerPermit acquire(GatedPool pool, Pid process) throws Exception;

    /**
     * Tells the gate that the pool has ended: stopped, or not started after all. Called once, after the last permit is
     * released, except for those of threads that have outlived a kill; these follow when the threads end. A pool that
     * has given up stays open, since an operator may start it again. Any thread. Must not block. An exception is logged
     * and has no other effect.
     *
     * @param pool the handle of the pool
     */
    default void closed(GatedPool pool) {}
}
