package io.github.ppool.benchmarks.borrow;

import com.zaxxer.hikari.util.ConcurrentBag;
import com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * The collection inside HikariCP, without the rest of HikariCP. Its entries are padded, which makes it several times
 * faster than it comes.
 */
final class ConcurrentBagLender implements Lender {

    private final ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});

    ConcurrentBagLender(int size) {
        for (int i = 0; i < size; i++) {
            bag.add(new Entry());
        }
    }

    @Override
    public Object borrow() throws InterruptedException {
        Entry entry = bag.borrow(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (entry == null) {
            throw Lender.noneCame();
        }
        return entry;
    }

    @Override
    public Borrowed object(Object handle) {
        return ((Entry) handle).borrowed;
    }

    @Override
    public void giveBack(Object handle) {
        bag.requite((Entry) handle);
    }

    @Override
    public void close() {
        bag.close();
    }

    @SuppressWarnings("unused") // the padding
    private static final class Entry implements IConcurrentBagEntry {
        private static final AtomicIntegerFieldUpdater<Entry> STATE = AtomicIntegerFieldUpdater.newUpdater(Entry.class,
                "state");

        private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
        private volatile int state = STATE_NOT_IN_USE;
        private final Borrowed borrowed = new Borrowed();
        private long q00, q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14, q15;

        @Override
        public boolean compareAndSet(int expected, int value) {
            return STATE.compareAndSet(this, expected, value);
        }

        @Override
        public void setState(int value) {
            STATE.set(this, value);
        }

        @Override
        public int getState() {
            return state;
        }
    }
}
