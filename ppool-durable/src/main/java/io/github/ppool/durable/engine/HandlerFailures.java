package io.github.ppool.durable.engine;

/** Passes the exceptions of handlers on, which may be of any class. */
final class HandlerFailures {

    private HandlerFailures() {}

    /** Throws an exception as it is, also a checked one. */
    static RuntimeException unchecked(Throwable thrown) {
        return HandlerFailures.<RuntimeException>thrown(thrown);
    }

    @SuppressWarnings("unchecked") // the cast has no effect at run time
    private static <X extends Throwable> X thrown(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
