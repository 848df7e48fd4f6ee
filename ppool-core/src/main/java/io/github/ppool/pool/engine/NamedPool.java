package io.github.ppool.pool.engine;

import io.github.ppool.supervisor.Supervisor;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool that has its name in a {@link PoolTree}. It starts and stops one after the other: a stop that comes while it
 * is started begins when the start is over. Any thread may call the methods; none of them blocks.
 */
final class NamedPool<W> {
    final PoolEngine<W> engine;
    final PoolStop stop;
    // guarded by the monitor of this
    private boolean starting = true;
    private boolean stopping;
    private @Nullable Duration stopAfterStart;

    /**
     * A pool that is being started.
     *
     * @param root the supervisor above the pool at the moment
     * @param forget called with this object when the pool is gone: its name is free again
     */
    NamedPool(PoolEngine<W> engine, Supplier<Supervisor> root, Consumer<NamedPool<W>> forget) {
        this.engine = engine;
        this.stop = new PoolStop(engine, root, () -> forget.accept(this));
    }

    synchronized boolean isStopping() {
        return stopping;
    }

    /** False if it is started or stopped already, or has not given up. */
    synchronized boolean beginsAgain() {
        if (starting || stopping || !engine.link.beginAgain()) {
            return false;
        }
        starting = true;
        return true;
    }

    void started() {
        Duration drain;
        synchronized (this) {
            starting = false;
            drain = stopAfterStart;
        }
        if (drain != null) {
            stop.begin(drain);
        }
    }

    void stop(Duration drain) {
        if (!isPutOff(drain)) {
            stop.begin(drain);
        }
    }

    void hurry() {
        if (!isPutOff(Duration.ZERO)) {
            stop.hurry();
        }
    }

    private synchronized boolean isPutOff(Duration drain) {
        stopping = true;
        if (starting) {
            stopAfterStart = stopAfterStart == null || drain.compareTo(stopAfterStart) < 0 ? drain : stopAfterStart;
        }
        return starting;
    }
}
