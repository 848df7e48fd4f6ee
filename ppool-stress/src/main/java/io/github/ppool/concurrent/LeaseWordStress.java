package io.github.ppool.concurrent;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The word of a slot alone, which tells the holder of the worker. In the pool at most one of two actors has the
 * engine's lock.
 */
final class LeaseWordStress {

    private LeaseWordStress() {}

    /** Idle, and open to its last thread. */
    static class Open {
        final LeaseWord word = new LeaseWord() {
        };
        final long seen;

        Open() {
            word.nextStamp();
            word.allowReuse();
            seen = word.read();
        }
    }

    /** Taken without the lock. */
    static class Taken extends Open {
        final long stamp = word.tryReuse(seen);
    }

    /** Two take by the same look. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "one has it")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, or lost worker")
    @State
    public static class TwoTake extends Open {
        @Actor
        public void one(ZZ_Result r) {
            r.r1 = word.tryReuse(seen) != LeaseWord.NONE;
        }

        @Actor
        public void two(ZZ_Result r) {
            r.r2 = word.tryReuse(seen) != LeaseWord.NONE;
        }
    }

    /** Its last thread takes it while it is handed out, or dismissed, by the books. */
    @JCStressTest
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "taken, the books learn of it, and the lease goes on")
    @Outcome(id = "false, false, false", expect = ACCEPTABLE, desc = "the books have it")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: taken, and the books don't know; or lost worker")
    @State
    public static class TakeAndBookOut extends Open {
        private long stamp;

        @Actor
        public void reuseCount(ZZZ_Result r) {
            stamp = word.tryReuse(seen);
            r.r1 = stamp != LeaseWord.NONE;
        }

        @Actor
        public void booksOut(ZZZ_Result r) {
            r.r2 = word.forbidReuse();
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = word.isCurrent(stamp);
        }
    }

    /**
     * Its last thread takes it, gives it back and takes it again, while the books are corrected, which also say how
     * often it was lent.
     */
    @JCStressTest
    @Outcome(expect = FORBIDDEN, desc = "a take that was not counted, or counted twice")
    @Outcome(id = {"0, 0", "1, 1", "2, 2"}, expect = ACCEPTABLE, desc = "each take is counted once")
    @State
    public static class TakeAndCount extends Open {
        private long counted;

        @Actor
        public void reuseCount(II_Result r) {
            long first = word.tryReuse(seen);
            r.r1 = first == LeaseWord.NONE ? 0 : 1;
            if (first != LeaseWord.NONE && word.tryEndReuse(first)) {
                long again = word.read();
                r.r1 += LeaseWord.isReusable(again) && word.tryReuse(again) != LeaseWord.NONE ? 1 : 0;
            }
        }

        @Actor
        public void corrects() {
            word.forbidReuse();
            counted = word.drainReuseCount();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = (int) (counted + word.reuseCount());
        }
    }

    /** A lease is closed twice. */
    @JCStressTest
    @Outcome(id = {"true, false", "false, true"}, expect = ACCEPTABLE, desc = "given back once")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: given back twice; or lost worker")
    @State
    public static class CloseTwice extends Taken {
        @Actor
        public void one(ZZ_Result r) {
            r.r1 = word.tryEndReuse(stamp);
        }

        @Actor
        public void two(ZZ_Result r) {
            r.r2 = word.tryEndReuse(stamp);
        }
    }

    /** A lease is closed while a caller that is going to wait corrects the slot table. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "given back before: whoever corrects finds it idle")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the end of the lease goes through the lock")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up: given back beside the lock to a pool in which somebody waits")
    @State
    public static class CloseAndCorrect extends Taken {
        @Actor
        public void closes(ZZ_Result r) {
            r.r1 = word.tryEndReuse(stamp);
        }

        @Actor
        public void corrects(ZZ_Result r) {
            r.r2 = word.forbidReuse();
        }
    }

    /** An old lease is closed again while the worker is taken anew. */
    @JCStressTest
    @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "the old one has no effect")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: an old lease gives back what another has")
    @State
    public static class CloseLateAndTake extends Taken {
        private final long seenAgain;
        private long next;

        public CloseLateAndTake() {
            word.tryEndReuse(stamp);
            seenAgain = word.read();
        }

        @Actor
        public void closes(ZZZ_Result r) {
            r.r1 = word.tryEndReuse(stamp);
        }

        @Actor
        public void reuseCount(ZZZ_Result r) {
            next = word.tryReuse(seenAgain);
            r.r2 = next != LeaseWord.NONE;
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            r.r3 = word.isCurrent(next) && !word.isCurrent(stamp);
        }
    }

    /** A thread looks, the worker goes round by the slow path and is open again, and only then the thread takes it. */
    @JCStressTest
    @Outcome(id = "taken before", expect = ACCEPTABLE, desc = "and the books learn of it")
    @Outcome(id = "too late", expect = ACCEPTABLE, desc = "although it is open again")
    @Outcome(expect = FORBIDDEN, desc = "taken by what was seen before another had it")
    @State
    public static class TakeByAnOldLook extends Open {
        private boolean told;
        private boolean got;

        @Actor
        public void reuseCount() {
            got = word.tryReuse(seen) != LeaseWord.NONE;
        }

        @Actor
        public void goesRound() {
            told = word.forbidReuse();
            if (!told) {
                word.nextStamp(); // handed out
                word.nextStamp(); // and given back
                word.allowReuse();
            }
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = got && told ? "taken before" : !got && !told ? "too late" : got + " " + told;
        }
    }

    /** The next holder of the worker sees the writes of the last one, with the lock and without. */
    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1"}, expect = ACCEPTABLE, desc = "still taken")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "given back, with all that was done")
    @Outcome(expect = FORBIDDEN, desc = "given back, and what was done before is not seen")
    @State
    public static class DoneBefore extends Taken {
        private int plain;

        @Actor
        public void closes() {
            plain = 1;
            word.tryEndReuse(stamp);
        }

        @Actor
        public void corrects(II_Result r) {
            boolean free = !word.forbidReuse();
            r.r1 = free ? 1 : 0;
            r.r2 = plain;
        }
    }

    /** The same for a thread that finds it open. */
    @JCStressTest
    @Outcome(id = {"0, 0", "0, 1"}, expect = ACCEPTABLE, desc = "not yet open")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "open, with all that was done before")
    @Outcome(expect = FORBIDDEN, desc = "taken, and what was done before is not seen")
    @State
    public static class OpenedBefore {
        private final LeaseWord word = new LeaseWord() {
        };
        private int plain;

        @Actor
        public void opens() {
            plain = 1;
            word.nextStamp();
            word.allowReuse();
        }

        @Actor
        public void reuseCount(II_Result r) {
            long seen = word.read();
            int did = plain;
            r.r1 = LeaseWord.isReusable(seen) && word.tryReuse(seen) != LeaseWord.NONE ? 1 : 0;
            r.r2 = r.r1 == 1 ? did : plain;
        }
    }
}
