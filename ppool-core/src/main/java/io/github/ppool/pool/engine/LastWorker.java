package io.github.ppool.pool.engine;

import io.github.ppool.concurrent.LeaseWord;

/**
 * The worker of a group's member that served a key last.
 *
 * @param engine the engine of the member at that time; another one has the pool after a stop and a new start
 */
record LastWorker<W>(PoolEngine<W> engine, LeaseWord worker) {}
