package io.github.ppool.benchmarks.borrow;

import java.util.concurrent.TimeUnit;
import org.vibur.objectpool.ConcurrentPool;
import org.vibur.objectpool.PoolObjectFactory;
import org.vibur.objectpool.util.ConcurrentLinkedDequeCollection;

/** Vibur's object pool over the collection that Vibur DBCP uses. */
final class ViburLender implements Lender {

    private final ConcurrentPool<Borrowed> pool;

    ViburLender(int size, boolean fair) {
        pool = new ConcurrentPool<>(new ConcurrentLinkedDequeCollection<>(), new Factory(), size, size, fair);
    }

    @Override
    public Object borrow() {
        Borrowed borrowed = pool.tryTake(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (borrowed == null) {
            throw Lender.noneCame();
        }
        return borrowed;
    }

    @Override
    public Borrowed object(Object handle) {
        return (Borrowed) handle;
    }

    @Override
    public void giveBack(Object handle) {
        pool.restore((Borrowed) handle);
    }

    @Override
    public void close() {
        pool.close();
    }

    private static final class Factory implements PoolObjectFactory<Borrowed> {
        @Override
        public Borrowed create() {
            return new Borrowed();
        }

        @Override
        public boolean readyToTake(Borrowed borrowed) {
            return true;
        }

        @Override
        public boolean readyToRestore(Borrowed borrowed) {
            return true;
        }

        @Override
        public void destroy(Borrowed borrowed) {}
    }
}
