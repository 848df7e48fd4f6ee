package io.github.ppool.benchmarks.borrow;

import org.HdrHistogram.Histogram;

/**
 * The object that is lent, the same for every peer. It counts its uses without any synchronisation. A pool may lend the
 * object twice at a time, or fail to publish the writes of the last borrower. Both show in a wrong sum. The padding
 * keeps two objects out of one cache line, so that the pool is measured and not the sharing of lines.
 */
@SuppressWarnings("unused") // the padding
public final class Borrowed {

    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
    /** How often it was used; the pool has to make this visible to the next borrower. */
    public long uses;
    /** How long the borrowers of this object have waited for it, in nanoseconds; to two digits, up to a minute. */
    public final Histogram waits;
    private long q00, q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14, q15;

    /** Makes one that was never used. */
    public Borrowed() {
        waits = new Histogram(1, 60_000_000_000L, 2);
    }
}
