package io.github.ppool.benchmarks.starter;

import io.github.ppool.benchmarks.borrow.Borrowed;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;

/** Lends an object to an application's code. */
interface Counter extends AutoCloseable {

    /** Borrows, uses and gives back. */
    Object once() throws Exception;

    @Override
    void close();

    /** A pool, and the action that ends it. */
    record OfPool(PoolClient<Borrowed> pool, Runnable closing) implements Counter {

        @Override
        public Object once() {
            try (Lease<Borrowed> lease = pool.checkout()) {
                Borrowed worker = lease.worker();
                worker.uses++;
                return worker;
            }
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
