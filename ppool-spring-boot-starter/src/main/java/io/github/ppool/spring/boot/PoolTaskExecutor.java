package io.github.ppool.spring.boot;

import io.github.ppool.guard.ForeignCode;
import io.github.ppool.pool.PoolClient;
import io.github.ppool.pool.PoolException;
import io.github.ppool.pool.PoolGroup;
import io.github.ppool.pool.Task;
import io.github.ppool.pool.TaskOptions;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.SchedulingTaskExecutor;

/**
 * A pool as Spring's executor: for {@code @Async}, Spring MVC and WebFlux, Spring Integration, Spring Batch and
 * {@code CompletableFuture.supplyAsync}. Each task is a task of the pool, as {@link PoolClient#asyncQueue} hands it
 * over. So the pool's size, queue, time-out, decorators, observations, meters and phases hold for it. A task does not
 * get the worker, and its exceptions do not crash the worker; an {@link Error} and a time-out do.
 *
 * <p>{@code ppool.pools.<name>.executor} and {@code ppool.groups.<name>.executor} make such a bean. An application may
 * also make one of any {@link PoolClient}.
 *
 * <p>Any thread may use an executor; no method blocks. A task that the pool refuses is a {@link TaskRejectedException}
 * with the {@link PoolException} as its cause. The pool stops with the application, and the executor has no stop of its
 * own. Memory effects are those of {@link io.github.ppool.pool.TaskQueue}. Stands for {@code ppool:async_queue/2}.
 */
public final class PoolTaskExecutor implements SchedulingTaskExecutor {

    /**
     * The options of an executor's tasks by default: a task does not use its worker, and has one attempt. The same
     * {@link Runnable} or {@link Callable} often can't be run twice.
     */
    public static final TaskOptions ONCE = TaskOptions.DEFAULT.withIndependent(true).withoutRestart();

    private static final TaskOptions BY_THE_POOL = TaskOptions.DEFAULT.withIndependent(true);

    private final PoolClient<?> pool;
    private final TaskOptions options;
    /** Of calls of methods. */
    private final TaskOptions ofCalls;
    private final @Nullable TaskDecorator decorator;

    /**
     * Makes an executor with the options {@link #ONCE} and without a decorator. {@link #forMethods} has the plan of the
     * pool.
     *
     * @param pool the pool whose workers run the tasks
     * @throws NullPointerException if the pool is null
     */
    public PoolTaskExecutor(PoolClient<?> pool) {
        this(pool, (TaskDecorator) null);
    }

    /**
     * Makes an executor with the options {@link #ONCE}. {@link #forMethods} has the plan of the pool.
     *
     * @param pool the pool whose workers run the tasks
     * @param decorator puts code around each attempt. Called once for each task, on the thread that hands it over. Null
     *     for none
     * @throws NullPointerException if the pool is null
     */
    public PoolTaskExecutor(PoolClient<?> pool, @Nullable TaskDecorator decorator) {
        this(pool, ONCE, BY_THE_POOL, decorator);
    }

    /**
     * Makes an executor with options of its own, which hold for calls of methods, too.
     *
     * @param pool the pool whose workers run the tasks
     * @param options the options of all tasks. If they or the pool have a plan, a failed task is run again: then each
     *     {@link Runnable} and {@link Callable} must bear that
     * @param decorator puts code around each attempt. Called once for each task, on the thread that hands it over. Null
     *     for none
     * @throws NullPointerException if the pool or the options are null
     */
    public PoolTaskExecutor(PoolClient<?> pool, TaskOptions options, @Nullable TaskDecorator decorator) {
        this(pool, options, options, decorator);
    }

    private PoolTaskExecutor(
            PoolClient<?> pool, TaskOptions options, TaskOptions ofCalls, @Nullable TaskDecorator decorator) {
        this.pool = Objects.requireNonNull(pool, "pool must not be null");
        this.options = Objects.requireNonNull(options, "options must not be null");
        this.ofCalls = ofCalls;
        this.decorator = decorator;
    }

    /**
     * Returns an executor over the same pool, with the same decorator and other options.
     *
     * @param other the options of all tasks
     * @return a new executor
     * @throws NullPointerException if the options are null
     */
    public PoolTaskExecutor withOptions(TaskOptions other) {
        return new PoolTaskExecutor(pool, other, decorator);
    }

