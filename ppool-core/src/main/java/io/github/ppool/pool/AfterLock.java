package io.github.ppool.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done once the engine's lock is released: waking threads, sending messages, asking the supervisor, telling
 * listeners. Collected under the lock, run in order without it by the thread that held it; so foreign code never runs under the
 * lock. Costs nothing where there is nothing to do.
 */
final class AfterLock {

    private static final Logger LOG = LoggerFactory.getLogger(AfterLock.class);

    private @Nullable List<Runnable> actions;

    void add(Runnable action) {
        if (actions == null) {
            actions = new ArrayList<>(4);
        }
        actions.add(action);
    }

    /** A failure of one is logged, so that the others are done. */
    void run() {
        List<Runnable> todo = actions;
        if (todo == null) {
            return;
        }
        actions = null;
        for (Runnable action : todo) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("A call-back of a pool failed", e);
            }
        }
    }
}
