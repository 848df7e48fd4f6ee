package io.github.ppool.pool.engine;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.RateShare;
import io.github.ppool.pool.SharedRate;
import java.util.List;

/**
 * The share of a pool, as the owner of the {@link SharedRate} sees it, and that owner as the pool tells it. Only a pool
 * with such a rate has one.
 */
final class PoolRateShare<W> implements RateShare {

    private final PoolContext<W> context;
    private final PoolCore<W> core;
    private final ShareWindow window;
    private final SharedRate owner;
    /** Guarded by the lock. */
    private boolean opened;

    PoolRateShare(PoolContext<W> context, PoolCore<W> core, ShareWindow window) {
        this.context = context;
        this.core = core;
        this.window = window;
        this.owner = window.owner();
    }

    /** The pool is about to be started. Holds no lock. */
    void open() {
        core.locked(after -> opened = true);
        ForeignCode.tell(this, () -> owner.opened(this));
    }

    /** The pool has ended. Any thread, without a lock; without effect if the owner does not know of the pool. */
    void close() {
        boolean knows = core.underLock(() -> {
            boolean was = opened;
            opened = false;
            return was;
        });
        if (knows) {
            ForeignCode.tell(this, () -> owner.closed(this));
        }
    }

    /** Callers wait for a larger share. Holds no lock. */
    void tellWanted() {
        ForeignCode.tell(this, () -> owner.wanted(this));
    }

    @Override
    public String pool() {
        return context.name();
    }

    @Override
    public Use use() {
        return core.underLock(() -> window.look(context.clock().nanoTime(), core.queue.size()));
    }

    @Override
    public void grant(int count, long untilNanos) {
        core.locked(after -> {
            window.grant(count, untilNanos);
            core.shareChanged(after);
        });
    }

    @Override
    public List<Used> giveBack(int count) {
        return core.underLock(() -> window.giveBack(Math.max(0, count), context.clock().nanoTime()));
    }

    @Override
    public String toString() {
        return "RateShare[" + context.name() + "]";
    }
}
