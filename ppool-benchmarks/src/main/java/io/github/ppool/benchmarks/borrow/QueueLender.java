package io.github.ppool.benchmarks.borrow;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A queue of the JDK: the usual code without a library. */
final class QueueLender implements Lender {

    private final BlockingQueue<Borrowed> queue;

    QueueLender(int size, BlockingQueue<Borrowed> queue) {
        this.queue = queue;
        for (int i = 0; i < size; i++) {
            queue.add(new Borrowed());
        }
    }

    @Override
    public Object borrow() throws InterruptedException {
        Borrowed borrowed = queue.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (borrowed == null) {
            throw Lender.noneCame();
        }
        return borrowed;
    }

    @Override
    public Borrowed object(Object handle) {
        return (Borrowed) handle;
    }

    @Override
    public void giveBack(Object handle) {
        queue.add((Borrowed) handle);
    }

    @Override
    public void close() {}
}
