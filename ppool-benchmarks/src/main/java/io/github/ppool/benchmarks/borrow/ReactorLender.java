package io.github.ppool.benchmarks.borrow;

import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/** reactor-pool, asked by threads that block. */
final class ReactorLender implements Lender {

    private final InstrumentedPool<Borrowed> pool;

    ReactorLender(int size) {
        pool = PoolBuilder.from(Mono.fromSupplier(Borrowed::new))
                .sizeBetween(size, size)
                .maxPendingAcquireUnbounded()
                .buildPool();
        pool.warmup().block(PATIENCE);
    }

    @Override
    public Object borrow() {
        PooledRef<Borrowed> ref = pool.acquire().block(PATIENCE);
        if (ref == null) {
            throw Lender.noneCame();
        }
        return ref;
    }

    @Override
    public Borrowed object(Object handle) {
        return (Borrowed) ((PooledRef<?>) handle).poolable();
    }

    @Override
    public void giveBack(Object handle) {
        ((PooledRef<?>) handle).release().block();
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
