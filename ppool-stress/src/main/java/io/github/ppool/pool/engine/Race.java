package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;

/** The common parts of the races: a pool, and for most a borrower that has the (first) worker. */
class Race {

    final Arena arena;
    final PoolClient<Worker> pool;

    Race(Shape shape) {
        arena = Arena.take(shape);
        pool = arena.pool;
    }
}
