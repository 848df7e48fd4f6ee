package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Waiters that join an open queue without the lock, against each step that closes it. In the pool virtual threads join
 * so. Here actors take the steps of such a thread; they are no virtual threads.
 */
final class CrowdStress {

    private static final Duration MILLI = Duration.ofMillis(1);

    private CrowdStress() {}

    /** The worker is lent, one waits, and so the queue is open. */
    static class Crowd extends Race {
        final Lease<Worker> lease;
        final PoolEngine<Worker> engine;
        final BlockingWaiter<Worker> first;

        Crowd(Shape shape, Duration patience) {
            super(shape);
            lease = arena.borrow();
            engine = engineOf(pool);
            first = borrower(patience);
            if (join(first) != null || !Arena.eventually(this::isOpen)) {
                throw new AssertionError("not as it should be: " + pool);
            }
        }

        @SuppressWarnings("unchecked") // the pool of this race
        private static PoolEngine<Worker> engineOf(PoolClient<Worker> pool) {
            return (PoolEngine<Worker>) ((EnginePoolClient<Worker>) pool).engine();
        }

        /** Opens the queue if it is closed: the timer that looks for ended holders closes it, too. */
        private boolean isOpen() {
            if (!engine.core.queue.looksOpen()) {
                engine.core.lockEagerly();
                engine.admission.openQueueIfSaturated();
                engine.core.unlock();
            }
            return engine.core.queue.looksOpen();
        }

        final BlockingWaiter<Worker> borrower(Duration patience) {
            return new BlockingWaiter<>(engine.context.clock(), new Borrower(Thread.currentThread(), null),
                    patience, null);
        }

        final @Nullable Supplier<PoolException> join(BlockingWaiter<Worker> borrower) {
            return engine.checkout.admitVirtual(borrower, "checkout", Objects.requireNonNull(borrower.timeout),
                    engine.context.clock().nanoTime());
        }

        /** The outcome that the waiter would see if it looked now. */
        static String outcome(BlockingWaiter<Worker> borrower) {
            Lease<Worker> granted = borrower.lease;
            Supplier<PoolException> refusal = borrower.refusal;
            if (granted != null) {
                granted.close();
                return refusal == null ? "served" : "served and refused";
            }
            return refusal == null ? Arena.LOST_WAKE_UP : Arena.name(refusal.get());
        }
    }

    /** One waiter joins while the worker goes to the head of the queue, and comes back from there. */
    @JCStressTest
    @Outcome(id = "served served", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "overlooked by who gave back, or lost worker")
    @State
    public static class JoinAndHandOn extends Crowd {
        private final BlockingWaiter<Worker> second;
        private @Nullable Supplier<PoolException> refusal;
        private String before = "";

        public JoinAndHandOn() {
            super(Shape.ONE, Arena.PATIENCE);
            second = borrower(Arena.PATIENCE);
        }

        @Actor
        public void joins() {
            refusal = join(second);
        }

        @Actor
        public void handsOn() {
            lease.close();
            before = outcome(first);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(before + " " + (refusal == null ? outcome(second) : "refused"));
        }
    }

    /** One waiter joins during an expiry scan. */
    @JCStressTest
    @Outcome(id = "timed out timed out", expect = ACCEPTABLE, desc = "each at the end of its time")
    @Outcome(expect = FORBIDDEN, desc = "nobody looks for the one that has joined")
    @State
    public static class JoinAndTimeOut extends Crowd {
        private final BlockingWaiter<Worker> second;
        private @Nullable Supplier<PoolException> refusal;

        public JoinAndTimeOut() {
            super(Shape.ONE_BY_HAND, MILLI);
            second = borrower(MILLI);
        }

        @Actor
        public void joins() {
            refusal = join(second);
        }

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Arbiter
        public void after(L_Result r) {
            arena.advance(MILLI);
            String outcomes = outcome(first) + " " + (refusal == null ? outcome(second) : "refused");
            lease.close();
            r.r1 = arena.end(outcomes);
        }
    }

    /** One joins while another one, before it, gives up. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "who stays is served")
    @Outcome(expect = FORBIDDEN, desc = "overlooked, or lost worker: handed to one that has left")
    @State
    public static class JoinAndLeave extends Crowd {
        private final BlockingWaiter<Worker> second;
        private @Nullable Supplier<PoolException> refusal;

        public JoinAndLeave() {
            super(Shape.ONE, Arena.PATIENCE);
            second = borrower(Arena.PATIENCE);
        }

        @Actor
        public void joins() {
            refusal = join(second);
        }

        @Actor
        public void leaves() {
            engine.checkout.leave(first);
        }

        @Arbiter
        public void after(L_Result r) {
            boolean early = first.lease != null || second.lease != null;
            lease.close();
            r.r1 = arena.end(early ? Arena.DOUBLE_HAND_OUT : refusal == null ? outcome(second) : "refused");
        }
    }

    /** The worker is handed to one that gives up. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "and gives it back")
    @Outcome(id = "left", expect = ACCEPTABLE, desc = "before")
    @Outcome(expect = FORBIDDEN, desc = "lost worker")
    @State
    public static class HandOnAndLeave extends Crowd {

        public HandOnAndLeave() {
            super(Shape.ONE, Arena.PATIENCE);
        }

        @Actor
        public void handsOn() {
            lease.close();
        }

        @Actor
        public void leaves() {
            engine.checkout.leave(first);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(first.lease == null ? "left" : outcome(first));
        }
    }

    /** One joins while the pool ends. */
    @JCStressTest
    @Outcome(id = "stopped stopped", expect = ACCEPTABLE, desc = "refused, or told so while it waits")
    @Outcome(expect = FORBIDDEN, desc = "waits in a pool that is no more; or a worker is left")
    @State
    public static class JoinAndStop extends Crowd {
        private final BlockingWaiter<Worker> second;
        private @Nullable Supplier<PoolException> refusal;

        public JoinAndStop() {
            super(Shape.ONE, Arena.PATIENCE);
            second = borrower(Arena.PATIENCE);
        }

        @Actor
        public void joins() {
            refusal = join(second);
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            String late = refusal == null ? outcome(second) : Arena.name(refusal.get());
            r.r1 = arena.endStopped(outcome(first) + " " + late);
        }
    }

    /** Two join. */
    @JCStressTest
    @Outcome(id = "served served served", expect = ACCEPTABLE, desc = "all")
    @Outcome(expect = FORBIDDEN, desc = "one of them is overlooked")
    @State
    public static class TwoJoin extends Crowd {
        private final BlockingWaiter<Worker> second;
        private final BlockingWaiter<Worker> third;
        private @Nullable Supplier<PoolException> secondRefused;
        private @Nullable Supplier<PoolException> thirdRefused;

        public TwoJoin() {
            super(Shape.ONE, Arena.PATIENCE);
            second = borrower(Arena.PATIENCE);
            third = borrower(Arena.PATIENCE);
        }

        @Actor
        public void one() {
            secondRefused = join(second);
        }

        @Actor
        public void two() {
            thirdRefused = join(third);
        }

        @Arbiter
        public void after(L_Result r) {
            lease.close();
            String before = outcome(first);
            boolean refused = secondRefused != null || thirdRefused != null;
            boolean secondFirst = second.lease != null;
            String next = outcome(secondFirst ? second : third);
            r.r1 = arena.end(refused ? "refused" : before + " " + next + " " + outcome(secondFirst ? third : second));
        }
    }
}
