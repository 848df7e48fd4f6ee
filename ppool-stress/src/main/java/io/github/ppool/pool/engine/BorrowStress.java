package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.CheckoutTimeoutException;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Check-outs and check-ins against each other. */
final class BorrowStress {

    private BorrowStress() {}

    /**
     * Two actors take the one worker. jcstress lets some of its threads end at once. The worker of an ended thread goes
     * to the other actor, and that is no double hand-out.
     */
    @JCStressTest
    @Outcome(id = "one", expect = ACCEPTABLE, desc = "one has it")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, or lost worker: nobody has it")
    @State
    public static class TwoTakeOne extends Race {
        private final Thread[] takers = {Thread.currentThread(), Thread.currentThread()};
        private Optional<Lease<Worker>> first = Optional.empty();
        private Optional<Lease<Worker>> second = Optional.empty();

        public TwoTakeOne() {
            super(Shape.ONE);
        }

        @Actor
        public void one() {
            takers[0] = Thread.currentThread();
            first = pool.tryCheckout();
        }

        @Actor
        public void two() {
            takers[1] = Thread.currentThread();
            second = pool.tryCheckout();
        }

        @Arbiter
        public void after(L_Result r) {
            boolean both = first.isPresent() && second.isPresent();
            boolean bothLive = takers[0].isAlive() && takers[1].isAlive();
            boolean none = first.isEmpty() && second.isEmpty();
            first.ifPresent(Lease::close);
            second.ifPresent(Lease::close);
            r.r1 = arena.end(both && bothLive ? Arena.DOUBLE_HAND_OUT : none ? "nobody" : "one");
        }
    }

    /** Two take two workers. */
    @JCStressTest
    @Outcome(id = "one each", expect = ACCEPTABLE, desc = "each has another one")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, or refused although there are two")
    @State
    public static class TwoTakeTwo extends Race {
        private Optional<Lease<Worker>> first = Optional.empty();
        private Optional<Lease<Worker>> second = Optional.empty();

        public TwoTakeTwo() {
            super(Shape.TWO);
        }

        @Actor
        public void one() {
            first = pool.tryCheckout();
        }

        @Actor
        public void two() {
            second = pool.tryCheckout();
        }

        @Arbiter
        public void after(L_Result r) {
            String who = first.isEmpty() || second.isEmpty()
                    ? "refused"
                    : first.get().pid().equals(second.get().pid()) ? Arena.DOUBLE_HAND_OUT : "one each";
            first.ifPresent(Lease::close);
            second.ifPresent(Lease::close);
            r.r1 = arena.end(who);
        }
    }

    /** Each actor gives back and takes: there are two workers, so one is always free for each. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "there was always one for whoever asked")
    @Outcome(expect = FORBIDDEN, desc = "refused although at no moment both were taken, or lost worker")
    @State
    public static class TakeWhileAnotherChanges extends Race {
        private final Lease<Worker> lease;
        private Optional<Lease<Worker>> again = Optional.empty();
        private Optional<Lease<Worker>> other = Optional.empty();

        public TakeWhileAnotherChanges() {
            super(Shape.TWO);
            lease = arena.borrow();
        }

        @Actor
        public void changes() {
            lease.close();
            again = pool.tryCheckout();
        }

        @Actor
        public void takes() {
            other = pool.tryCheckout();
        }

        @Arbiter
        public void after(L_Result r) {
            boolean served = again.isPresent() && other.isPresent();
            again.ifPresent(Lease::close);
            other.ifPresent(Lease::close);
            r.r1 = arena.end(served ? "served" : "refused");
        }
    }

    /** One actor gives back while another takes if there is one. The second reads the writes of the first. */
    @JCStressTest
    @Outcome(id = "none", expect = ACCEPTABLE, desc = "too early")
    @Outcome(id = "the new value", expect = ACCEPTABLE, desc = "handed on")
    @Outcome(expect = FORBIDDEN, desc = "the next holder does not see what the first one did, or lost worker")
    @State
    public static class GiveBackAndTry extends Race {
        private final Lease<Worker> lease;
        private String seen = "none";

        public GiveBackAndTry() {
            super(Shape.ONE);
            lease = arena.borrow();
        }

        @Actor
        public void gives() {
            lease.worker().plain = 1;
            lease.close();
        }

        @Actor
        public void takes() {
            pool.tryCheckout().ifPresent(mine -> {
                seen = mine.worker().plain == 1 ? "the new value" : "an old value";
                mine.close();
            });
        }

        @Arbiter
        public void after(L_Result r) {
            arena.pool.transaction(worker -> worker.plain = 0);
            r.r1 = arena.end(seen);
        }
    }

    /** One gives back while another comes to wait for it. */
    @JCStressTest
    @Outcome(id = "the new value", expect = ACCEPTABLE, desc = "served")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, or the next holder does not see what the first one did")
    @State
    public static class GiveBackAndWait extends Race {
        private final Lease<Worker> lease;
        private String seen = Arena.LOST_WAKE_UP;

        public GiveBackAndWait() {
            super(Shape.ONE);
            lease = arena.borrow();
        }

        @Actor
        public void gives() {
            lease.worker().plain = 1;
            lease.close();
        }

        @Actor
        public void waits() {
            try (Lease<Worker> mine = pool.checkout(Arena.PATIENCE)) {
                seen = mine.worker().plain == 1 ? "the new value" : "an old value";
            } catch (CheckoutTimeoutException e) {
                seen = Arena.LOST_WAKE_UP;
            }
        }

        @Arbiter
        public void after(L_Result r) {
            arena.pool.transaction(worker -> worker.plain = 0);
            r.r1 = arena.end(seen);
        }
    }

