package io.github.ppool.sample.nagger;

/** How a nagger gets its place in the pool. */
public enum Mode {
    /** At once or not at all. */
    RUN,
    /** In turn; the request waits until it has begun. */
    SYNC,
    /** In turn; the request doesn't wait. */
    ASYNC
}
