package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import io.github.ppool.process.ExitReason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Tasks of one key, with a worker for each: a key goes from one task to the next while another one is handed over,
 * cancelled or killed. Never do two run at once, none is forgotten, and the pool forgets the key.
 */
final class KeyStress {

    private KeyStress() {}

    private static final String TWO_AT_ONCE = "two at once";
    private static final String KEY_LEFT = "a key is left";

    /** A key of the application: only its own code can compare it. */
    private record Foreign(int number) {}

    /** A pool with two workers, and a view for tasks of one key. */
    static class OneKey extends Race {
        final TaskQueue<Worker> tasks;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger plain = new AtomicInteger();
        volatile boolean twoAtOnce;

        OneKey(Object key) {
            super(Shape.TWO);
            tasks = pool.tasks(TaskOptions.key(key));
        }

        /** A task that adds one to the number of its runs, and waits for a latch. */
        Task<?> hand(TaskQueue<Worker> queue, AtomicInteger runs, @Nullable CountDownLatch until) {
            return queue.asyncQueue(worker -> {
                twoAtOnce |= running.incrementAndGet() != 1;
                runs.incrementAndGet();
                int seen = plain.getPlain(); // the pool makes it visible to the next task of the key
                if (until != null) {
                    until.await();
                }
                twoAtOnce |= plain.getPlain() != seen;
                plain.setPlain(seen + 1);
                running.decrementAndGet();
            });
        }

        Task<?> handAndAwait(AtomicInteger runs, CountDownLatch until) {
            Task<?> task = hand(tasks, runs, until);
            if (!Arena.eventually(() -> runs.get() == 1)) {
                throw new AssertionError("it does not run: " + pool);
            }
            return task;
        }

        String verdict(String outcomes) {
            boolean forgotten = Arena.eventually(() -> {
                PoolEngine<?> engine = EngineInvariants.engineOf(pool);
                return engine.core.underLock(() -> engine.core.keys.size()) == 0;
            });
            return arena.end(outcomes + (twoAtOnce ? "; " + TWO_AT_ONCE : "") + (forgotten ? "" : "; " + KEY_LEFT));
        }
    }

    /** Two hand a task over, both with a key that no task has. */
    @JCStressTest
    @Outcome(id = "DONE, DONE", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two at once, lost task, or a key is left")
    @State
    public static class TwoHandOver extends OneKey {
        private final AtomicInteger firstRan = new AtomicInteger();
        private final AtomicInteger secondRan = new AtomicInteger();
        private @Nullable Task<?> first;
        private @Nullable Task<?> second;

        public TwoHandOver() {
            super("key");
        }

        @Actor
        public void first() {
            first = hand(tasks, firstRan, null);
        }

        @Actor
        public void second() {
            second = hand(tasks, secondRan, null);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = first == null || second == null
                    ? "no task"
                    : verdict(Arena.outcome(first, firstRan) + ", " + Arena.outcome(second, secondRan));
        }
    }

    /** The same with keys that only their own code can compare, each from its own view. */
    @JCStressTest
    @Outcome(id = "DONE, DONE", expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two at once, lost task, or a key is left")
    @State
    public static class TwoHandOverForeign extends OneKey {
        private final AtomicInteger firstRan = new AtomicInteger();
        private final AtomicInteger secondRan = new AtomicInteger();
        private @Nullable Task<?> first;
        private @Nullable Task<?> second;

        public TwoHandOverForeign() {
            super(new Foreign(1));
        }

        @Actor
        public void first() {
            first = hand(tasks, firstRan, null);
        }

        @Actor
        public void second() {
            second = hand(pool.tasks(TaskOptions.key(new Foreign(1))), secondRan, null);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = first == null || second == null
                    ? "no task"
                    : verdict(Arena.outcome(first, firstRan) + ", " + Arena.outcome(second, secondRan));
        }
    }

    /** The last task of a key ends, and so the key is forgotten, while another task of the key comes. */
    @JCStressTest
    @Outcome(id = "DONE, DONE", expect = ACCEPTABLE, desc = "by the chain of the first, or by a new one")
    @Outcome(expect = FORBIDDEN, desc = "two at once, lost task, or a key is left")
    @State
    public static class EndAndHandOver extends OneKey {
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger nextRan = new AtomicInteger();
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Task<?> task;
        private @Nullable Task<?> next;

        public EndAndHandOver() {
            super(new Foreign(2));
            task = handAndAwait(ran, goOn);
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void handsOver() {
            sleepALittle();
            next = hand(pool.tasks(TaskOptions.key(new Foreign(2))), nextRan, null);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = next == null
                    ? "no task"
                    : verdict(Arena.outcome(task, ran) + ", " + Arena.outcome(next, nextRan));
        }
    }

    /** The task that has the key ends while the next one is cancelled; a third waits behind both. */
    @JCStressTest
    @Outcome(id = {"DONE, DONE, DONE",
            "DONE, CANCELLED, DONE"}, expect = ACCEPTABLE, desc = "as cancel has told")
    @Outcome(expect = FORBIDDEN, desc = "cancel tells otherwise, two at once, lost task, or a key is left")
    @State
    public static class EndAndCancel extends OneKey {
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger nextRan = new AtomicInteger();
        private final AtomicInteger thirdRan = new AtomicInteger();
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Task<?> task;
        private final Task<?> next;
        private final Task<?> third;
        private boolean cancelled;

        public EndAndCancel() {
            super("key");
            task = handAndAwait(ran, goOn);
            next = hand(tasks, nextRan, null);
            third = hand(tasks, thirdRan, null);
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void cancels() {
            sleepALittle();
            cancelled = next.cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = Arena.outcome(next, nextRan);
            r.r1 = verdict(Arena.outcome(task, ran) + ", "
                    + (cancelled == outcome.equals("CANCELLED") ? outcome : outcome + " and " + cancelled) + ", "
                    + Arena.outcome(third, thirdRan));
        }
    }

    /** The task that has the key is killed while it ends, and another one is handed over behind those that wait. */
    @JCStressTest
    @Outcome(id = {"DONE, DONE, DONE",
            "FAILED, DONE, DONE"}, expect = ACCEPTABLE, desc = "as exit has told; the others are done")
    @Outcome(expect = FORBIDDEN, desc = "exit tells otherwise, two at once, lost task, or a key is left")
    @State
    public static class EndAndKill extends OneKey {
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger nextRan = new AtomicInteger();
        private final AtomicInteger lastRan = new AtomicInteger();
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final Task<?> task;
        private final Task<?> next;
        private @Nullable Task<?> last;
        private boolean killed;

        public EndAndKill() {
            super("key");
            task = tasks.asyncQueue(worker -> {
                ran.incrementAndGet();
                goOn.await();
            });
            if (!Arena.eventually(() -> ran.get() == 1)) {
                throw new AssertionError("it does not run: " + pool);
            }
            next = hand(tasks, nextRan, null);
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void killsAndHandsOver() {
            sleepALittle();
            killed = task.exit(ExitReason.KILL);
            last = hand(tasks, lastRan, null);
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = Arena.outcome(task, ran);
            r.r1 = last == null
                    ? "no task"
                    : verdict((killed == outcome.equals("FAILED") ? outcome : outcome + " and " + killed) + ", "
                            + Arena.outcome(next, nextRan) + ", " + Arena.outcome(last, lastRan));
        }
    }
}
