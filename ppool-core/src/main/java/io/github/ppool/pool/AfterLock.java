package io.github.ppool.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be done once the engine's lock is released: waking threads, sending messages, asking the supervisor, telling
 * listeners. Collected under the lock, run in order without it by the thread that held it; so foreign code never runs under the
 * lock. Costs next to nothing where there is nothing to do, or one thing.
 */
final class AfterLock {

    private static final Logger LOG = LoggerFactory.getLogger(AfterLock.class);

    private @Nullable Runnable first;
    private @Nullable List<Runnable> others;

    void add(Runnable action) {
        if (first == null) {
            first = action;
            return;
        }
        if (others == null) {
            others = new ArrayList<>(4);
        }
        others.add(action);
    }

    /** A failure of one is logged, so that the others are done. */
    void run() {
        Runnable one = first;
        if (one == null) {
            return;
        }
        first = null;
        List<Runnable> more = others;
        others = null;
        run(one);
        if (more != null) {
            more.forEach(AfterLock::run);
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("A call-back of a pool failed", e);
        }
    }
}
