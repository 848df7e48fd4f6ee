package io.github.ppool.cluster.store;

import org.jspecify.annotations.Nullable;

/** Reports that a call of the store has failed. Its effect may have happened or not. The session is to be closed. */
public class LeaseStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A new exception.
     *
     * @param message the failed step and its reason, without secrets
     * @param cause the failure; null if there is none
     */
    public LeaseStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
