package io.github.ppool.pool;

import java.util.concurrent.CompletableFuture;

/**
 * The outcome of a task, which nobody but the task can settle. What depends on it directly sees a failure as it is; a
 * {@code minimalCompletionStage()} would wrap it, and cost an object for each task.
 */
final class TaskOutcome<R> extends CompletableFuture<R> {

    /** The task has its result. */
    boolean settle(R value) {
        return super.complete(value);
    }

    /** The task has none. */
    boolean settleExceptionally(Throwable failure) {
        return super.completeExceptionally(failure);
    }

    @Override
    public boolean complete(R value) {
        return false;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    @Override
    public void obtrudeValue(R value) {
        throw new UnsupportedOperationException("the outcome of a task cannot be changed");
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw new UnsupportedOperationException("the outcome of a task cannot be changed");
    }

    /** A future of the caller's own, to wait at, to limit or to cancel. */
    @Override
    public CompletableFuture<R> toCompletableFuture() {
        return copy();
    }

    /** What depends on an outcome is the caller's own. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
