package io.github.ppool.cluster.store;

import io.github.ppool.time.ManualClock;
import java.time.Duration;

class MemoryLeaseStoreTest extends LeaseStoreContract {

    private final ManualClock clock = new ManualClock();

    @Override
    LeaseStore newStore() {
        return new MemoryLeaseStore(clock);
    }

    @Override
    void pass(Duration time) {
        clock.advance(time);
    }
}
