package io.github.ppool.sample.nagger;

/** Thrown because the application is being stopped. */
class NoNewNaggersException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoNewNaggersException() {
        super("the application is being stopped and starts no more naggers");
    }
}
