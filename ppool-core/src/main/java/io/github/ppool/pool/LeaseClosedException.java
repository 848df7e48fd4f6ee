package io.github.ppool.pool;

/**
 * A worker was asked for through a lease that is no longer open. Nothing was changed. The message tells whether the
 * lease was closed or the worker has died.
 */
public final class LeaseClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    LeaseClosedException(String message) {
        super(message);
    }
}
