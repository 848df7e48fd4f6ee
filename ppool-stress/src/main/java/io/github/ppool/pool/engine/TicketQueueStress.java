package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.concurrent.TicketQueue;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZZ_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** The queue alone, joined without the lock while the lock holder takes out, leaves or closes. */
final class TicketQueueStress {

    private TicketQueueStress() {}

    /** A waiter without any behaviour. */
    static final class Somebody extends Waiter<Object> {}

    /** Open, and empty. */
    static class Open {
        final WaitQueue<Object> queue = new WaitQueue<>();
        final Somebody one = new Somebody();
        final Somebody two = new Somebody();

        Open(int tickets) {
            for (int i = 0; i < tickets; i++) {
                Somebody before = new Somebody();
                queue.add(before);
                queue.remove(before);
            }
            queue.open(10);
        }

        boolean join(Somebody who) {
            return queue.join(who, 0) != WaitQueue.Joined.NOT;
        }

        /**
         * As the worker without work: takes the first one, or closes the queue if it is sure that there is
         * none.
         */
        @Nullable
        Waiter<Object> take() {
            Waiter<Object> first = queue.peek();
            if (first == null && queue.close()) {
                first = queue.peek();
            }
            if (first != null) {
                queue.remove(first);
            }
            return first;
        }

        int takeAll() {
            queue.close();
            int taken = 0;
            while (take() != null) {
                taken++;
            }
            return queue.isEmpty() ? taken : -1;
        }
    }

    /** The last worker finds the queue empty and goes to rest while a waiter joins. */
    @JCStressTest
    @Outcome(id = "YES, true, false", expect = ACCEPTABLE, desc = "found")
    @Outcome(id = "LATE, true, false", expect = ACCEPTABLE, desc = "found, and will find that out")
    @Outcome(id = "LATE, false, true", expect = ACCEPTABLE, desc = "not found, and will ask for the lock")
    @Outcome(id = "NOT, false, false", expect = ACCEPTABLE, desc = "has to ask for the lock")
    @Outcome(expect = FORBIDDEN, desc = "waits, and nobody knows; or is there twice")
    @State
    public static class JoinAndClose extends Open {
        public JoinAndClose() {
            super(0);
        }

        @Actor
        public void comes(LZZ_Result r) {
            r.r1 = queue.join(one, 0);
        }

        @Actor
        public void goesToRest(LZZ_Result r) {
            r.r2 = take() != null;
        }

        @Arbiter
        public void after(LZZ_Result r) {
            r.r3 = queue.peek() != null;
        }
    }

    /** Two come while one is taken out; the two need the next array, which one of them has to make. */
    @JCStressTest
    @Outcome(id = {"true, true, 2", "false, true, 1", "true, false, 1",
            "false, false, 0"}, expect = ACCEPTABLE, desc = "who has joined is there, once")
    @Outcome(expect = FORBIDDEN, desc = "lost, or there twice")
    @State
    public static class TwoJoinAndOneIsTaken extends Open {
        private int taken;

        public TwoJoinAndOneIsTaken() {
            super(TicketQueue.SEGMENT_LENGTH - 1);
        }

        @Actor
        public void one(ZZI_Result r) {
            r.r1 = join(one);
        }

        @Actor
        public void two(ZZI_Result r) {
            r.r2 = join(two);
        }

        @Actor
        public void takes() {
            taken = take() != null ? 1 : 0;
        }

        @Arbiter
        public void after(ZZI_Result r) {
            r.r3 = taken + takeAll();
        }
    }

    /** One waiter joins while another leaves from the middle, and a whole array with it. */
    @JCStressTest
    @Outcome(id = {"true, true, true",
            "false, true, true"}, expect = ACCEPTABLE, desc = "he has left, the others are there")
    @Outcome(expect = FORBIDDEN, desc = "lost, or in the wrong order")
    @State
    public static class JoinAndLeave extends Open {
        private final Somebody first = new Somebody();
        private final Somebody leaves = new Somebody();

        public JoinAndLeave() {
            super(TicketQueue.SEGMENT_LENGTH - 1);
            queue.close();
            queue.add(first);
            queue.add(leaves);
            for (int i = 2; i < TicketQueue.SEGMENT_LENGTH; i++) {
                Somebody before = new Somebody();
                queue.add(before);
                queue.remove(before);
            }
            queue.open(10);
        }

        @Actor
        public void one(ZZZ_Result r) {
            r.r1 = join(one);
        }

        @Actor
        public void leaves(ZZZ_Result r) {
            r.r2 = queue.remove(leaves);
        }

        @Arbiter
        public void after(ZZZ_Result r) {
            queue.close();
            boolean inOrder = take() == first && take() == (r.r1 ? one : null);
            r.r3 = inOrder && queue.isEmpty();
        }
    }
}
