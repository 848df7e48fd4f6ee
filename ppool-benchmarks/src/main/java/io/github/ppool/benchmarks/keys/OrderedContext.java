package io.github.ppool.benchmarks.keys;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The tasks of one key on a shared executor, in the manner of an ordered context of Vert.x: the thread that runs a task
 * goes on with the next of the same key, and the context lives on without tasks.
 */
final class OrderedContext implements Executor {

    private final Executor shared;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    OrderedContext(Executor shared) {
        this.shared = shared;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        shared.execute(this::runAll);
    }

    private void runAll() {
        while (true) {
            Runnable next;
            synchronized (waiting) {
                next = waiting.poll();
                if (next == null) {
                    running = false;
                    return;
                }
            }
            next.run();
        }
    }
}
