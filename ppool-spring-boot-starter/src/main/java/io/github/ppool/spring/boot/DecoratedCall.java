package io.github.ppool.spring.boot;

import io.github.ppool.guard.ForeignCode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskDecorator;

/**
 * A call with a {@link TaskDecorator} around each attempt. The decorator captures the context of the caller once. It
 * knows only {@link Runnable}, so the outcome takes another way: it is kept beside the thread of the attempt. The
 * thread of a killed attempt may still run when the next attempt begins, so attempts share no state.
 */
final class DecoratedCall<T extends @Nullable Object> implements Callable<T> {

    private static final ThreadLocal<@Nullable Attempt> CURRENT = new ThreadLocal<>();

    private final Callable<T> call;
    private final Runnable decorated;

    private static final class Attempt {
        private @Nullable Object value;
        private @Nullable Throwable failure;
    }

    /** Decorates the call, on the thread of the caller. */
    DecoratedCall(Callable<T> call, TaskDecorator decorator) {
        this.call = call;
        this.decorated = Objects.requireNonNull(
                ForeignCode.ask(() -> decorator.decorate(this::run)), "TaskDecorator must not return null");
    }

    private void run() {
        Attempt attempt = CURRENT.get();
        try {
            T value = call.call();
            if (attempt != null) {
                attempt.value = value;
            }
        } catch (Throwable failed) { // thrown on after the decorator
            if (attempt == null) {
                throw new IllegalStateException("the TaskDecorator has run the task on another thread", failed);
            }
            attempt.failure = failed;
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the value is the one that the call returned
    public T call() throws Exception {
        Attempt outer = CURRENT.get();
        Attempt attempt = new Attempt();
        CURRENT.set(attempt);
        try {
            decorated.run();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
        switch (attempt.failure) {
            case null -> {
                return (T) attempt.value;
            }
            case Error error -> throw error;
            case Exception exception -> throw exception;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }
}
