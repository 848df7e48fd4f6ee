package io.github.ppool.benchmarks.borrow;

import io.github.ppool.benchmarks.Allocation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One measured time. Every borrower only borrows, holds and gives back until the time is over. It counts its
 * leases and notes each of its waits. The borrowers need no other thread to wake them, so no thread outside takes part.
 *
 * <p>A wait is noted in the object that ended it, by its holder. A borrower that waits when the time is over stays
 * until it has an object: the longest wait is never cut off.
 */
final class Round {

    private final Lender lender;
    private final Crowd crowd;
    private final CountDownLatch ready;
    private final CountDownLatch begin = new CountDownLatch(1);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    Round(Lender lender, Crowd crowd) {
        this.lender = lender;
        this.crowd = crowd;
        this.ready = new CountDownLatch(crowd.borrowers);
    }

    /** Runs the round; the objects must not be lent to other borrowers meanwhile. */
    Outcome run(Duration time) throws Exception {
        long[] counts = new long[crowd.borrowers];
        long[] usesBefore = {0};
        drain(borrowed -> {
            usesBefore[0] += borrowed.uses;
            borrowed.waits.reset();
        });
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < crowd.borrowers; i++) {
            int number = i;
            threads.add(crowd.threads().newThread(() -> counts[number] = borrowAllTheTime()));
        }
        threads.forEach(Thread::start);
        ready.await();
        long allocatedBefore = Allocation.bytes();
        long from = System.nanoTime();
        begin.countDown();
        Thread.sleep(time);
        over = true;
        long nanos = System.nanoTime() - from;
        long allocated = Allocation.bytes() - allocatedBefore;
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("a borrower failed", thrown);
        }
        Histogram waits = new Histogram(1, 60_000_000_000L, 2);
        long[] usesAfter = {0};
        drain(borrowed -> {
            usesAfter[0] += borrowed.uses;
            waits.add(borrowed.waits);
        });
        Outcome outcome = new Outcome(nanos, counts, waits, allocated);
        if (usesAfter[0] - usesBefore[0] != outcome.operations()) {
            throw new IllegalStateException("an object was lent to two at a time: counted " + outcome.operations()
                    + " by the borrowers, " + (usesAfter[0] - usesBefore[0]) + " by the objects");
        }
        return outcome;
    }

    private long borrowAllTheTime() {
        ready.countDown();
        long count = 0;
        try {
            begin.await();
            Hold hold = crowd.hold;
            long before = System.nanoTime();
            while (!over) {
                Object handle = lender.borrow();
                long now = System.nanoTime();
                Borrowed borrowed = lender.object(handle);
                borrowed.uses++;
                borrowed.waits.recordValue(now - before);
                hold.pass();
                lender.giveBack(handle);
                count++;
                // one reading is enough without work in between
                before = hold == Hold.NOTHING ? now : System.nanoTime();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
        return count;
    }

    /** Has all objects at the same time, for a look at each. */
    private void drain(Consumer<Borrowed> look) throws Exception {
        List<Object> handles = new ArrayList<>();
        for (int i = 0; i < crowd.objects; i++) {
            handles.add(lender.borrow());
        }
        for (Object handle : handles) {
            look.accept(lender.object(handle));
            lender.giveBack(handle);
        }
    }
}
