package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A worker is handed over to a waiter, at the moment at which the wait ends in another way. */
final class HandOverStress {

    private HandOverStress() {}

    private static final Duration MILLI = Duration.ofMillis(1);

    /** One has the worker, one waits, and another behind it. */
    static class Queued extends Race {
        final Lease<Worker> lease;

        Queued(Shape shape) {
            super(shape);
            lease = arena.borrow();
        }

        /**
         * The first has this outcome, and the next in the queue must be served by now, or when the first has given
         * back.
         */
        String withNext(String first, CompletableFuture<Lease<Worker>> next) {
            String second = Arena.outcome(next);
            return arena.end(second.equals("served") ? first : first + ", the next: " + second);
        }
    }

    /** Hand-over to a stage versus its time-out. */
    @JCStressTest
    @Outcome(id = {"served", "timed out"}, expect = ACCEPTABLE, desc = "and the next one is served")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, or lost worker: handed to one that has timed out")
    @State
    public static class TimeOutOfAStage extends Queued {
        private final CompletableFuture<Lease<Worker>> stage;
        private final CompletableFuture<Lease<Worker>> next;

        public TimeOutOfAStage() {
            super(Shape.ONE_BY_HAND);
            stage = pool.checkoutAsync(MILLI).toCompletableFuture();
            next = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = withNext(Arena.outcome(stage), next);
        }
    }

    /** Hand-over to a thread versus its time-out, by the real clock. */
    @JCStressTest
    @Outcome(id = {"served", "timed out"}, expect = ACCEPTABLE, desc = "and the next one is served")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, or lost worker: handed to one that has timed out")
    @State
    public static class TimeOutOfAThread extends Queued {
        private volatile boolean comes;
        private String outcome = "";
        private @Nullable CompletableFuture<Lease<Worker>> next;

        public TimeOutOfAThread() {
            super(Shape.ONE);
        }

        @Actor
        public void gives() {
            while (!comes) {
                Thread.onSpinWait();
            }
            long until = System.nanoTime() + 20_000; // so that some come too late
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            lease.close();
        }

        @Actor
        public void waits() {
            comes = true;
            try (Lease<Worker> mine = pool.checkout(Duration.ofNanos(15_000))) {
                outcome = mine.isOpen() ? "served" : "dead on arrival";
            } catch (PoolException e) {
                outcome = Arena.name(e);
            }
            next = arena.waiter();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = next == null ? "no next" : withNext(outcome, next);
        }
    }

    /** Hand-over to a thread versus an interrupt of it; now the one comes first, now the other. */
    @JCStressTest
    @Outcome(id = {"served", "interrupted"}, expect = ACCEPTABLE, desc = "and the next one is served")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, lost worker, or a swallowed interrupt")
    @State
    public static class Interrupt extends Queued {
        private volatile @Nullable Thread waiter;
        private volatile boolean interrupted;
        private String outcome = "";

        public Interrupt() {
            super(Shape.ONE);
        }

        @Actor
        public void gives() {
            Thread target = waiter;
            while (target == null) {
                Thread.onSpinWait();
                target = waiter;
            }
            if ((System.nanoTime() & 1) == 0) {
                target.interrupt();
                lease.close();
            } else {
                lease.close();
                target.interrupt();
            }
            interrupted = true;
        }

        @Actor
        public void waits() {
            waiter = Thread.currentThread();
            try (Lease<Worker> mine = pool.checkout(Arena.PATIENCE)) {
                outcome = mine.isOpen() ? "served" : "dead on arrival";
            } catch (PoolException e) {
                outcome = Arena.name(e);
            }
            while (!interrupted) {
                Thread.onSpinWait(); // it must not hit the next race
            }
            if (!Thread.interrupted()) {
                outcome += ", and the interrupt is swallowed";
            }
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = withNext(outcome, arena.waiter());
        }
    }

    /** Hand-over to a stage versus its cancellation. */
    @JCStressTest
    @Outcome(id = {"served", "cancelled"}, expect = ACCEPTABLE, desc = "and the next one is served")
    @Outcome(expect = FORBIDDEN, desc = "lost worker: handed to one that is cancelled; or cancelled although served")
    @State
    public static class Cancel extends Queued {
        private final CompletableFuture<Lease<Worker>> stage;
        private final CompletableFuture<Lease<Worker>> next;
        private boolean cancelled;

        public Cancel() {
            super(Shape.ONE);
            stage = arena.waiter();
            next = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void cancels() {
            cancelled = stage.cancel(true);
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = Arena.outcome(stage);
            r.r1 = withNext(cancelled == outcome.equals("cancelled") ? outcome : outcome + " and " + cancelled, next);
        }
    }

