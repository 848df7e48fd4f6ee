package io.github.ppool.pool;

import io.github.ppool.pool.Arena.Shape;
import io.github.ppool.pool.Arena.Worker;

/** What the races have: a pool, and for most a borrower that has the (first) worker. */
class Race {

    final Arena arena;
    final PoolClient<Worker> pool;

    Race(Shape shape) {
        arena = Arena.take(shape);
        pool = arena.pool;
    }
}
