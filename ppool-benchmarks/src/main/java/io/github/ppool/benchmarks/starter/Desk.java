package io.github.ppool.benchmarks.starter;

import java.util.function.Consumer;

/**
 * Takes tasks, ten of which run at a time.
 *
 * @param taking takes a task
 * @param closing ends the desk
 */
record Desk(Consumer<Runnable> taking, Runnable closing) implements AutoCloseable {

    void handOver(Runnable task) {
        taking.accept(task);
    }

    @Override
    public void close() {
        closing.run();
    }
}
