package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolStatus;
import java.util.concurrent.atomic.LongAdder;

/**
 * The number of transactions by their outcome. A transaction that went well costs a plain addition to a field of its
 * slot, which belongs to the holder: see {@link Slot#countTransaction}. All others are counted here. Any thread.
 */
final class TransactionCounts {

    private final LongAdder failed = new LongAdder();
    private final LongAdder crashed = new LongAdder();
    /** Transactions that went well although the worker has died and its place is gone. */
    private final LongAdder overtaken = new LongAdder();

    void failed() {
        failed.increment();
    }

    void crashed() {
        crashed.increment();
    }

    void overtaken() {
        overtaken.increment();
    }

    /**
     * The numbers as they are.
     *
     * @param counted number of transactions that the slots have counted
     */
    PoolStatus.Transactions snapshot(long counted) {
        return new PoolStatus.Transactions(counted + overtaken.sum(), failed.sum(), crashed.sum());
    }
}
