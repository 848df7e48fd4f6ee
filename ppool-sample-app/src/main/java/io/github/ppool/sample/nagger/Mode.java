package io.github.ppool.sample.nagger;

/** The way in which a nagger gets its place in the pool. */
public enum Mode {
    /** At once or not at all. */
    RUN,
    /** In turn; the request waits until the nagger has begun. */
    SYNC,
    /** In turn; the request does not wait. */
    ASYNC
}
