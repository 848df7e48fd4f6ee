package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A task is ended from outside at the moment at which it ends by itself, and the worker goes on with the next task. */
final class TaskEndStress {

    private TaskEndStress() {}

    private static final Duration MILLI = Duration.ofMillis(1);
    /** Nanoseconds: longer than a thread sleeps that finds the lock taken. */
    private static final long LONGER_THAN_A_NAP = 300_000;

    /** One task runs until it is told to go on, and the next waits for the same worker. */
    static class TwoTasks extends Race {
        final AtomicInteger ran = new AtomicInteger();
        final AtomicInteger nextRan = new AtomicInteger();
        final CountDownLatch goOn = new CountDownLatch(1);
        final Task<?> task;
        final Task<?> next;

        TwoTasks(Shape shape, TaskOptions options, @Nullable RuntimeException end) {
            this(shape, options, end, 0);
        }

        /**
         * The race.
         *
         * @param end the failure of the first task, null for none
         * @param nextNanos how long the next task takes
         */
        TwoTasks(Shape shape, TaskOptions options, @Nullable RuntimeException end, long nextNanos) {
            super(shape);
            task = pool.tasks(options).asyncQueue(worker -> {
                ran.incrementAndGet();
                goOn.await();
                if (end != null && ran.get() == 1) {
                    throw end;
                }
            });
            if (!Arena.eventually(() -> ran.get() == 1)) {
                throw new AssertionError("it does not run: " + pool);
            }
            // A time-out of the next task is never over: the clock stands still, or the task is quicker by far.
            next = pool.tasks(TaskOptions.DEFAULT.withTimeout(Arena.PATIENCE))
                    .asyncQueue(worker -> {
                        nextRan.incrementAndGet();
                        pause(nextNanos);
                    });
        }

        /** The outcome of the first task; the next task must be done after any outcome. */
        String withNext(String first) {
            String second = Arena.outcome(next, nextRan);
            return arena.end(second.equals("DONE") ? first : first + ", the next: " + second);
        }

        /** The kind of failure with which the first task has failed; empty if it has not. */
        String failure() {
            try {
                task.result().toCompletableFuture().join();
                return "";
            } catch (CompletionException e) {
                return switch (e.getCause()) {
                    case WorkerExitException exit -> "ended";
                    case TimeoutException late -> "timed out";
                    case null, default -> "failed";
                };
            }
        }

        /** Something between no time and a little more than it takes to settle a task. */
        static void hesitate() {
            pause(System.nanoTime() % 16_000);
        }

