package io.github.ppool.pool.engine;

import java.util.concurrent.CompletableFuture;

/**
 * The outcome of a task, which only the task can settle. Direct dependents see a failure as it is; a
 * {@code minimalCompletionStage()} would wrap it, and cost an object for each task.
 */
final class TaskOutcome<R> extends CompletableFuture<R> {

    /** Settles the outcome with the result. */
    boolean settle(R value) {
        return super.complete(value);
    }

    /** Settles the outcome with a failure. */
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

    /** A copy that belongs to the caller, which may wait for it, limit or cancel it. */
    @Override
    public CompletableFuture<R> toCompletableFuture() {
        return copy();
    }

    /** Dependents of an outcome belong to the caller. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
