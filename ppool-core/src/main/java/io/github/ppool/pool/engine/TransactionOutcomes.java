package io.github.ppool.pool.engine;

import io.github.ppool.pool.PoolSpec;

/**
 * The consequences of transactions for their workers, and the number of transactions by outcome. Any thread; holds no
 * lock.
 *
 * <p>A success costs a plain addition to a field of its slot, which belongs to the holder: see
 * {@link Slot#countTransaction}. All other outcomes are counted here.
 */
final class TransactionOutcomes<W> {

    private final Slot.Owner<W> owner;
    private final CrashClassifier judge;
    private final TransactionCounts counts;

    TransactionOutcomes(PoolSpec<W> spec, Slot.Owner<W> owner, TransactionCounts counts) {
        this.owner = owner;
        this.judge = new CrashClassifier(spec);
        this.counts = counts;
    }

    /** The transaction went well. Its lease is still to be closed. */
    void succeeded(PoolLease<W> lease) {
        if (!lease.slot.countTransaction()) {
            counts.overtaken();
        }
    }

    /**
     * The transaction threw this: its worker is crashed or suspect, and its lease is over. The exception is to be
     * thrown on.
     */
    void failed(PoolLease<W> lease, Throwable thrown) {
        if (judge.isBroken(thrown, lease.lent()) && owner.checkInBroken(lease, thrown)) {
            counts.crashed();
        } else {
            counts.failed();
            owner.checkInSuspect(lease, thrown);
        }
    }

    /** The transaction may still use its worker, which is crashed. */
    void crashed(PoolLease<W> lease, Throwable thrown) {
        if (owner.checkInBroken(lease, thrown)) {
            counts.crashed();
        } else {
            counts.failed();
        }
    }
}
