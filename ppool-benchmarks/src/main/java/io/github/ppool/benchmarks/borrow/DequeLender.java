package io.github.ppool.benchmarks.borrow;

import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** The JDK's blocking deque, as a stack. */
final class DequeLender implements Lender {

    private final BlockingDeque<Borrowed> deque;

    DequeLender(int size) {
        deque = new LinkedBlockingDeque<>(size);
        for (int i = 0; i < size; i++) {
            deque.addFirst(new Borrowed());
        }
    }

    @Override
    public Object borrow() throws InterruptedException {
        Borrowed borrowed = deque.pollFirst(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
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
        deque.addFirst((Borrowed) handle);
    }

    @Override
    public void close() {}
}
