package io.github.ppool.pool.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolStoppedException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.engine.Arena.Shape;
import io.github.ppool.pool.engine.Arena.Worker;
import io.github.ppool.process.ExitReason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Tasks: each has one outcome, even with another event at the same moment. */
final class TaskStress {

    private TaskStress() {}

    private static final Duration MILLI = Duration.ofMillis(1);

    /** Tasks that count how often they run. */
    static class Counted extends Race {
        final AtomicInteger ran = new AtomicInteger();

        Counted(Shape shape) {
            super(shape);
        }

        Task<?> queue(TaskOptions options) {
            return pool.tasks(options).asyncQueue(worker -> ran.incrementAndGet());
        }

        Task<?> queue() {
            return queue(TaskOptions.DEFAULT);
        }
    }

    /** A task is handed over versus cancelled. */
    @JCStressTest
    @Outcome(id = {"DONE", "CANCELLED"}, expect = ACCEPTABLE, desc = "one of the two")
    @Outcome(expect = FORBIDDEN, desc = "lost task, two outcomes, or lost worker")
    @State
    public static class Cancel extends Counted {
        private final Lease<Worker> lease;
        private final Task<?> task;
        private boolean cancelled;

        public Cancel() {
            super(Shape.ONE);
            lease = arena.borrow();
            task = queue();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void cancels() {
            cancelled = task.cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            String outcome = Arena.outcome(task, ran);
            r.r1 = arena.end(cancelled == outcome.equals("CANCELLED") ? outcome : outcome + " and " + cancelled);
        }
    }

    /** Two cancel. */
    @JCStressTest
    @Outcome(id = "CANCELLED", expect = ACCEPTABLE, desc = "by one of them")
    @Outcome(expect = FORBIDDEN, desc = "both or none count, or lost worker")
    @State
    public static class TwoCancel extends Counted {
        private final Lease<Worker> lease;
        private final Task<?> task;
        private boolean first;
        private boolean second;

        public TwoCancel() {
            super(Shape.ONE);
            lease = arena.borrow();
            task = queue();
        }

        @Actor
        public void cancels() {
            first = task.cancel();
        }

        @Actor
        public void cancelsToo() {
            second = task.cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            lease.close();
            String outcome = Arena.outcome(task, ran);
            r.r1 = arena.end(first != second ? outcome : outcome + " " + first + second);
        }
    }

    /** A task joins the queue while the only one in it is cancelled. */
    @JCStressTest
    @Outcome(id = "CANCELLED DONE", expect = ACCEPTABLE, desc = "it is the only one then")
    @Outcome(expect = FORBIDDEN, desc = "lost task: nobody has counted it; or lost worker")
    @State
    public static class JoinAndCancel extends Counted {
        private final Lease<Worker> lease;
        private final Task<?> first;
        private @Nullable Task<?> second;

        public JoinAndCancel() {
            super(Shape.ONE);
            lease = arena.borrow();
            first = queue();
        }

        @Actor
        public void joins() {
            second = queue();
        }

        @Actor
        public void cancels() {
            first.cancel();
        }

        @Arbiter
        public void after(L_Result r) {
            lease.close();
            String last = second == null ? "refused" : Arena.outcome(second, ran);
            r.r1 = arena.end(first.state() + " " + last);
        }
    }

    /** A task is handed over versus its deadline. */
    @JCStressTest
    @Outcome(id = {"DONE", "REJECTED"}, expect = ACCEPTABLE, desc = "one of the two")
    @Outcome(expect = FORBIDDEN, desc = "lost task, two outcomes, or lost worker")
    @State
    public static class Deadline extends Counted {
        private final Lease<Worker> lease;
        private final Task<?> task;

        public Deadline() {
            super(Shape.ONE_BY_HAND);
            lease = arena.borrow();
            task = queue(TaskOptions.DEFAULT.withDeadline(MILLI));
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
            r.r1 = arena.end(Arena.outcome(task, ran));
        }
    }

