package io.github.ppool.spring.boot.endpoint;

import io.github.ppool.spring.boot.SafeReason;

/** The store of the cluster or of the durable tasks did not answer. The message has only the class of the failure. */
final class StoreUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoreUnreachableException(String store, RuntimeException failed) {
        super(store + " does not answer: " + SafeReason.of(failed), failed);
    }
}
