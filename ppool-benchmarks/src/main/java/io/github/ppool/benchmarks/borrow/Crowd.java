package io.github.ppool.benchmarks.borrow;

import java.util.Locale;
import java.util.concurrent.ThreadFactory;

/** The kind and number of borrowers, the number of objects (which is less), and the use of an object. */
public enum Crowd {
    P8_OF_2(false, 8, 2, Hold.NOTHING),
    V64_NOTHING(true, 64, 10, Hold.NOTHING),
    V64_YIELD(true, 64, 10, Hold.YIELD),
    V64_50US(true, 64, 10, Hold.FIFTY_MICROSECONDS),
    V1000_NOTHING(true, 1000, 10, Hold.NOTHING),
    V1000_YIELD(true, 1000, 10, Hold.YIELD),
    V1000_50US(true, 1000, 10, Hold.FIFTY_MICROSECONDS);

    final boolean virtual;
    final int borrowers;
    final int objects;
    final Hold hold;

    Crowd(boolean virtual, int borrowers, int objects, Hold hold) {
        this.virtual = virtual;
        this.borrowers = borrowers;
        this.objects = objects;
        this.hold = hold;
    }

    /** How it is written on a command line. */
    public String spoken() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    ThreadFactory threads() {
        return virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
    }
}