    /** A task is handed over to a worker that dies. */
    @JCStressTest
    @Outcome(id = "DONE", expect = ACCEPTABLE, desc = "by this worker or the next")
    @Outcome(id = "FAILED", expect = ACCEPTABLE, desc = "the worker died of it")
    @Outcome(expect = FORBIDDEN, desc = "lost task, two outcomes, or lost worker")
    @State
    public static class WorkerDeath extends Counted {
        private final Lease<Worker> lease;
        private final Task<?> task;

        public WorkerDeath() {
            super(Shape.ONE);
            lease = arena.borrow();
            task = queue();
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
            r.r1 = arena.end(Arena.outcome(task, ran));
        }
    }

    /** A task is accepted while the pool ends at once. */
    @JCStressTest
    @Outcome(id = "refused", expect = ACCEPTABLE, desc = "not accepted")
    @Outcome(id = {"DONE", "FAILED", "REJECTED"}, expect = ACCEPTABLE, desc = "accepted, and told what came of it")
    @Outcome(expect = FORBIDDEN, desc = "lost task, two outcomes, or a worker is left")
    @State
    public static class Stop extends Counted {
        private @Nullable Task<?> task;

        public Stop() {
            super(Shape.ONE);
        }

        @Actor
        public void queues() {
            try {
                task = queue();
            } catch (PoolStoppedException e) {
                task = null;
            }
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Duration.ZERO);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.endStopped(task == null ? "refused" : Arena.outcome(task, ran));
        }
    }

    /** A task is accepted while the pool ends in order. */
    @JCStressTest
    @Outcome(id = "refused", expect = ACCEPTABLE, desc = "not accepted")
    @Outcome(id = "DONE", expect = ACCEPTABLE, desc = "accepted, and finished before the end")
    @Outcome(expect = FORBIDDEN, desc = "lost task: accepted, and not finished; or a worker is left")
    @State
    public static class Drain extends Counted {
        private @Nullable Task<?> task;

        public Drain() {
            super(Shape.ONE);
        }

        @Actor
        public void queues() {
            try {
                task = queue();
            } catch (PoolStoppedException e) {
                task = null;
            }
        }

        @Actor
        public void stops() {
            arena.pools.stopPool("pool", Arena.PATIENCE);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.endStopped(task == null ? "refused" : Arena.outcome(task, ran));
        }
    }

    /** {@code run} versus a check-in. */
    @JCStressTest
    @Outcome(id = "noalloc", expect = ACCEPTABLE, desc = "too early")
    @Outcome(id = "DONE", expect = ACCEPTABLE, desc = "accepted and run")
    @Outcome(expect = FORBIDDEN, desc = "lost task: accepted, and not run; or lost worker")
    @State
    public static class RunAndGiveBack extends Counted {
        private final Lease<Worker> lease;
        private Optional<? extends Task<?>> task = Optional.empty();

        public RunAndGiveBack() {
            super(Shape.ONE);
            lease = arena.borrow();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void runs() {
            task = pool.run(worker -> ran.incrementAndGet());
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(task.isEmpty() ? "noalloc" : Arena.outcome(task.get(), ran));
        }
    }

    /** Two {@code run} with one worker. */
    @JCStressTest
    @Outcome(id = {"one", "both"}, expect = ACCEPTABLE, desc = "one after the other, or one is refused")
    @Outcome(expect = FORBIDDEN, desc = "both are refused, lost task, or lost worker")
    @State
    public static class TwoRun extends Race {
        private final AtomicInteger ran = new AtomicInteger();
        private Optional<? extends Task<?>> first = Optional.empty();
        private Optional<? extends Task<?>> second = Optional.empty();

        public TwoRun() {
            super(Shape.ONE);
        }

        @Actor
        public void runs() {
            first = pool.run(worker -> ran.incrementAndGet());
        }

        @Actor
        public void runsToo() {
            second = pool.run(worker -> ran.incrementAndGet());
        }

