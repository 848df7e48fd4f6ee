package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import java.util.concurrent.locks.LockSupport;

/** The common parts of the races: a pool, and for most a borrower that has the (first) worker. */
class Race {

    /** About so long it takes until the thread of a task goes on that was told to. */
    private static final long WAKE_UP_NANOS = 60_000;
    /** Longer than that. */
    private static final long LOCKED_NANOS = 120_000;

    final Arena arena;
    final PoolClient<Worker> pool;

    Race(Shape shape) {
        arena = Arena.take(shape);
        pool = arena.pool;
    }

    /** For a while, so that other threads find the lock taken, and come to it late. */
    final void takeTheLockAgainAndAgain() {
        long until = System.nanoTime() + LOCKED_NANOS;
        while (System.nanoTime() - until < 0) {
            pool.status();
        }
    }

    /** Leaves the processor to the third thread of a race: a spinning actor would keep that thread from it. */
    static void sleepALittle() {
        LockSupport.parkNanos(1 + System.nanoTime() % WAKE_UP_NANOS);
    }
}
