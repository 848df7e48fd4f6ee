package io.github.ppool.sample.nagger;

/** Thrown because {@code run} found no free place for a nagger. LYSE's ppool answers noalloc. */
class NoPlaceFreeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoPlaceFreeException(String explanation) {
        super("no place is free; " + explanation);
    }
}