    /**
     * Returns an executor whose tasks have a key: they run one at a time, in the order in which they were handed over,
     * and also with all other tasks of the pool that have an equal key.
     *
     * @param key the key, as {@link TaskOptions#key()} has it
     * @return a new executor
     * @throws NullPointerException if the key is null
     */
    public PoolTaskExecutor withKey(Object key) {
        return new PoolTaskExecutor(pool, options.withKey(key), ofCalls.withKey(key), decorator);
    }

    /**
     * Returns an executor for work that can be run again, such as the call of a method. An executor that was made
     * without options then has the plan of the pool ({@link io.github.ppool.pool.PoolSpec#taskRestart}) for a failed
     * attempt. One with options of its own keeps them.
     *
     * <p>Calls of {@code @Async} methods take this way, each attempt with all the interceptors of the method.
     *
     * @return an executor over the same pool, with the same decorator
     */
    public PoolTaskExecutor forMethods() {
        return ofCalls.equals(options) ? this : new PoolTaskExecutor(pool, ofCalls, decorator);
    }

    /**
     * Hands a task over. If the task fails, the pool logs the failure.
     *
     * @param task the work
     * @throws NullPointerException if the task is null
     * @throws TaskRejectedException if the pool refuses the task; it will not run
     */
    @Override
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task must not be null");
        Runnable decorated = decorator == null
                ? task
                : Objects.requireNonNull(
                        ForeignCode.ask(() -> decorator.decorate(task)), "TaskDecorator must not return null");
        try {
            var unused = pool.tasks(options).asyncQueue(worker -> decorated.run());
        } catch (PoolException refused) {
            throw rejected(refused);
        }
    }

    /**
     * Hands a task over. Otherwise as {@link #submitCompletable(Runnable)}.
     *
     * @param task the work
     * @return the future of the task
     * @throws NullPointerException if the task is null
     * @throws TaskRejectedException if the pool refuses the task; it will not run
     */
    @Override
    public Future<?> submit(Runnable task) {
        return submitCompletable(task);
    }

    /**
     * Hands a task with a result over. Otherwise as {@link #submitCompletable(Callable)}.
     *
     * @param task the work
     * @return the future of the task
     * @throws NullPointerException if the task is null
     * @throws TaskRejectedException if the pool refuses the task; it will not run
     */
    @Override
    public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
        return submitCompletable(task);
    }

    /**
     * Hands a task over. Otherwise as {@link #submitCompletable(Callable)}.
     *
     * @param task the work
     * @return the future of the task
     * @throws NullPointerException if the task is null
     * @throws TaskRejectedException if the pool refuses the task; it will not run
     */
    @Override
    public CompletableFuture<Void> submitCompletable(Runnable task) {
        Objects.requireNonNull(task, "task must not be null");
        return call(() -> {
            task.run();
            return null;
        });
    }

    /**
     * Hands a task with a result over. The future completes as {@link Task#result} does. A task that the pool rejects
     * later, for example at its stop, fails with a {@link TaskRejectedException}.
     *
     * <p>{@code cancel} takes a waiting task out of the queue. {@code cancel(true)} also interrupts a running task, as
     * a {@link java.util.concurrent.FutureTask} does; its worker lives on. A cancelled task has no further attempt, and
     * the pool counts it as done if it had begun.
     *
     * <p>Dependents without an executor run on the worker's thread and hold up the worker; they should be short.
     *
     * @param task the work
     * @return the future of the task
     * @throws NullPointerException if the task is null
     * @throws TaskRejectedException if the pool refuses the task; it will not run
     */
    @Override
    public <T extends @Nullable Object> CompletableFuture<T> submitCompletable(Callable<T> task) {
        return call(task);
    }

    private <T extends @Nullable Object> CompletableFuture<T> call(Callable<T> task) {
        Objects.requireNonNull(task, "task must not be null");
        SubmittedCall<T> call = new SubmittedCall<>(
                decorator == null ? task : new DecoratedCall<>(task, decorator), this::rejected);
        try {
            call.follow(pool.tasks(options).asyncQueueResult(worker -> call.attempt()));
        } catch (PoolException refused) {
            throw rejected(refused);
        }
        return call;
    }

    private TaskRejectedException rejected(Throwable refused) {
        return new TaskRejectedException("the pool '" + pool.name() + "' did not accept the task: "
                + refused.getMessage(), refused);
    }

    @Override
    public String toString() {
        return "executor of the " + (pool instanceof PoolGroup ? "group '" : "pool '") + pool.name() + "'";
    }
}
