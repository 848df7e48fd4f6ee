package io.github.ppool.benchmarks.borrow;

import java.time.Duration;

/**
 * One way to lend a few objects to many borrowers. Every implementation is the usual code of a user of that library,
 * and waits at most {@link #PATIENCE}. Waiting without a limit is cheaper for some libraries, and no service does it.
 */
interface Lender extends AutoCloseable {

    /** Far longer than any run. */
    Duration PATIENCE = Duration.ofSeconds(30);

    /** Waits for an object and returns the library's handle of it; throws if none came in time. */
    Object borrow() throws Exception;

    /** The object behind a handle. */
    Borrowed object(Object handle);

    /** Called once for each handle. */
    void giveBack(Object handle) throws Exception;

    @Override
    void close();

    static IllegalStateException noneCame() {
        return new IllegalStateException("nothing was lent within " + PATIENCE);
    }
}
