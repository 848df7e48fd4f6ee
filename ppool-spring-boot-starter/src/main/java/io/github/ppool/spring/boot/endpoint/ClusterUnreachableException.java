package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.SafeReason;

/** The store of the cluster did not answer. The message has only the class of the failure. */
final class ClusterUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ClusterUnreachableException(RuntimeException failed) {
        super("the store of the cluster does not answer: " + SafeReason.of(failed), failed);
    }
}
