package io.github.ppool.benchmarks.borrow;

import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** Commons Pool 2, lifo as is its default. JMX off, which it pays for once per pool only. */
final class CommonsLender implements Lender {

    private final GenericObjectPool<Borrowed> pool;

    CommonsLender(int size, boolean fair) throws Exception {
        GenericObjectPoolConfig<Borrowed> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(size);
        config.setMaxIdle(size);
        config.setMinIdle(size);
        config.setFairness(fair);
        config.setMaxWait(PATIENCE);
        config.setJmxEnabled(false);
        pool = new GenericObjectPool<>(new Factory(), config);
        pool.preparePool();
    }

    @Override
    public Object borrow() throws Exception {
        return pool.borrowObject();
    }

    @Override
    public Borrowed object(Object handle) {
        return (Borrowed) handle;
    }

    @Override
    public void giveBack(Object handle) {
        pool.returnObject((Borrowed) handle);
    }

    @Override
    public void close() {
        pool.close();
    }

    private static final class Factory extends BasePooledObjectFactory<Borrowed> {
        @Override
        public Borrowed create() {
            return new Borrowed();
        }

        @Override
        public PooledObject<Borrowed> wrap(Borrowed borrowed) {
            return new DefaultPooledObject<>(borrowed);
        }
    }
}
