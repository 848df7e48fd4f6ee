package io.github.ppool.durable.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The work of this node for a pool. Any thread may count and read. */
final class Counters {

    final AtomicInteger claimed = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final LongAdder claims = new LongAdder();
    final LongAdder emptyClaims = new LongAdder();
    final LongAdder begun = new LongAdder();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder laidDown = new LongAdder();
    final LongAdder deleted = new LongAdder();
    final LongAdder cancelled = new LongAdder();
    final LongAdder givenBack = new LongAdder();
    final LongAdder lost = new LongAdder();
    final LongAdder voided = new LongAdder();
    final LongAdder waitedNanos = new LongAdder();
    final LongAdder ranNanos = new LongAdder();
    final LongAdder ran = new LongAdder();

    DurableFigures figures(int prefetch) {
        return new DurableFigures(
                claimed.get(),
                running.get(),
                prefetch,
                claims.sum(),
                emptyClaims.sum(),
                begun.sum(),
                succeeded.sum(),
                failed.sum(),
                laidDown.sum(),
                deleted.sum(),
                cancelled.sum(),
                givenBack.sum(),
                lost.sum(),
                voided.sum(),
                Duration.ofNanos(waitedNanos.sum()),
                Duration.ofNanos(ranNanos.sum()));
    }
}
