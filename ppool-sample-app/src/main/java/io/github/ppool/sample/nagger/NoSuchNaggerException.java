package io.github.ppool.sample.nagger;

/** Thrown because no nagger has the number, or it is no longer listed. */
class NoSuchNaggerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoSuchNaggerException(long id) {
        super("there is no nagger " + id);
    }
}
