package io.github.ppool.pool;

import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;

/**
 * A pool as its {@link WorkerGate} sees it. All methods may be called from any thread, also from within the methods of
 * the gate. None of them blocks, and none throws after the end of the pool.
 */
public interface GatedPool {

    /** {@return the name of the pool} */
    String name();

    /**
     * Returns how many workers the pool would make now if there were permits.
     *
     * @return zero or more: places without a permit, because the size is not reached or because callers wait that no
     *     worker is coming for; those with a process that is asking now are included
     */
    int wanted();

    /**
     * Returns how many workers are idle. They keep their permits.
     *
     * @return zero or more; a moment later it may be another number
     */
    int idle();

    /**
     * Tells the pool that permits may be free: the pool asks the gate again for all that it {@linkplain #wanted wants}.
     * Each call counts, also one that comes while the gate is just refusing a permit. A call from within {@link
     * WorkerGate#acquire} has no effect, since the answer of that method tells more.
     */
    void permitsAvailable();

    /**
     * Dismisses idle workers, the one first that has been idle longest. Each of them is closed, and its permit is
     * released afterwards. Their places wait for permits. The pool asks for them again when {@link #permitsAvailable}
     * is called, or at once for the next caller that no idle worker serves. While callers wait for idle workers, none
     * is dismissed.
     *
     * @param count the largest number, zero and negative for none
     * @return the number of workers that are dismissed
     */
    int releaseIdle(int count);

    /**
     * Dismisses idle workers as {@link #releaseIdle} does, and, if they are too few, the next workers that become free:
     * each of them ends before a caller that waits gets it, however long the queue is. No use of a worker is cut short.
     *
     * <p>The number takes the place of that of an earlier call. Workers that such a call has dismissed, and whose
     * permits are not released yet, are part of it. A worker that ends for another reason does not count.
     *
     * @param count the number of permits that are to be released, zero and negative to end the debt
     */
    void releaseNext(int count);

    /**
     * Ends the process of a worker at once, idle, borrowed, working or in the making. When this method returns, no
     * caller gets the worker any more, and its lease is over: {@link Lease#worker} throws, with a
     * {@link WorkerExitException} of this reason as the cause. Its task ends with such an exception. The end counts for
     * no restart plan, restart intensity or failure limit. The place asks the gate for a new permit after the old one
     * is released.
     *
     * <p>The thread of the process is interrupted, and may use the worker until it heeds that.
     *
     * @param process the process, as told to {@link WorkerGate#acquire}
     * @param reason the reason
     * @return false if no worker of this pool has that process: then the call has no effect
     */
    boolean end(Pid process, ExitReason reason);
}
