package io.github.ppool.pool;

/**
 * The worker of a lease that is no longer open was requested. The request has no effect. The message tells if the lease
 * was closed or the worker has died.
 */
public final class LeaseClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /**
     * An exception for a lease, or for a test that stands for one.
     *
     * @param message tells which lease is over, and why
     */
    public LeaseClosedException(String message) {
        super(message);
    }
}