    /** Hand-over versus the death of the worker. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "by the one that dies or by the one that comes for it")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up or lost worker")
    @State
    public static class WorkerDeath extends Queued {
        private final CompletableFuture<Lease<Worker>> stage;
        private final CompletableFuture<Lease<Worker>> next;

        public WorkerDeath() {
            super(Shape.ONE);
            stage = arena.waiter();
            next = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void kills() {
            arena.kill(lease.pid());
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = withNext(Arena.outcome(stage), next);
        }
    }

    /** An idle worker is taken at the moment at which it dies. */
    @JCStressTest
    @Outcome(id = {"taken", "none"}, expect = ACCEPTABLE, desc = "taken before, or not there")
    @Outcome(expect = FORBIDDEN, desc = "lost worker, or double hand-out")
    @State
    public static class DeathOfAnIdleWorker extends Race {
        private final Pid worker;
        private String taken = "none";

        public DeathOfAnIdleWorker() {
            super(Shape.ONE);
            Lease<Worker> lease = arena.borrow();
            worker = lease.pid();
            lease.close();
        }

        @Actor
        public void takes() {
            try {
                pool.tryCheckout().ifPresent(lease -> {
                    taken = "taken";
                    lease.close();
                });
            } catch (PoolException e) {
                taken = e.toString();
            }
        }

        @Actor
        public void kills() {
            arena.kill(worker);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(taken);
        }
    }

    /** Hand-over versus the death of the process that waits. */
    @JCStressTest
    @Outcome(id = "dead", expect = ACCEPTABLE, desc = "and the next one is served")
    @Outcome(expect = FORBIDDEN, desc = "lost worker: handed to the dead; or lost wake-up of the next")
    @State
    public static class DeathOfAWaitingProcess extends Queued {
        private final Pid waiting;
        private final CompletableFuture<Lease<Worker>> next;

        public DeathOfAWaitingProcess() {
            super(Shape.ONE);
            waiting = arena.client(() -> pool.checkout(Arena.PATIENCE));
            if (!Arena.eventually(() -> pool.status().queueDepth() == 1)) {
                throw new AssertionError("it does not wait: " + pool);
            }
            next = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void kills() {
            arena.kill(waiting);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = withNext("dead", next);
        }
    }

    /** A process that has a lease dies while another thread closes that lease, and a caller waits. */
    @JCStressTest
    @Outcome(id = "dead", expect = ACCEPTABLE, desc = "given back once")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: given back twice; or lost worker, or lost wake-up")
    @State
    public static class DeathOfAnOwner extends Race {
        private volatile @Nullable Lease<Worker> lease;
        private final Pid owner;
        private final CompletableFuture<Lease<Worker>> one;
        private final CompletableFuture<Lease<Worker>> two;

        public DeathOfAnOwner() {
            super(Shape.ONE);
            owner = arena.client(() -> lease = pool.checkout());
            if (!Arena.eventually(() -> lease != null)) {
                throw new AssertionError("it does not borrow: " + pool);
            }
            one = arena.waiter();
            two = arena.waiter();
        }

        @Actor
        public void closes() {
            Lease<Worker> open = lease;
            if (open != null) {
                open.close();
            }
        }

        @Actor
        public void kills() {
            arena.kill(owner);
        }

        @Arbiter
        public void after(L_Result r) {
            Arena.eventually(one::isDone);
            boolean both = two.isDone();
            String outcomes = Arena.outcome(one) + " " + Arena.outcome(two);
            r.r1 = arena.end(both ? Arena.DOUBLE_HAND_OUT : outcomes.equals("served served") ? "dead" : outcomes);
        }
    }

    /** Hand-over versus the end of the pool. */
    @JCStressTest
    @Outcome(id = {"served", "stopped"}, expect = ACCEPTABLE, desc = "served before, or told so")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, or a worker is left")
    @State
    public static class Stop extends Queued {
        private final CompletableFuture<Lease<Worker>> stage;

        public Stop() {
            super(Shape.ONE);
            stage = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.endStopped(Arena.outcome(stage));
        }
    }

    /** A caller begins to wait while the pool ends. */
    @JCStressTest
    @Outcome(id = "stopped", expect = ACCEPTABLE, desc = "refused, or told so while it waits")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up: it waits in a pool that is no more; or a worker is left")
    @State
    public static class ComeAndStop extends Queued {
        private @Nullable CompletableFuture<Lease<Worker>> stage;

        public ComeAndStop() {
            super(Shape.ONE);
        }

        @Actor
        public void comes() {
            stage = arena.waiter();
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.endStopped(stage == null ? "nothing" : Arena.outcome(stage));
        }
    }

