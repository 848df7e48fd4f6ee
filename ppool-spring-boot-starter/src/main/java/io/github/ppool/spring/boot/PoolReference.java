package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolClient;
import org.jspecify.annotations.Nullable;

/**
 * A client that stands for the pool that has its name at the moment. The clients that the starter injects are
 * references.
 */
public interface PoolReference {

    /**
     * The pool that the reference stands for now. May be called from any thread; does not block, and starts no pool.
     *
     * @return the pool's own client; null if the pool has not been started
     */
    @Nullable
    PoolClient<?> current();
}
