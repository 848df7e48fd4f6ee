package io.github.ppool.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The engine's lock alone. No thread waits for ever: each of these races comes to its end. */
final class LockStress {

    private LockStress() {}

    /** Two count, three times each, in a plain field. */
    @JCStressTest
    @Outcome(id = "6", expect = ACCEPTABLE, desc = "one after the other, each seeing what the other did")
    @Outcome(expect = FORBIDDEN, desc = "both had the lock, or one did not see what the other did under it")
    @State
    public static class TwoCount {
        private final AdaptiveLock lock = new AdaptiveLock();
        private int count;

        private void count() {
            for (int i = 0; i < 3; i++) {
                lock.lock();
                count++;
                lock.unlock();
            }
        }

        @Actor
        public void one() {
            count();
        }

        @Actor
        public void two() {
            count();
        }

        @Arbiter
        public void after(I_Result r) {
            lock.lock();
            r.r1 = count;
        }
    }

    /** Two plain fields that are equal whenever the lock is free. */
    @JCStressTest
    @Outcome(id = {"0, 0", "1, 1"}, expect = ACCEPTABLE, desc = "before or after")
    @Outcome(expect = FORBIDDEN, desc = "the middle of a section is seen in another one")
    @State
    public static class WriteAndRead {
        private final AdaptiveLock lock = new AdaptiveLock();
        private int first;
        private int second;

        @Actor
        public void writes() {
            lock.lock();
            first = 1;
            second = 1;
            lock.unlock();
        }

        @Actor
        public void reads(II_Result r) {
            lock.lock();
            r.r2 = second;
            r.r1 = first;
            lock.unlock();
        }
    }

    /** An interrupted thread comes for the lock while another has it for so long that the first one naps. */
    @JCStressTest
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "it gets the lock, and is still interrupted")
    @Outcome(expect = FORBIDDEN, desc = "both had the lock, or the interrupt is swallowed")
    @State
    public static class InterruptedWhileItNaps {
        private final AdaptiveLock lock = new AdaptiveLock();
        private int count;

        @Actor
        public void holds() {
            lock.lock();
            int before = count;
            long until = System.nanoTime() + 30_000;
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            count = before + 1;
            lock.unlock();
        }

        @Actor
        public void comes(II_Result r) {
            Thread.currentThread().interrupt();
            lock.lock();
            count++;
            lock.unlock();
            r.r2 = Thread.interrupted() ? 1 : 0;
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = count;
        }
    }
}
