package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolSpec;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A process is killed while it has a worker; its thread uses that worker for a while yet, as others come for it. */
final class OrphanStress {

    private OrphanStress() {}

    /** Longer than the default grace for the threads of killed borrowers. */
    private static final Duration GRACE = PoolSpec.builder("any", Object::new).build().orphanGrace()
            .plusMillis(1);

    /** A process has the worker, and its thread heeds no interrupt; two wait for it, and the first of them keeps it. */
    static class Killed extends Race {
        final CountDownLatch goOn = new CountDownLatch(1);
        final Pid owner;
        final CompletableFuture<Lease<Worker>> one;
        final CompletableFuture<Lease<Worker>> two;
        /** The state that the first waiter has found when it was served. */
        private volatile String found = "served";
        private volatile @Nullable Lease<Worker> lease;

        /**
         * The race.
         *
         * @param last the action of the thread on its lease when it has left the worker
         */
        Killed(Shape shape, Consumer<Lease<Worker>> last) {
            super(shape);
            owner = arena.system.spawn(self -> {
                Lease<Worker> mine = pool.checkout();
                Worker worker = mine.worker();
                worker.users.incrementAndGet();
                lease = mine;
                awaitWithoutHeed(goOn);
                worker.users.decrementAndGet();
                last.accept(mine);
                self.receive();
            });
            if (!Arena.eventually(() -> lease != null)) {
                throw new AssertionError("it does not borrow: " + pool);
            }
            one = arena.waiter();
            var unused = one.thenAccept(served -> found = served.worker().users.get() == 0
                    ? "served"
                    : Arena.DOUBLE_HAND_OUT + " with a thread that uses it");
            two = arena.waiter();
        }

        private static void awaitWithoutHeed(CountDownLatch latch) {
            while (true) {
                try {
                    latch.await();
                    return;
                } catch (InterruptedException ignored) {
                    // it was killed, and goes on
                }
            }
        }

        Lease<Worker> lease() {
            Lease<Worker> open = lease;
            if (open == null) {
                throw new AssertionError("nothing is borrowed");
            }
            return open;
        }

        /** After the thread has ended: exactly one of the two is served, then the other. */
        String served() {
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            arena.system.onThreadEnd(owner, (pid, reason) -> ended.complete(true));
            if (!Arena.eventually(ended::isDone)) {
                return "the thread does not end";
            }
            if (lease().isOpen()) {
                return "the lease of the dead is open";
            }
            if (!Arena.eventually(one::isDone)) {
                return Arena.LOST_WAKE_UP;
            }
            boolean both = two.isDone();
            String outcomes = Arena.outcome(one) + " " + Arena.outcome(two);
            return both ? Arena.DOUBLE_HAND_OUT : outcomes.equals("served served") ? found : outcomes;
        }
    }

    /** Its thread ends. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "one after the other, when the thread has ended")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, lost worker, lost wake-up, or an open lease of the dead")
    @State
    public static class KillAndEnd extends Killed {
        public KillAndEnd() {
            super(Shape.ONE, lease -> {});
        }

        @Actor
        public void goesOn() {
            goOn.countDown();
        }

        @Actor
        public void kills() {
            arena.kill(owner);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(served());
        }
    }

    /** Its thread gives the worker back. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "one after the other, when the thread has given back")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: given back twice; lost worker, lost wake-up")
    @State
    public static class KillAndGiveBack extends Killed {
        public KillAndGiveBack() {
            super(Shape.ONE, Lease::close);
        }

        @Actor
        public void goesOn() {
            goOn.countDown();
        }

        @Actor
        public void kills() {
            arena.kill(owner);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(served());
        }
    }

    /** Its thread says that the worker is broken. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "one after the other, by a new worker")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out: given back twice; lost worker, lost wake-up")
    @State
    public static class KillAndFail extends Killed {
        public KillAndFail() {
            super(Shape.ONE, lease -> lease.fail(new IllegalStateException("broken")));
        }

        @Actor
        public void goesOn() {
            goOn.countDown();
        }

        @Actor
        public void kills() {
            arena.kill(owner);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(served());
        }
    }

    /** It was killed, and its thread leaves the worker at the moment at which the grace is over. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "by the worker that the thread has left, or by a new one")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, lost worker, lost wake-up, or an open lease of the dead")
    @State
    public static class GraceAndGiveBack extends Killed {
        public GraceAndGiveBack() {
            super(Shape.ONE_BY_HAND, Lease::close);
            arena.kill(owner);
        }

        @Actor
        public void goesOn() {
            sleepALittle();
            goOn.countDown();
            takeTheLockAgainAndAgain(); // the thread comes to it twice: to see that the lease is over, and to give back
        }

        @Actor
        public void time() {
            sleepALittle();
            arena.advance(GRACE);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(served());
        }
    }

    /** It is killed at the moment at which the worker dies. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "by a new worker")
    @Outcome(expect = FORBIDDEN, desc = "double hand-out, lost worker, lost wake-up, or an open lease of the dead")
    @State
    public static class KillAndWorkerDeath extends Killed {
        public KillAndWorkerDeath() {
            super(Shape.ONE, lease -> {});
        }

        @Actor
        public void dies() {
            arena.kill(lease().pid());
        }

        @Actor
        public void kills() {
            arena.kill(owner);
        }

        @Arbiter
        public void after(L_Result r) {
            // the thread that goes on has a dead worker, so the served caller has another one
            goOn.countDown();
            r.r1 = arena.end(served());
        }
    }

    /** It is killed while the pool ends at once. */
    @JCStressTest
    @Outcome(id = "stopped stopped", expect = ACCEPTABLE, desc = "those who wait are told, and nothing is left")
    @Outcome(expect = FORBIDDEN, desc = "a worker that is in use is handed out, lost wake-up, or a worker is left")
    @State
    public static class KillAndStop extends Killed {
        public KillAndStop() {
            super(Shape.ONE, lease -> {});
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Actor
        public void kills() {
            arena.kill(owner);
        }

        @Arbiter
        public void after(L_Result r) {
            String outcomes = Arena.outcome(one) + " " + Arena.outcome(two);
            goOn.countDown();
            r.r1 = arena.endStopped(lease().isOpen() ? "the lease of the dead is open" : outcomes);
        }
    }
}
