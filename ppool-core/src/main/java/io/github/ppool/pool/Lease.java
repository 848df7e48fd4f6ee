package io.github.ppool.pool;

import io.github.ppool.process.Pid;
import java.time.Duration;

/**
 * A borrowed worker. It belongs to the thread or process that took it until it is closed; made for
 * try-with-resources. A lease that came from {@code checkoutAsync} on a thread that is no process has no owner and
 * must be closed by the code that has it; if it is dropped instead, the worker is replaced some time later.
 *
 * <p>A worker has one holder at a time. If the owner is a process and is killed, this lease is over at once, but its
 * worker is lent again only when the thread of that process has left it: by closing this lease, or by its end. After
 * {@link PoolSpec#orphanGrace} the worker crashes instead. If the owner is a thread that ends without closing this
 * lease, the worker crashes as soon as others wait for one, because another thread may be using it.
 *
 * <p>May be used from any thread; the worker itself is only as thread-safe as it is. What was done with the worker
 * before {@code close} happens-before what the next holder does with it.
 *
 * <p>Stands for the pid that {@code poolboy:checkout} returns and for {@code poolboy:checkin}.
 *
 * @param <W> the worker
 */
public interface Lease<W> extends AutoCloseable {

    /**
     * The worker. Don't keep it beyond the lease.
     *
     * @return the worker
     * @throws LeaseClosedException if the lease was closed, or was taken back because the worker has died or the owner
     *     has; a death at this very moment may be seen by the next call only
     */
    W worker();

    /**
     * The process of the worker.
     *
     * @return its pid; answers after {@link #close} too
     */
    Pid pid();

    /**
     * How long ago it was taken, by the pool's clock: to some ten milliseconds, since taking it reads no clock (see
     * {@link io.github.ppool.time.MonotonicClock#coarseNanoTime()}).
     *
     * @return zero or more
     */
    Duration age();

    /**
     * Whether the worker is still this lease's. A snapshot.
     *
     * @return false after {@link #close}, {@link #fail}, {@link #suspect}, the death of the worker or of the owner
     */
    boolean isOpen();

    /**
     * Gives the worker back. Does not block and is not interrupted. The first in the queue gets the worker directly.
     * A second call, and a call for a worker that has died, change nothing. The thread of a killed owner says by this
     * call that it has left the worker. A worker that is a server and has still to answer a caller that waits no
     * longer catches up first. A {@link StackOverflowError} comes before anything is done: the lease is open as
     * before. Stands for {@code poolboy:checkin/2}.
     */
    @Override
    void close();

    /**
     * Gives the worker back as broken: its process crashes with this cause, and its restart plan decides what
     * follows. Does not block. Without effect on a lease that is closed; the thread of a killed owner crashes the
     * worker that is held back for it.
     *
     * @param cause what went wrong; becomes the exit reason of the process
     */
    void fail(Throwable cause);

    /**
     * Gives the worker back as one whose state is in doubt: it is {@linkplain WorkerFactory#validate validated} before
     * it is lent again, on its own process and within {@link PoolSpec#validationTimeout}. A worker that is not valid
     * crashes, and its restart plan decides what follows. Does not block. As {@link #close} if the factory has no
     * {@code validate} of its own. Without effect on a lease that is closed; the thread of a killed owner says by
     * this call that it has left the worker.
     */
    void suspect();
}
