package io.github.ppool.pool.engine;

/** A waiter that only stands in a queue: no decision concerns it. */
abstract class Bystander extends Waiter<Object> {}
