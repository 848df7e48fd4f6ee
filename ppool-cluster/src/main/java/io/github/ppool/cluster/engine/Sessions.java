package io.github.ppool.cluster.engine;

import io.github.ppool.cluster.store.LeaseSession;
import io.github.ppool.guard.FailureText;
import io.github.ppool.guard.GuardedLog;
import org.jspecify.annotations.Nullable;

/** Ends the sessions of a store, which may be foreign code. */
final class Sessions {

    private static final GuardedLog LOG = GuardedLog.of(Sessions.class);

    private Sessions() {}

    /** Closes a session. A session that can't be closed is of no use any more and must not end its thread. */
    @SuppressWarnings("CatchingUnchecked") // the heartbeat and the desk must go on after each failure
    static void close(@Nullable LeaseSession session) {
        if (session == null) {
            return;
        }
        try {
            session.close();
        } catch (Throwable failed) {
            LOG.debug("a session of the cluster's store can't be closed: {}", FailureText.of(failed));
        }
    }
}
