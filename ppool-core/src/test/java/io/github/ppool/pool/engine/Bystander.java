package io.github.ppool.pool.engine;

/** One that only stands in a queue: nothing is decided about it. */
abstract class Bystander extends Waiter<Object> {}
