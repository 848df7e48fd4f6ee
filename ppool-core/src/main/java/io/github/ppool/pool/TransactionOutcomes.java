package io.github.ppool.pool;

import java.util.concurrent.atomic.LongAdder;

/**
 * What becomes of the workers of transactions, and how many transactions ended how. Any thread; holds no lock.
 *
 * <p>One that went well costs a plain addition to a field of its slot, which belongs to the holder: see {@link
 * Slot#countTransaction}. All else is counted here.
 */
final class TransactionOutcomes<W> {

    private final PoolEngine<W> engine;
    private final CrashClassifier judge;
    private final LongAdder failed = new LongAdder();
    private final LongAdder crashed = new LongAdder();
    /** Those that went well although the worker has died and its place is gone. */
    private final LongAdder overtaken = new LongAdder();

    TransactionOutcomes(PoolEngine<W> engine) {
        this.engine = engine;
        this.judge = new CrashClassifier(engine.spec());
    }

    /** The transaction went well. Its lease is still to be closed. */
    void succeeded(PoolLease<W> lease) {
        if (!lease.slot.countTransaction()) {
            overtaken.increment();
        }
    }

    /**
     * The transaction threw this: its worker is crashed or suspect, and its lease is over. The exception is to be
     * thrown on.
     */
    void failed(PoolLease<W> lease, Throwable thrown) {
        if (judge.isBroken(thrown, lease.lent()) && engine.checkInBroken(lease, thrown)) {
            crashed.increment();
        } else {
            failed.increment();
            engine.checkInSuspect(lease, thrown);
        }
    }

    /** The transaction may still use its worker, which is crashed. */
    void crashed(PoolLease<W> lease, Throwable thrown) {
        if (engine.checkInBroken(lease, thrown)) {
            crashed.increment();
        } else {
            failed.increment();
        }
    }

    /**
     * The numbers as they are.
     *
     * @param counted how many the slots have counted
     */
    PoolStatus.Transactions snapshot(long counted) {
        return new PoolStatus.Transactions(counted + overtaken.sum(), failed.sum(), crashed.sum());
    }
}
