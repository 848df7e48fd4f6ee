package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Pools of one name are started and stopped at the same moment: a stop ends the pool that it means, and no other. */
final class StopStress {

    private StopStress() {}

    /** A pool that may be stopped, and those that are started under its name. */
    static class Names extends Race {
        Names() {
            super(Shape.ONE);
        }

        /** Null if the name is not free. */
        @Nullable
        PoolClient<Worker> startOnce() {
            try {
                return arena.startPool();
            } catch (IllegalStateException taken) {
                return null;
            }
        }

        /** As soon as the name is free; null if that does not come. */
        @Nullable
        PoolClient<Worker> start() {
            long giveUp = System.nanoTime() + Arena.PATIENCE.toNanos();
            while (System.nanoTime() - giveUp < 0) {
                PoolClient<Worker> started = startOnce();
                if (started != null) {
                    return started;
                }
                Thread.onSpinWait();
            }
            return null;
        }

        /** The pool before is gone, and this is the only one: it is complete, and found by its name. */
        String lives(PoolClient<Worker> started, String verdict) {
            if (!Arena.eventually(() -> pool.status().phase() == PoolPhase.STOPPED)) {
                return "the pool before is not stopped: " + pool;
            }
            if (!arena.isComplete(started)) {
                return "hit by the stop of another: " + started;
            }
            if (!arena.pools.pool("pool").filter(started::equals).isPresent()) {
                return "not found by its name: " + started;
            }
            arena.pool = started;
            return arena.end(verdict);
        }

        /** There is no pool of the name. */
        String isGone(String verdict) {
            boolean free = arena.pools.pool("pool").isEmpty();
            return arena.endStopped(free ? verdict : verdict + ", and the name is taken");
        }
    }

    /** Two stop a pool by its name. */
    @JCStressTest
    @Outcome(id = {"both",
            "one"}, expect = ACCEPTABLE, desc = "the second joins in, or comes when there is none any more")
    @Outcome(expect = FORBIDDEN, desc = "none has stopped it, or something is left")
    @State
    public static class TwoStop extends Names {
        private boolean first;
        private boolean second;

        @Actor
        public void stops() {
            first = arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Actor
        public void stopsToo() {
            second = arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = isGone(first && second ? "both" : first || second ? "one" : "none");
        }
    }

    /** One would wait for a borrower for ever, one has no time: neither hangs. */
    @JCStressTest
    @Outcome(id = {"both", "one"}, expect = ACCEPTABLE, desc = "the shorter time counts")
    @Outcome(expect = FORBIDDEN, desc = "the patient one hangs, none has stopped it, or something is left")
    @State
    public static class PatientAndImpatientStop extends Names {
        private final Lease<Worker> lease = arena.borrow();
        private boolean patient;
        private boolean impatient;
        private boolean hangs;

        @Actor
        public void stops() {
            long began = System.nanoTime();
            patient = arena.pools.stopPool("pool", Arena.PATIENCE.multipliedBy(2));
            hangs = System.nanoTime() - began > Arena.PATIENCE.toNanos();
        }

        @Actor
        public void stopsAtOnce() {
            impatient = arena.pools.stopPool(pool, Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            lease.close();
            String verdict = patient && impatient ? "both" : patient || impatient ? "one" : "none";
            r.r1 = isGone(hangs ? verdict + ", and it hangs" : verdict);
        }
    }

    /** A pool is stopped by its name while another of that name is started. */
    @JCStressTest
    @Outcome(id = "refused", expect = ACCEPTABLE, desc = "the name was not free yet")
    @Outcome(id = "started", expect = ACCEPTABLE, desc = "after the other had gone; it lives")
    @Outcome(expect = FORBIDDEN, desc = "two pools of a name, a stop that hits the wrong one, or something is left")
    @State
    public static class StopAndStart extends Names {
        private boolean stopped;
        private @Nullable PoolClient<Worker> started;

