package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolClient;
import org.jspecify.annotations.Nullable;

/** A handle that stands for whichever pool has its name at the moment, as the one does that is injected. */
public interface PoolReference {

    /**
     * The pool that it stands for now. Any thread; does not block and starts nothing.
     *
     * @return its own handle, null if the pool has not been started
     */
    @Nullable
    PoolClient<?> current();
}
