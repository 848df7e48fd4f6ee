package io.github.ppool.sample.nagger;

/** There is no nagger of this number, or none any more. */
class NoSuchNaggerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoSuchNaggerException(long id) {
        super("there is no nagger " + id);
    }
}
