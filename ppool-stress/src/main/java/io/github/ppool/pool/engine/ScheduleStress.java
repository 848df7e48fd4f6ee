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
 * Scheduled tasks on a clock that an actor moves. Their time comes while they are cancelled, while the pool is stopped,
 * or while another task of their key is handed over. Each has one outcome, the one that the canceller was told; and no
 * key is left.
 */
final class ScheduleStress {

    private ScheduleStress() {}

    private static final Duration DELAY = Duration.ofMillis(1);

    /** A pool with one worker, and a task that waits for its time. */
    static class OneTask extends Race {
        final AtomicInteger ran = new AtomicInteger();
        final TaskQueue<Worker> tasks;
        final Task<?> task;
        private boolean cancelled;

        OneTask(TaskOptions options) {
            super(Shape.ONE_BY_HAND);
            tasks = pool.tasks(options);
            task = tasks.schedule(DELAY, worker -> ran.incrementAndGet());
        }

        final void cancel() {
            cancelled = task.cancel();
        }

        /** The outcome of the task, if the canceller was told the same. */
        final String outcome() {
            return told(Arena.outcome(task, ran), cancelled);
        }

        static String told(String outcome, boolean cancelled) {
            return cancelled == outcome.equals("CANCELLED") ? outcome : outcome + " and " + cancelled;
        }

        /** Whether the pool knows no key any more. */
        String withKeys(String outcome) {
            boolean forgotten = Arena.eventually(() -> {
                PoolEngine<?> engine = EngineInvariants.engineOf(pool);
                return engine.core.underLock(() -> engine.core.keys.size()) == 0;
            });
            return outcome + (forgotten ? "" : "; a key is left");
        }
    }

    /** Its time comes while it is cancelled. */
    @JCStressTest
    @Outcome(id = {"DONE", "CANCELLED"}, expect = ACCEPTABLE, desc = "as cancel has told")
    @Outcome(expect = FORBIDDEN, desc = "cancel tells otherwise, or lost task")
    @State
    public static class DueAndCancel extends OneTask {
        public DueAndCancel() {
            super(TaskOptions.DEFAULT);
        }

        @Actor
        public void due() {
            arena.advance(DELAY);
        }

        @Actor
        public void cancels() {
            cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(outcome());
        }
    }

    /** The same with a key, so that the key is forgotten at the same moment. */
    @JCStressTest
    @Outcome(id = {"DONE", "CANCELLED"}, expect = ACCEPTABLE, desc = "as cancel has told")
    @Outcome(expect = FORBIDDEN, desc = "cancel tells otherwise, lost task, or a key is left")
    @State
    public static class DueAndCancelWithKey extends OneTask {
        public DueAndCancelWithKey() {
            super(TaskOptions.key("key"));
        }

        @Actor
        public void due() {
            arena.advance(DELAY);
        }

        @Actor
        public void cancels() {
            cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(withKeys(outcome()));
        }
    }

    /** Its time comes while another task of its key is handed over, and a third one that is due, too, is cancelled. */
    @JCStressTest
    @Outcome(id = {"DONE, DONE, DONE",
            "DONE, DONE, CANCELLED"}, expect = ACCEPTABLE, desc = "one after the other, as cancel has told")
    @Outcome(expect = FORBIDDEN, desc = "cancel tells otherwise, two at once, lost task, or a key is left")
    @State
    public static class DueAndHandOver extends OneTask {
        private final AtomicInteger nextRan = new AtomicInteger();
        private final AtomicInteger otherRan = new AtomicInteger();
        private final Task<?> other;
        private @Nullable Task<?> next;
        private boolean cancelled;

        public DueAndHandOver() {
            super(TaskOptions.key("key"));
            other = tasks.schedule(DELAY, worker -> otherRan.incrementAndGet());
        }

        @Actor
        public void due() {
            arena.advance(DELAY);
        }

        @Actor
        public void handsOverAndCancels() {
            next = tasks.asyncQueue(worker -> nextRan.incrementAndGet());
            cancelled = other.cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            String last = told(Arena.outcome(other, otherRan), cancelled);
            r.r1 = next == null
                    ? "no task"
                    : arena.end(withKeys(Arena.outcome(task, ran) + ", " + Arena.outcome(next, nextRan) + ", "
                            + last));
        }
    }

    /** Its time comes while the pool is stopped. */
    @JCStressTest
    @Outcome(id = {"DONE", "REJECTED", "FAILED"}, expect = ACCEPTABLE, desc = "begun before the stop or not")
    @Outcome(expect = FORBIDDEN, desc = "lost task, or a worker is left")
    @State
    public static class DueAndStop extends OneTask {
        private boolean stopped;

        public DueAndStop() {
            super(TaskOptions.key("key"));
        }

        @Actor
        public void due() {
            arena.advance(DELAY);
        }

        @Actor
        public void stops() {
            stopped = arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.endStopped(Arena.outcome(task, ran) + (stopped ? "" : ", and not stopped"));
        }
    }
}