        static void pause(long nanos) {
            long until = System.nanoTime() + nanos;
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** A task ends well, or another thread ends it. */
    @JCStressTest
    @Outcome(id = {"DONE", "FAILED ended"}, expect = ACCEPTABLE, desc = "as exit has told; the next task is done")
    @Outcome(expect = FORBIDDEN, desc = "exit tells otherwise, the next task is hurt, or lost worker")
    @State
    public static class EndAndExit extends TwoTasks {
        private boolean exited;

        public EndAndExit() {
            super(Shape.ONE, TaskOptions.DEFAULT, null);
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void exits() {
            hesitate();
            exited = task.exit(ExitReason.KILL);
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = (Arena.outcome(task, ran) + " " + failure()).strip();
            r.r1 = withNext(exited == outcome.startsWith("FAILED") ? outcome : outcome + " and " + exited);
        }
    }

    /** The same with a reason that a process may trap, and a task with a failure that its worker survives. */
    @JCStressTest
    @Outcome(id = {"failed", "ended"}, expect = ACCEPTABLE, desc = "as exit has told; the next task is done")
    @Outcome(expect = FORBIDDEN, desc = "exit tells otherwise, the next task is hurt, or lost worker")
    @State
    public static class SurvivableFailureAndExit extends TwoTasks {
        private boolean exited;

        public SurvivableFailureAndExit() {
            super(Shape.SURVIVING, TaskOptions.DEFAULT, new UnsupportedOperationException("survivable"));
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void exits() {
            hesitate();
            exited = task.exit(ExitReason.of("enough"));
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = Arena.outcome(task, ran);
            String failure = failure();
            boolean told = outcome.equals("FAILED") && exited == failure.equals("ended");
            r.r1 = withNext(told ? failure : outcome + " " + failure + " and " + exited);
        }
    }

    /**
     * The same with a task that kills its worker by its failure: the signal may come while the worker dies already.
     */
    @JCStressTest
    @Outcome(id = {"failed", "ended"}, expect = ACCEPTABLE, desc = "as exit has told; the next task is done")
    @Outcome(id = "failed while exit sends", expect = ACCEPTABLE, desc = "the process lived yet; the next task is done")
    @Outcome(expect = FORBIDDEN, desc = "ended although exit says no, the next task is hurt, or lost worker")
    @State
    public static class FailureAndExit extends TwoTasks {
        private boolean exited;

        public FailureAndExit() {
            super(Shape.ONE, TaskOptions.DEFAULT, new IllegalStateException("bad input"));
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void exits() {
            hesitate();
            exited = task.exit(ExitReason.KILL);
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = Arena.outcome(task, ran);
            String failure = failure();
            if (exited && failure.equals("failed")) {
                failure += " while exit sends";
            }
            boolean told = outcome.equals("FAILED") && (exited || failure.equals("failed"));
            r.r1 = withNext(told ? failure : outcome + " " + failure + " and " + exited);
        }
    }

    /** Two end one task, which would run on. */
    @JCStressTest
    @Outcome(id = "FAILED", expect = ACCEPTABLE, desc = "ended by one of them; the next task is done")
    @Outcome(expect = FORBIDDEN, desc = "both or none have ended it, the next task is hurt, or lost worker")
    @State
    public static class TwoExit extends TwoTasks {
        private boolean first;
        private boolean second;

        public TwoExit() {
            super(Shape.ONE, TaskOptions.DEFAULT, null);
        }

        @Actor
        public void exits() {
            first = task.exit(ExitReason.KILL);
        }

        @Actor
        public void exitsToo() {
            second = task.exit(ExitReason.KILL);
        }

        @Arbiter
        public void after(L_Result r) {
            goOn.countDown();
            String outcome = Arena.outcome(task, ran);
            r.r1 = withNext(first != second ? outcome : outcome + " " + first + second);
        }
    }

    /**
     * The time of a task is over, or the task is. A time-out that finds the lock taken sleeps, and comes to the lock
     * while the next task runs.
     */
    @JCStressTest
    @Outcome(id = {"DONE",
            "FAILED timed out"}, expect = ACCEPTABLE, desc = "one of the two; the next task is done")
    @Outcome(expect = FORBIDDEN, desc = "two outcomes, the next task is hurt, or lost worker")
    @State
    public static class EndAndTimeOut extends TwoTasks {
        public EndAndTimeOut() {
            super(Shape.ONE_BY_HAND, TaskOptions.DEFAULT.withTimeout(MILLI), null, LONGER_THAN_A_NAP);
        }

        @Actor
        public void ends() {
            sleepALittle();
            goOn.countDown();
            takeTheLockAgainAndAgain();
        }

        @Actor
        public void time() {
            sleepALittle();
            arena.advance(MILLI);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = withNext((Arena.outcome(task, ran) + " " + failure()).strip());
        }
    }

    /** The time of a task is over, and another thread ends it. */
    @JCStressTest
    @Outcome(id = {"ended", "timed out"}, expect = ACCEPTABLE, desc = "as exit has told; the next task is done")
    @Outcome(expect = FORBIDDEN, desc = "exit tells otherwise, the next task is hurt, or lost worker")
    @State
    public static class ExitAndTimeOut extends TwoTasks {
        private boolean exited;

        public ExitAndTimeOut() {
            super(Shape.ONE_BY_HAND, TaskOptions.DEFAULT.withTimeout(MILLI), null);
        }

        @Actor
        public void exits() {
            exited = task.exit(ExitReason.KILL);
        }

        @Actor
        public void time() {
            arena.advance(MILLI);
        }

        @Arbiter
        public void after(L_Result r) {
            goOn.countDown();
            String outcome = Arena.outcome(task, ran);
            String failure = failure();
            boolean told = outcome.equals("FAILED") && exited == failure.equals("ended");
            r.r1 = withNext(told ? failure : outcome + " " + failure + " and " + exited);
        }
    }

    /**
     * The time of a task's first attempt is over, or the attempt is; the second one follows at once. Its time-out is
     * twice as long as the time that passes in the race, so that the time of the second attempt is never over. A
     * time-out that finds the lock taken sleeps, and comes to the lock while the second attempt runs.
     */
    @JCStressTest
    @Outcome(id = "DONE at the second attempt", expect = ACCEPTABLE, desc = "and the next task is done")
    @Outcome(id = "DONE at the second attempt, the first timed out", expect = ACCEPTABLE, desc = "by a new worker")
    @Outcome(expect = FORBIDDEN, desc = "the second attempt, or the next task, is hurt; or lost worker")
    @State
    public static class RetryAndTimeOut extends Race {
        private final AtomicInteger ran = new AtomicInteger();
        private final AtomicInteger nextRan = new AtomicInteger();
        private final Task<?> task;
        private final CountDownLatch goOn = new CountDownLatch(1);
        private volatile boolean timedOut;

        public RetryAndTimeOut() {
            super(Shape.RETRYING_BY_HAND);
            task = pool.tasks(TaskOptions.DEFAULT.withTimeout(MILLI.multipliedBy(2))).asyncQueue(worker -> run());
            if (!Arena.eventually(() -> ran.get() == 1)) {
                throw new AssertionError("it does not run: " + pool);
            }
            arena.advance(MILLI);
        }

        private void run() throws InterruptedException {
            if (ran.incrementAndGet() > 1) {
                TwoTasks.pause(LONGER_THAN_A_NAP);
                return;
            }
            try {
                goOn.await();
            } catch (InterruptedException ended) {
                timedOut = true;
                throw ended;
            }
            throw new UnsupportedOperationException("survivable");
        }

        @Actor
        public void ends() {
            sleepALittle();
            goOn.countDown();
            takeTheLockAgainAndAgain();
        }

        @Actor
        public void time() {
            sleepALittle();
            arena.advance(MILLI);
        }

        @Arbiter
        public void after(L_Result r) {
            boolean settled = Arena.eventually(() -> task.result().toCompletableFuture().isDone());
            boolean twice = settled && ran.get() == 2 && task.attempts() == 2;
            Task<?> next = pool.asyncQueue(worker -> nextRan.incrementAndGet());
            String second = Arena.outcome(next, nextRan);
            r.r1 = arena.end(task.state() + (twice
                    ? " at the second attempt" + (timedOut ? ", the first timed out" : "")
                    : " ran " + ran + " in " + task.attempts() + " attempts")
                    + (second.equals("DONE") ? "" : ", the next: " + second));
        }
    }
}
