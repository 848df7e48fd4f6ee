package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.GatedPool;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.WorkerGate;
import io.github.ppool.pool.WorkerPermit;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A gate refuses, tells of permits, takes back and ends workers, while the pool does the opposite. */
final class GateStress {

    private static final ExitReason LOST = ExitReason.of("lease-lost");

    private GateStress() {}

    /** One permit, or none. */
    static final class Gate implements WorkerGate {

        volatile boolean shut;
        final AtomicInteger out = new AtomicInteger();
        volatile boolean twice;
        private volatile @Nullable GatedPool pool;

        GatedPool pool() {
            GatedPool opened = pool;
            if (opened == null) {
                throw new AssertionError("the gate knows of no pool");
            }
            return opened;
        }

        @Override
        public void opened(GatedPool gated) {
            pool = gated;
        }

        @Override
        public @Nullable WorkerPermit acquire(GatedPool gated, Pid process) {
            if (shut || !out.compareAndSet(0, 1)) {
                return null;
            }
            AtomicBoolean released = new AtomicBoolean();
            return () -> {
                if (!released.compareAndSet(false, true)) {
                    twice = true;
                }
                out.decrementAndGet();
            };
        }
    }

    /** A pool with one worker and a gate with one permit. */
    static class Gated extends Race {
        final Gate gate;
        final GatedPool gated;

        Gated() {
            super(Shape.GATED);
            gate = (Gate) arena.pools.spec("pool").orElseThrow().gate();
            gated = gate.pool();
        }

        final Pid worker() {
            try (Lease<Worker> lease = arena.borrow()) {
                return lease.pid();
            }
        }

        /** The books of the gate, when the pool has its worker again. */
        final String books(String verdict) {
            if (!Arena.eventually(() -> pool.status().available() == 1 && gate.out.get() == 1)) {
                return verdict + "; " + gate.out + " permits are out, " + pool;
            }
            return gate.twice ? verdict + "; a permit was released twice" : verdict;
        }
    }

    /** A permit becomes free while a caller comes and asks: the gate may refuse, and tells the pool afterwards. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "at once, or after the notice")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up: the notice was missed by a place that began to wait")
    @State
    public static class RefusedAndTold extends Gated {
        private final CompletableFuture<CompletableFuture<Lease<Worker>>> asked = new CompletableFuture<>();

        public RefusedAndTold() {
            gate.shut = true;
            if (gated.releaseIdle(1) != 1 || !Arena.eventually(() -> pool.status().workers() == 0)) {
                throw new AssertionError("the worker does not go: " + pool);
            }
        }

        @Actor
        public void comes() {
            asked.complete(arena.waiter());
        }

        @Actor
        public void tells() {
            gate.shut = false;
            gated.permitsAvailable();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(books(Arena.outcome(asked.join())));
        }
    }

    /** The gate ends a worker that crashes at the same moment. */
    @JCStressTest
    @Outcome(id = "again", expect = ACCEPTABLE, desc = "the place has another worker with a new permit")
    @Outcome(expect = FORBIDDEN, desc = "lost worker, lost permit, or a permit that was released twice")
    @State
    public static class EndedAndKilled extends Gated {
        private final Pid process = worker();

        @Actor
        public void ends() {
            var unused = gated.end(process, LOST);
        }

        @Actor
        public void kills() {
            arena.kill(process);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(books("again"));
        }
    }

    /** The gate ends a worker that a borrower gives back, or that another caller borrows. */
    @JCStressTest
    @Outcome(id = "again", expect = ACCEPTABLE, desc = "the place has another worker with a new permit")
    @Outcome(expect = FORBIDDEN, desc = "lost worker, lost permit, or a permit that was released twice")
    @State
    public static class EndedAndGivenBack extends Gated {
        private final Lease<Worker> lease = arena.borrow();
        private final Pid process = lease.pid();

        @Actor
        public void ends() {
            var unused = gated.end(process, LOST);
        }

        @Actor
        public void givesBack() {
            lease.close();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(books("again"));
        }
    }

    /** The gate takes back the permit of a worker that a caller borrows at the same moment. */
    @JCStressTest
    @Outcome(id = "served", expect = ACCEPTABLE, desc = "by the worker, or by the next one")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, lost permit, or a permit that was released twice")
    @State
    public static class TakenBackAndBorrowed extends Gated {
        private final CompletableFuture<CompletableFuture<Lease<Worker>>> asked = new CompletableFuture<>();

        @Actor
        public void takesBack() {
            var unused = gated.releaseIdle(1);
        }

        @Actor
        public void borrows() {
            asked.complete(arena.waiter());
        }

        @Arbiter
        public void after(L_Result r) {
            gated.permitsAvailable();
            r.r1 = arena.end(books(Arena.outcome(asked.join())));
        }
    }

    /** The pool is stopped while the gate ends its worker. */
    @JCStressTest
    @Outcome(id = "stopped", expect = ACCEPTABLE, desc = "the permit is given back once")
    @Outcome(expect = FORBIDDEN, desc = "lost permit, or a permit that was released twice")
    @State
    public static class EndedAndStopped extends Gated {
        private final Pid process = worker();

        @Actor
        public void ends() {
            var unused = gated.end(process, LOST);
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            boolean released = Arena.eventually(() -> gate.out.get() == 0);
            String verdict = !released ? "lost permit" : gate.twice ? "released twice" : "stopped";
            r.r1 = arena.endStopped(verdict);
        }
    }
}
