package io.github.ppool.benchmarks.supervision;

import java.util.concurrent.atomic.LongAdder;

/** The library of the supervision; {@code otp.escript} measures OTP's own. */
public enum Keeper {
    PPOOL {
        @Override
        Nursery open() throws InterruptedException {
            return new PpoolNursery();
        }
    },
    /** As the supervisors of pools and of the Spring Boot starter's trees: a listener counts the events. */
    PPOOL_LISTENER {
        @Override
        Nursery open() throws InterruptedException {
            LongAdder events = new LongAdder();
            return new PpoolNursery(event -> events.increment());
        }
    },
    PEKKO {
        @Override
        Nursery open() {
            return new PekkoNursery();
        }
    };

    abstract Nursery open() throws InterruptedException;
}
