package io.github.ppool.benchmarks.borrow;

import org.jspecify.annotations.Nullable;
import stormpot.Pool;
import stormpot.PoolTap;
import stormpot.Poolable;
import stormpot.Timeout;

/** For each thread a tap of its own: how Stormpot's single-threaded taps are used by more than one thread. */
final class OwnTaps<T extends Poolable> implements PoolTap<T> {

    private final ThreadLocal<PoolTap<T>> own;

    OwnTaps(Pool<T> pool) {
        own = ThreadLocal.withInitial(pool::getSingleThreadedTap);
    }

    @Override
    public @Nullable T claim(Timeout timeout) throws InterruptedException {
        return own.get().claim(timeout);
    }

    @Override
    public @Nullable T tryClaim() {
        return own.get().tryClaim();
    }
}
