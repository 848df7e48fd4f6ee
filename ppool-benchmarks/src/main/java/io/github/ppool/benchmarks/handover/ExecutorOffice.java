package io.github.ppool.benchmarks.handover;

import java.util.concurrent.Executor;

/** An object that runs tasks by itself, and how it is closed. */
record ExecutorOffice(Executor executor, Runnable closing) implements Office {

    @Override
    public void handOver(Runnable task) {
        executor.execute(task);
    }

    @Override
    public void close() {
        closing.run();
    }
}
