package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Waiters for a rate of one hand-out in a millisecond, while the time of the next one comes: none is forgotten, and no
 * more begin than the rate permits.
 */
final class RateStress {

    private RateStress() {}

    private static final Duration MILLI = Duration.ofMillis(1);

    /** A pool whose rate is used up. */
    static class UsedUp extends Race {
        final AtomicInteger firstRan = new AtomicInteger();
        final AtomicInteger secondRan = new AtomicInteger();

        UsedUp(Shape shape) {
            super(shape);
            arena.advance(MILLI);
        }

        Task<?> hand(TaskQueue<Worker> tasks, AtomicInteger ran) {
            return tasks.asyncQueue(worker -> ran.incrementAndGet());
        }

        /** Each wait for the rate takes a millisecond; the last one is for the end of the race. */
        String verdict(Task<?> first, @Nullable Task<?> second) {
            String outcomes = Arena.outcome(first, firstRan);
            arena.advance(MILLI);
            if (second != null) {
                outcomes += ", " + Arena.outcome(second, secondRan);
                arena.advance(MILLI);
            }
            return arena.end(outcomes);
        }
    }

    /** The first one of the queue waits for the rate. */
    static class OneWaits extends UsedUp {
        final Task<?> first;

        OneWaits() {
            super(Shape.RATED_BY_HAND);
            arena.borrow().close();
            first = hand(pool, firstRan);
            if (first.state().isFinal()) {
                throw new AssertionError("the rate is not used up: " + pool);
            }
        }
    }

    /** Another one comes while the rate permits the first. */
    @JCStressTest
    @Outcome(id = "DONE, DONE", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "lost task")
    @State
    public static class HandOverWhenDue extends OneWaits {
        private @Nullable Task<?> second;

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Actor
        public void hands() {
            second = hand(pool, secondRan);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = second == null ? "no task" : verdict(first, second);
        }
    }

    /** The first one is cancelled while the rate permits it: the second one is not forgotten. */
    @JCStressTest
    @Outcome(id = {"DONE, DONE", "CANCELLED, DONE"}, expect = ACCEPTABLE, desc = "the second one is served")
    @Outcome(expect = FORBIDDEN, desc = "lost task")
    @State
    public static class CancelWhenDue extends OneWaits {
        private final Task<?> second = hand(pool, secondRan);

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Actor
        public void cancels() {
            first.cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = verdict(first, second);
        }
    }

    /** The pool is suspended and resumed while the rate permits the first one. */
    @JCStressTest
    @Outcome(id = "DONE", expect = ACCEPTABLE, desc = "served after all")
    @Outcome(expect = FORBIDDEN, desc = "lost task")
    @State
    public static class SuspendWhenDue extends OneWaits {

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Actor
        public void suspends() {
            arena.pools.admin().suspend("pool");
            arena.pools.admin().resume("pool");
        }

        @Arbiter
        public void after(L_Result r) {
            arena.advance(MILLI); // a timer that is set by the resume while the time goes on is so much late
            r.r1 = verdict(first, null);
        }
    }

    /** The rate of a key permits its next task, or has an empty record, while a task comes. */
    @JCStressTest
    @Outcome(id = {"DONE, DONE"}, expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "lost task, or a key is left")
    @State
    public static class KeyWhenDue extends UsedUp {
        private final TaskQueue<Worker> tasks = pool.tasks(TaskOptions.key("key"));
        private final Task<?> first;
        private @Nullable Task<?> second;

        public KeyWhenDue() {
            super(Shape.KEY_RATED_BY_HAND);
            first = hand(tasks, firstRan);
            if (!"DONE".equals(Arena.outcome(first, firstRan))) {
                throw new AssertionError("it is not done: " + first);
            }
        }

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Actor
        public void hands() {
            second = hand(tasks, secondRan);
        }

        @Arbiter
        public void after(L_Result r) {
            String outcomes = second == null ? "no task" : verdict(first, second);
            PoolEngine<?> engine = EngineInvariants.engineOf(pool);
            boolean left = engine.core.underLock(() -> engine.core.keys.size()) > 0;
            r.r1 = outcomes + (left ? "; a key is left" : "");
        }
    }
}
