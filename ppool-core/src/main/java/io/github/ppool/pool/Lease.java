package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.time.Duration;

/**
 * A borrowed worker, made for try-with-resources. The lease belongs to the thread or process that took it, until it is
 * closed. A lease that came from {@code checkoutAsync} on a thread that is no process has no owner, and the code that
 * has it must close it. If that code drops it instead, the pool replaces the worker some time later.
 *
 * <p>A worker has one holder at a time. If the owner is a process and is killed, this lease is over at once. The worker
 * is lent again only when the thread of that process has left it: by closing this lease, or by its end. After
 * {@link PoolSpec#orphanGrace} the worker crashes instead. If the owner is a thread that ends without closing this
 * lease, the worker crashes as soon as others wait for one, because another thread may be using it.
 *
 * <p>Any thread may use a lease. The worker is only as thread-safe as it is by itself. Memory effects: actions with the
 * worker before {@code close} <em>happen-before</em> actions of the next holder.
 *
 * <p>Stands for the pid that {@code poolboy:checkout} returns and for {@code poolboy:checkin}.
 *
 * @param <W> the worker
 */
public interface Lease<W> extends AutoCloseable {

    /**
     * Returns the worker, which must not be used after the lease. Does not block.
     *
     * @return the worker
     * @throws LeaseClosedException if the lease was closed, or was taken back after the death of the worker or of the
     *     owner. A death at this very moment may be seen by the next call only
     */
    W worker();

    /**
     * Returns the process of the worker; also after {@link #close}.
     *
     * @return its pid
     */
    Pid pid();

    /**
     * Returns the time since the checkout, by the pool's clock. It is exact to some ten milliseconds, since a checkout
     * reads only {@link io.github.ppool.time.MonotonicClock#coarseNanoTime()}.
     *
     * @return zero or more
     */
    Duration age();

    /**
     * Tells if the worker still belongs to this lease. A snapshot.
     *
     * @return false after {@link #close}, {@link #fail}, {@link #suspect}, and after the death of the worker or of the
     *     owner
     */
    boolean isOpen();

    /**
     * Gives the worker back. Does not block, and an interrupt has no effect. The first in the queue gets the worker
     * directly. Stands for {@code poolboy:checkin/2}.
     *
     * <p>A second call has no effect, and so does a call for a worker that has died. The thread of a killed owner
     * reports by this call that it has left the worker. A worker that is a server, and still owes an answer to a caller
     * that has stopped waiting, catches up first. After a {@link StackOverflowError} the lease is open as before.
     */
    @Override
    void close();

    /**
     * Gives the worker back as broken: its process crashes with this cause, and its restart plan decides. Does not
     * block. Has no effect on a closed lease. The thread of a killed owner crashes the worker that is held back for it.
     *
     * @param cause the failure; becomes the exit reason of the process
     * @throws NullPointerException if the cause is null; the lease is open as before
     */
    void fail(Throwable cause);

    /**
     * Gives the worker back as one in doubt: it is {@linkplain WorkerFactory#validate validated} before it is lent
     * again, on its own process and within {@link PoolSpec#validationTimeout}. A worker that is not valid crashes, and
     * its restart plan decides. Does not block. Has no effect on a closed lease.
     *
     * <p>If the factory has no {@code validate} of its own, this method is the same as {@link #close}. The thread of a
     * killed owner reports by this call that it has left the worker.
     */
    void suspect();
}