        @Actor
        public void stops() {
            stopped = arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Actor
        public void starts() {
            long now = System.nanoTime();
            long until = now + now % 500_000; // a stop takes about so long
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            started = startOnce();
        }

        @Arbiter
        public void after(L_Result r) {
            PoolClient<Worker> other = started;
            if (!stopped) {
                r.r1 = "not stopped";
            } else {
                r.r1 = other == null ? isGone("refused") : lives(other, "started");
            }
        }
    }

    /** Two stop one pool, and one of them starts the next at once: no stop hits that one. */
    @JCStressTest
    @Outcome(id = {"both", "one"}, expect = ACCEPTABLE, desc = "the pool before was stopped, the new one lives")
    @Outcome(expect = FORBIDDEN, desc = "a stop hits the new pool, none stops the one before, or something hangs")
    @State
    public static class StopAndNext extends Names {
        private boolean first;
        private boolean second;
        private @Nullable PoolClient<Worker> started;

        @Actor
        public void stops() {
            first = arena.pools.stopPool(pool, Duration.ZERO);
            started = start();
        }

        @Actor
        public void stopsToo() {
            long now = System.nanoTime();
            long until = now + now % 1_000_000; // so that some come when the next is there
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
            second = arena.pools.stopPool(pool, Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            PoolClient<Worker> other = started;
            String verdict = first && second ? "both" : first || second ? "one" : "none";
            r.r1 = other == null ? "the name does not become free" : lives(other, verdict);
        }
    }

    /** A pool is stopped without waiting, and the next is started as soon as its name is free. */
    @JCStressTest
    @Outcome(id = "started", expect = ACCEPTABLE, desc = "after the other had gone; it lives")
    @Outcome(expect = FORBIDDEN, desc = "two pools of a name, a stop that hits the wrong one, or something hangs")
    @State
    public static class StopAsyncAndStart extends Names {
        private boolean stopped;
        private @Nullable PoolClient<Worker> started;

        @Actor
        public void stops() {
            stopped = arena.pools.stopPoolAsync("pool", Duration.ZERO).toCompletableFuture().join();
        }

        @Actor
        public void starts() {
            started = start();
        }

        @Arbiter
        public void after(L_Result r) {
            PoolClient<Worker> other = started;
            if (other == null || !stopped) {
                r.r1 = "stopped: " + stopped + ", started: " + other;
            } else {
                r.r1 = lives(other, "started");
            }
        }
    }

    /** Two start a pool of one name. */
    @JCStressTest
    @Outcome(id = "one", expect = ACCEPTABLE, desc = "it lives, and the other was refused")
    @Outcome(expect = FORBIDDEN, desc = "two pools of a name, none, or one that does not live")
    @State
    public static class TwoStart extends Names {
        private @Nullable PoolClient<Worker> first;
        private @Nullable PoolClient<Worker> second;

        public TwoStart() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Actor
        public void starts() {
            first = startOnce();
        }

        @Actor
        public void startsToo() {
            second = startOnce();
        }

        @Arbiter
        public void after(L_Result r) {
            PoolClient<Worker> one = first;
            PoolClient<Worker> other = second;
            if (one != null && other != null) {
                r.r1 = "two";
            } else if (one == null && other == null) {
                r.r1 = "none";
            } else {
                r.r1 = lives(one != null ? one : other, "one");
            }
        }
    }

    /** A pool is stopped by its name at the moment at which it is started. */
    @JCStressTest
    @Outcome(id = "too early", expect = ACCEPTABLE, desc = "there was none, and the new one lives")
    @Outcome(id = "stopped", expect = ACCEPTABLE, desc = "nothing of it is left")
    @Outcome(expect = FORBIDDEN, desc = "the stop says otherwise, the start fails, or something hangs")
    @State
    public static class StartAndStop extends Names {
        private @Nullable PoolClient<Worker> started;
        private boolean stopped;

        public StartAndStop() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Actor
        public void starts() {
            started = startOnce();
        }

        @Actor
        public void stops() {
            stopped = arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            PoolClient<Worker> other = started;
            if (other == null) {
                r.r1 = "not started";
            } else if (stopped) {
                r.r1 = isGone(other.status().phase() == PoolPhase.STOPPED ? "stopped" : "not stopped: " + other);
            } else {
                r.r1 = lives(other, "too early");
            }
        }
    }
}
