package io.github.ppool.cluster;

import org.jspecify.annotations.Nullable;

/** Reports that the cluster's database did not answer, or refused a statement. */
public class ClusterUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A new exception.
     *
     * @param message the failed step and its reason, without secrets
     * @param cause the failure
     */
    public ClusterUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
