package io.github.ppool.spring.boot;

import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskState;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of a task of an executor. The thread of the running attempt is guarded by the monitor of this future, so
 * an interrupt meets the attempt and never a later action of the thread. The pool drops an interrupt that came too
 * late for the attempt.
 */
final class SubmittedCall<T extends @Nullable Object> extends CompletableFuture<T> {

    private final Callable<T> call;
    private final Function<Throwable, ? extends Throwable> rejection;
    private @Nullable Thread runner;
    private volatile @Nullable Task<T> task;

    SubmittedCall(Callable<T> call, Function<Throwable, ? extends Throwable> rejection) {
        this.call = call;
        this.rejection = rejection;
    }

    /** One attempt, on the process of a worker. The outcome of a cancelled task has no reader, and is dropped. */
    @SuppressWarnings("NullAway") // a cancelled future never shows this null
    T attempt() throws Exception {
        synchronized (this) {
            if (isCancelled()) {
                return null;
            }
            runner = Thread.currentThread();
        }
        try {
            return call.call();
        } catch (Exception failed) {
            if (isCancelled()) {
                return null;
            }
            throw failed;
        } finally {
            synchronized (this) {
                if (Thread.currentThread().equals(runner)) { // the thread of a killed attempt may come late
                    runner = null;
                }
            }
        }
    }

    /** The pool has accepted the task: its outcome becomes that of this future. */
    void follow(Task<T> accepted) {
        task = accepted;
        accepted.result().whenComplete((value, failure) -> {
            if (failure == null) {
                complete(value);
            } else if (failure instanceof PoolException && accepted.state() == TaskState.REJECTED) {
                completeExceptionally(rejection.apply(failure));
            } else {
                completeExceptionally(failure);
            }
        });
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!super.cancel(mayInterruptIfRunning)) {
            return false;
        }
        Task<T> accepted = task;
        if ((accepted == null || !accepted.cancel()) && mayInterruptIfRunning) {
            synchronized (this) {
                if (runner != null) {
                    runner.interrupt();
                }
            }
        }
        return true;
    }

    /** Stages of this future are plain ones: they have no task to cancel. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
