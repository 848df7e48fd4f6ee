package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.cluster.store.LeaseStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The session of a desk: opened when it is needed, and kept until a failure or the end of the work. One thread. */
final class HeldSession {

    private final LeaseStore store;
    private final Duration timeout;
    private @Nullable LeaseSession session;

    /** No session yet. */
    HeldSession(LeaseStore store, Duration timeout) {
        this.store = store;
        this.timeout = timeout;
    }

    /** The session, which is opened if there is none. Passes on exceptions of the store. */
    LeaseSession open() {
        LeaseSession open = session;
        if (open == null) {
            open = store.open(timeout);
            session = open;
        }
        return open;
    }

    /** Closes the session if there is one. Throws no exception; the next {@link #open} opens another one. */
    void close() {
        LeaseSession open = session;
        session = null;
        Sessions.close(open);
    }
}