    /** One gives back while another puts a stage into the queue. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "served")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, or lost worker")
    @State
    public static class GiveBackAndStage extends Race {
        private final Lease<Worker> lease;
        private @Nullable CompletableFuture<Lease<Worker>> stage;

        public GiveBackAndStage() {
            super(Shape.ONE);
            lease = arena.borrow();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void waits() {
            stage = arena.waiter();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(stage == null ? "nothing" : Arena.outcome(stage));
        }
    }

    /** Two give two workers back while two wait. */
    @JCStressTest
    @Outcome(id = "served, served", expect = ACCEPTABLE, desc = "each has one")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, lost wake-up, or lost worker")
    @State
    public static class TwoGiveToTwo extends Race {
        private final Lease<Worker> first;
        private final Lease<Worker> second;
        private final CompletableFuture<Lease<Worker>> one;
        private final CompletableFuture<Lease<Worker>> two;

        public TwoGiveToTwo() {
            super(Shape.TWO);
            first = arena.borrow();
            second = arena.borrow();
            one = arena.waiter();
            two = arena.waiter();
        }

        @Actor
        public void gives() {
            first.close();
        }

        @Actor
        public void givesToo() {
            second.close();
        }

        @Arbiter
        public void after(L_Result r) {
            boolean twice = Arena.eventually(() -> one.isDone() && two.isDone())
                    && one.join().pid().equals(two.join().pid());
            r.r1 = arena.end(
                    Arena.outcome(one) + ", " + (twice ? Arena.DOUBLE_HAND_OUT : Arena.outcome(two)));
        }
    }

    /** A lease is closed twice at the same time, while two wait. */
    @JCStressTest
    @Outcome(id = "one, then the other", expect = ACCEPTABLE, desc = "given back once")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: given back twice; or lost worker")
    @State
    public static class CloseTwice extends Race {
        private final Lease<Worker> lease;
        private final CompletableFuture<Lease<Worker>> one;
        private final CompletableFuture<Lease<Worker>> two;

        public CloseTwice() {
            super(Shape.ONE);
            lease = arena.borrow();
            one = arena.waiter();
            two = arena.waiter();
        }

        @Actor
        public void closes() {
            lease.close();
        }

        @Actor
        public void closesToo() {
            lease.close();
        }

        @Arbiter
        public void after(L_Result r) {
            boolean served = Arena.eventually(one::isDone);
            boolean both = two.isDone();
            String outcomes = Arena.outcome(one) + " " + Arena.outcome(two);
            r.r1 = arena.end(both
                    ? Arena.DOUBLE_HAND_OUT
                    : served && outcomes.equals("served served") ? "one, then the other" : outcomes);
        }
    }

    /** A lease that is over is closed again, while another takes the worker. */
    @JCStressTest
    @Outcome(id = "has it", expect = ACCEPTABLE, desc = "the second close changes nothing")
    @Outcome(id = "given back", expect = ACCEPTABLE, desc = "its thread has ended before it was looked")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: an old lease gives back what another has")
    @State
    public static class CloseLateAndTake extends Race {
        private final Lease<Worker> old;
        private Thread taker = Thread.currentThread();
        private Optional<Lease<Worker>> taken = Optional.empty();

        public CloseLateAndTake() {
            super(Shape.ONE);
            old = arena.borrow();
            old.close();
        }

        @Actor
        public void closes() {
            old.close();
        }

        @Actor
        public void takes() {
            taker = Thread.currentThread();
            taken = pool.tryCheckout();
        }

        @Arbiter
        public void after(L_Result r) {
            boolean has = taken.isPresent() && taken.get().isOpen();
            Optional<Lease<Worker>> twice = pool.tryCheckout();
            boolean ended = !taker.isAlive(); // asked afterwards: the other way round it may end between the two
            taken.ifPresent(Lease::close);
            twice.ifPresent(Lease::close);
            r.r1 = arena.end(has && twice.isEmpty() ? "has it" : has && ended ? "given back" : Arena.DOUBLE_HAND_OUT);
        }
    }

    /** A lease is closed and failed at the same time, while a caller waits. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "by the worker or by the one that came for it")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up or lost worker")
    @State
    public static class CloseAndFail extends Race {
        private final Lease<Worker> lease;
        private final CompletableFuture<Lease<Worker>> stage;

        public CloseAndFail() {
            super(Shape.ONE);
            lease = arena.borrow();
            stage = arena.waiter();
        }

        @Actor
        public void closes() {
            lease.close();
        }

        @Actor
        public void fails() {
            lease.fail(BROKEN);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(Arena.outcome(stage));
        }
    }

    private static final IllegalStateException BROKEN = new IllegalStateException("broken");

    /** One comes back that is one too many, while another asks for one more. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "by the one that came back, or by a new one")
    @Outcome(id = "none", expect = ACCEPTABLE, desc = "the one that goes still has its place")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, lost worker, or a worker too many")
    @State
    public static class GiveBackOverflow extends Race {
        private final Lease<Worker> first;
        private final Lease<Worker> second;
        private String taken = "none";

        public GiveBackOverflow() {
            super(Shape.ONE_AND_OVERFLOW);
            first = arena.borrow();
            second = arena.borrow();
        }

        @Actor
        public void gives() {
            second.close();
        }

        @Actor
        public void takes() {
            pool.tryCheckout().ifPresent(lease -> {
                taken = lease.isOpen() ? "served" : "dead on arrival";
                lease.close();
            });
            int workers = pool.status().workers();
            if (workers > 2) {
                taken = workers + " workers of 2";
            }
        }

        @Arbiter
        public void after(L_Result r) {
            first.close();
            r.r1 = arena.end(taken);
        }
    }
}