    /** Hand-over while the pool is suspended and resumed. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "before or afterwards")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up: it still waits in a pool that was resumed; or lost worker")
    @State
    public static class SuspendAndResume extends Queued {
        private final CompletableFuture<Lease<Worker>> stage;

        public SuspendAndResume() {
            super(Shape.ONE);
            stage = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void operates() {
            arena.pools.admin().suspend("pool");
            arena.pools.admin().resume("pool");
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(Arena.outcome(stage));
        }
    }

    /** A check-in while the pool is made smaller. */
    @JCStressTest
    @Outcome(id = "one worker", expect = ACCEPTABLE, desc = "dismissed as it comes back, or instead of it")
    @Outcome(expect = FORBIDDEN, desc = "lost worker, or a worker too many")
    @State
    public static class Shrink extends Queued {
        public Shrink() {
            super(Shape.TWO);
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void operates() {
            arena.pools.admin().resize("pool", 1, 0);
        }

        @Arbiter
        public void after(L_Result r) {
            boolean one = Arena.eventually(() -> pool.status().workers() == 1 && pool.status().available() == 1);
            String verdict = one ? "one worker" : pool.toString();
            arena.pools.admin().resize("pool", 2, 0);
            r.r1 = arena.end(verdict);
        }
    }

    /** A check-in while the pool is made larger, and two wait. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, or lost worker")
    @State
    public static class Grow extends Queued {
        private final CompletableFuture<Lease<Worker>> one;
        private final CompletableFuture<Lease<Worker>> two;

        public Grow() {
            super(Shape.ONE);
            one = arena.waiter();
            two = arena.waiter();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void operates() {
            arena.pools.admin().resize("pool", 2, 0);
        }

        @Arbiter
        public void after(L_Result r) {
            boolean both = Arena.eventually(() -> one.isDone() && two.isDone());
            boolean twice = both && one.join().pid().equals(two.join().pid());
            Arena.outcome(one);
            Arena.outcome(two);
            arena.pools.admin().resize("pool", 1, 0);
            r.r1 = arena.end(twice ? Arena.DOUBLE_HAND_OUT : both ? "served" : Arena.LOST_WAKE_UP);
        }
    }

    /** The process of a new worker is killed as soon as it can be seen. */
    @JCStressTest
    @Outcome(id = "two workers", expect = ACCEPTABLE, desc = "another one is made")
    @Outcome(expect = FORBIDDEN, desc = "lost worker: its place waits for a restart that nobody makes")
    @State
    public static class DeathOfAStartingWorker extends Race {
        private final Pid known;

        public DeathOfAStartingWorker() {
            super(Shape.ONE);
            Lease<Worker> lease = arena.borrow();
            known = lease.pid();
            lease.close();
        }

        @Actor
        public void operates() {
            arena.pools.admin().resize("pool", 2, 0);
        }

        @Actor
        public void kills() {
            long giveUp = System.nanoTime() + Arena.PATIENCE.toNanos();
            while (System.nanoTime() - giveUp < 0) {
                for (Pid pid : arena.system.processes()) {
                    if (pid.label().startsWith("pool/") && !pid.equals(known)) {
                        long now = System.nanoTime();
                        long until = now + now % 20_000; // while it starts, or just after
                        while (System.nanoTime() - until < 0) {
                            Thread.onSpinWait();
                        }
                        arena.kill(pid);
                        return;
                    }
                }
            }
        }

        @Arbiter
        public void after(L_Result r) {
            boolean two = Arena.eventually(() -> pool.status().available() == 2);
            String verdict = two ? "two workers" : Arena.LOST_WORKER + ": " + pool;
            arena.pools.admin().resize("pool", 1, 0);
            r.r1 = arena.end(verdict);
        }
    }

    /** A worker is taken at the moment at which it has been idle for too long. */
    @JCStressTest
    @Outcome(id = {"taken",
            "none"}, expect = ACCEPTABLE, desc = "taken before, or it goes and keeps its place until then")
    @Outcome(expect = FORBIDDEN, desc = "a borrowed worker is dismissed, or lost worker")
    @State
    public static class TakeAndRetire extends Race {
        private String taken = "none";

        public TakeAndRetire() {
            super(Shape.AGING_BY_HAND);
        }

        @Actor
        public void takes() {
            try {
                pool.tryCheckout().ifPresent(lease -> {
                    taken = lease.isOpen() ? "taken" : "dead on arrival";
                    lease.close();
                });
            } catch (PoolException e) {
                taken = e.toString();
            }
        }

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(taken);
        }
    }
}