        @Arbiter
        public void after(L_Result r) {
            int accepted = (first.isPresent() ? 1 : 0) + (second.isPresent() ? 1 : 0);
            boolean all = Arena.eventually(() -> isDone(first) && isDone(second)) && ran.get() == accepted;
            String verdict = accepted == 0 ? "refused" : accepted == 1 ? "one" : "both";
            r.r1 = arena.end(all ? verdict : Arena.LOST_TASK + ": " + ran + " of " + accepted);
        }

        private static boolean isDone(Optional<? extends Task<?>> task) {
            return task.isEmpty() || task.get().state() == TaskState.DONE;
        }
    }

    /** {@code syncQueue} versus a check-in: its caller must learn that the task has begun. */
    @JCStressTest
    @Outcome(id = "DONE", expect = ACCEPTABLE, desc = "it begins, and its caller goes on")
    @Outcome(expect = FORBIDDEN, desc = "lost wake-up, lost task, or lost worker")
    @State
    public static class SyncQueueAndGiveBack extends Counted {
        private final Lease<Worker> lease;
        private @Nullable Task<?> task;

        public SyncQueueAndGiveBack() {
            super(Shape.ONE);
            lease = arena.borrow();
        }

        @Actor
        public void gives() {
            lease.close();
        }

        @Actor
        public void queues() {
            try {
                task = pool.tasks(TaskOptions.DEFAULT.withDeadline(Arena.PATIENCE))
                        .syncQueue(worker -> ran.incrementAndGet());
            } catch (PoolRejectedException late) {
                task = null;
            }
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(task == null ? Arena.LOST_WAKE_UP : Arena.outcome(task, ran));
        }
    }

    /** {@code syncQueue} is interrupted at the moment at which a worker begins. */
    @JCStressTest
    @Outcome(id = {"DONE", "interrupted"}, expect = ACCEPTABLE, desc = "one of the two")
    @Outcome(expect = FORBIDDEN, desc = "lost task, run although its caller was told no, or a swallowed interrupt")
    @State
    public static class SyncQueueAndInterrupt extends Counted {
        private final Lease<Worker> lease;
        private volatile @Nullable Thread waiter;
        private volatile boolean interrupted;
        private String outcome = "";

        public SyncQueueAndInterrupt() {
            super(Shape.ONE);
            lease = arena.borrow();
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
        public void queues() {
            waiter = Thread.currentThread();
            Task<?> task = null;
            try {
                task = pool.tasks(TaskOptions.DEFAULT.withDeadline(Arena.PATIENCE))
                        .syncQueue(worker -> ran.incrementAndGet());
            } catch (PoolException e) {
                outcome = Arena.name(e);
            }
            while (!interrupted) {
                Thread.onSpinWait(); // it must not hit the next race
            }
            boolean flagged = Thread.interrupted();
            if (task != null) {
                outcome = Arena.outcome(task, ran);
            }
            if (!flagged) {
                outcome += ", and the interrupt is swallowed";
            }
        }

        @Arbiter
        public void after(L_Result r) {
            String verdict = arena.end(outcome);
            r.r1 = outcome.equals("interrupted") && ran.get() != 0 ? "run although refused" : verdict;
        }
    }

    /** The worker of a task is told to end at the moment at which the task does. */
    @JCStressTest
    @Outcome(id = {"DONE", "FAILED"}, expect = ACCEPTABLE, desc = "one of the two")
    @Outcome(expect = FORBIDDEN, desc = "lost task, two outcomes, or lost worker")
    @State
    public static class EndAndKill extends Counted {
        private final Task<?> task;
        private final CountDownLatch goOn = new CountDownLatch(1);

        public EndAndKill() {
            super(Shape.ONE);
            task = pool.asyncQueue(worker -> {
                ran.incrementAndGet();
                goOn.await();
            });
            if (!Arena.eventually(() -> ran.get() == 1)) {
                throw new AssertionError("it does not run: " + pool);
            }
        }

        @Actor
        public void ends() {
            goOn.countDown();
        }

        @Actor
        public void kills() {
            task.exit(ExitReason.KILL);
        }

        @Arbiter
        public void after(L_Result r) {
            r.r1 = arena.end(Arena.outcome(task, ran));
        }
    }
}
