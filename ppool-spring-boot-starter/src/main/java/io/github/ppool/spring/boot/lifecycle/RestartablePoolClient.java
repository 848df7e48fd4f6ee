package io.github.ppool.spring.boot.lifecycle;

import io.github.ppool.pool.Broadcast;
import io.github.ppool.pool.Lease;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolStatus;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskBacklog;
import io.github.ppool.pool.TaskOptions;
import io.github.ppool.pool.TaskQueue;
import io.github.ppool.pool.WorkerAction;
import io.github.ppool.pool.WorkerFunction;
import io.github.ppool.spring.boot.PoolReference;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client of a pool that the starter injects. It stands for the pool that has its name at the moment.
 *
 * <p>The client exists before its pool. The pool is started with the application, or by the first use of the client if
 * that is earlier. The client stays valid when the pool is stopped and started again.
 *
 * @param <W> the type of the workers
 */
sealed class RestartablePoolClient<W> implements PoolClient<W>, PoolReference
        permits RestartableGroup {

    private final String name;
    private final Supplier<PoolClient<W>> start;
    private volatile @Nullable PoolClient<W> current;

    RestartablePoolClient(String name, Supplier<PoolClient<W>> start) {
        this.name = name;
        this.start = start;
    }

    /** Makes this the pool of the client from now on. */
    void follow(PoolClient<W> client) {
        current = client;
    }

    @Override
    public @Nullable PoolClient<W> current() {
        return current;
    }

    boolean isStarted() {
        return current != null;
    }

    /** The pool; it is started if it was not. */
    PoolClient<W> client() {
        PoolClient<W> client = current;
        return client != null ? client : start.get();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Lease<W> checkout() {
        return client().checkout();
    }

    @Override
    public Lease<W> checkout(Duration timeout) {
        return client().checkout(timeout);
    }

    @Override
    public Optional<Lease<W>> tryCheckout() {
        return client().tryCheckout();
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync() {
        return client().checkoutAsync();
    }

    @Override
    public CompletionStage<Lease<W>> checkoutAsync(Duration timeout) {
        return client().checkoutAsync(timeout);
    }

    @Override
    public <X extends Exception> void transaction(WorkerAction<? super W, X> action) throws X {
        client().transaction(action);
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R transactionResult(
            WorkerFunction<? super W, ? extends R, X> function) throws X {
        return client().transactionResult(function);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        return client().transactionAsync(function);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<R> transactionAsync(
            Duration timeout, WorkerFunction<? super W, ? extends CompletionStage<? extends R>, ?> function) {
        return client().transactionAsync(timeout, function);
    }

    @Override
    public <R extends @Nullable Object> CompletionStage<Broadcast<R>> broadcastResult(
            @Nullable Duration deadline, WorkerFunction<? super W, ? extends R, ?> function) {
        return client().broadcastResult(deadline, function);
    }

    @Override
    public TaskQueue<W> tasks(TaskOptions options) {
        return client().tasks(options);
    }

    @Override
    public PoolStatus status() {
        return client().status();
    }

    @Override
    public TaskBacklog backlog(int scheduled, int keys) {
        return client().backlog(scheduled, keys);
    }

    @Override
    public Optional<Task<@Nullable Void>> run(WorkerAction<? super W, ?> task) {
        return client().run(task);
    }

    @Override
    public <R extends @Nullable Object> Optional<Task<R>> runResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return client().runResult(task);
    }

    @Override
    public Task<@Nullable Void> syncQueue(WorkerAction<? super W, ?> task) {
        return client().syncQueue(task);
    }

    @Override
    public <R extends @Nullable Object> Task<R> syncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return client().syncQueueResult(task);
    }

    @Override
    public Task<@Nullable Void> asyncQueue(WorkerAction<? super W, ?> task) {
        return client().asyncQueue(task);
    }

    @Override
    public <R extends @Nullable Object> Task<R> asyncQueueResult(WorkerFunction<? super W, ? extends R, ?> task) {
        return client().asyncQueueResult(task);
    }

    @Override
    public Task<@Nullable Void> schedule(Duration delay, WorkerAction<? super W, ?> task) {
        return client().schedule(delay, task);
    }

    @Override
    public <R extends @Nullable Object> Task<R> scheduleResult(
            Duration delay, WorkerFunction<? super W, ? extends R, ?> task) {
        return client().scheduleResult(delay, task);
    }

    @Override
    public String toString() {
        return "pool '" + name + "'";
    }
}
