package io.github.ppool.durable.engine;

import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolPhase;
import io.github.ppool.pool.PoolRejectedException;
import io.github.ppool.pool.PoolState;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.TaskState;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerExitException;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.process.ExitReason;
import io.github.ppool.process.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A pool that begins a task when the test says so, on the thread of the test. */
final class FakePool implements PoolClient<Object> {

    final List<FakeTask> queue = new ArrayList<>();
    PoolPhase phase = PoolPhase.RUNNING;
    int size;
    int queueCapacity = Integer.MAX_VALUE;
    boolean refuses;
    final List<FakeTask> running = new ArrayList<>();
    private long ids;

    FakePool(int size) {
        this.size = size;
    }

    final class FakeTask implements Task<@Nullable Void> {

        private final long id = ++ids;
        private final WorkerAction<? super Object, ?> action;
        private final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        final TaskOptions options;
        TaskState state = TaskState.QUEUED;
        @Nullable
        ExitReason exit;

        FakeTask(WorkerAction<? super Object, ?> action, TaskOptions options) {
            this.action = action;
            this.options = options;
        }

        /** Runs the task on this thread. An exit signal that has come meanwhile is its outcome. */
        void begin() {
            queue.remove(this);
            state = TaskState.RUNNING;
            running.add(this);
            Throwable thrown = null;
            try {
                action.run(new Object());
            } catch (Throwable failed) {
                thrown = failed;
            }
            running.remove(this);
            ExitReason ended = exit;
            if (state != TaskState.RUNNING) {
                return; // it has its outcome
            }
            if (ended != null) {
                fail(new WorkerExitException(null, ended));
            } else if (thrown != null) {
                fail(thrown);
            } else {
                state = TaskState.DONE;
                result.complete(null);
            }
        }

        /** Ends the task while its action still runs, as a time-out does. */
        void fail(Throwable outcome) {
            state = TaskState.FAILED;
            result.completeExceptionally(outcome);
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public TaskState state() {
            return state;
        }

        @Override
        public Optional<Pid> pid() {
            return Optional.empty();
        }

        @Override
        public int attempts() {
            return state == TaskState.QUEUED ? 0 : 1;
        }

        @Override
        public CompletionStage<@Nullable Void> result() {
            return result;
        }

        @Override
        public boolean cancel() {
            if (state != TaskState.QUEUED) {
                return false;
            }
            state = TaskState.CANCELLED;
            queue.remove(this);
            result.completeExceptionally(new CancellationException());
            return true;
        }

        @Override
        public boolean exit(ExitReason reason) {
            if (state != TaskState.RUNNING) {
                return false;
            }
            exit = reason;
            return true;
        }
    }

    private Task<@Nullable Void> add(WorkerAction<? super Object, ?> action, TaskOptions options) {
        if (refuses || phase != PoolPhase.RUNNING
                || (queue.size() + running.size() >= size && queue.size() + running.size() - size >= queueCapacity)) {
            throw new PoolRejectedException("the test's pool takes no tasks", status(), null);
        }
        FakeTask task = new FakeTask(action, options);
        queue.add(task);
        return task;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public PoolStatus status() {
        return new PoolStatus("fake", phase, PoolState.READY, 0, 0, running.size(), size, 0, 0, running.size(), 0, 0, 0,
                Math.max(0, queue.size() + running.size() - size), queueCapacity, Duration.ZERO, 0, null);
    }

    @Override
    public TaskQueue<Object> tasks(TaskOptions options) {
        return new Queue(options);
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super Object, ?> task) {
        return add(task, TaskOptions.DEFAULT);
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super Object, ? extends R, X> function) throws X {
        return function.call(new Object());
    }

    private final class Queue implements TaskQueue<Object> {

        private final TaskOptions options;

        Queue(TaskOptions options) {
            this.options = options;
        }

        @Override
        public Task<@Nullable Void> asyncQueue(WorkerAction<? super Object, ?> task) {
            return add(task, options);
        }

        @Override
        public Optional<Task<@Nullable Void>> run(WorkerAction<? super Object, ?> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends @Nullable Object> Optional<Task<R>> runResult(
                WorkerFunction<? super Object, ? extends R, ?> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Task<@Nullable Void> syncQueue(WorkerAction<? super Object, ?> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends @Nullable Object> Task<R> syncQueueResult(
                WorkerFunction<? super Object, ? extends R, ?> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends @Nullable Object> Task<R> asyncQueueResult(
                WorkerFunction<? super Object, ? extends R, ?> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super Object, ?> task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <R extends @Nullable Object> Task<R> scheduleResult(
                Duration delay, WorkerFunction<? super Object, ? extends R, ?> task) {
            throw new UnsupportedOperationException();
        }
    }

    @Override
    public Lease<Object> checkout() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Lease<Object> checkout(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Lease<Object>> tryCheckout() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Lease<Object>> checkoutAsync() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Lease<Object>> checkoutAsync(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <X extends Exception> void transaction(WorkerAction<? super Object, X> action) throws X {
        action.run(new Object());
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            WorkerFunction<? super Object, ? extends CompletionStage<? extends R>, ?> function) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            Duration timeout, WorkerFunction<? super Object, ? extends CompletionStage<? extends R>, ?> function) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Task<@Nullable Void>> run(WorkerAction<? super Object, ?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(
            WorkerFunction<? super Object, ? extends R, ?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super Object, ?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super Object, ? extends R, ?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super Object, ? extends R, ?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super Object, ?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <R extends @Nullable Object> Task<R> scheduleResult(
            Duration delay, WorkerFunction<? super Object, ? extends R, ?> task) {
        throw new UnsupportedOperationException();
    }
}
