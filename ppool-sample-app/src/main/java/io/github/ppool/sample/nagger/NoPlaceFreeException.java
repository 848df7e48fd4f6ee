package io.github.ppool.sample.nagger;

/** {@code run} found no place for a nagger: what LYSE's ppool calls noalloc. */
class NoPlaceFreeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoPlaceFreeException(String explanation) {
        super("no place is free; " + explanation);
    }
}
