package io.github.ppool.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes a method asynchronous, as Spring's {@code @Async} does, with the options of a pool: a priority, a deadline, a
 * time-out and a plan for a failed call. Each call is a task of the pool. The annotation needs no {@code @EnableAsync}.
 *
 * <p>The method returns {@code void}, {@link java.util.concurrent.Future},
 * {@link java.util.concurrent.CompletionStage} or {@link java.util.concurrent.CompletableFuture}. The worker is taken
 * until the future that the method itself returns has ended. The caller gets a future of its own, with the rules of
 * {@link PoolTaskExecutor#submitCompletable(java.util.concurrent.Callable)}. The final failure of a {@code void} method
 * goes to the {@link org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler} of the application. A call that
 * the pool refuses throws a {@link org.springframework.core.task.TaskRejectedException}.
 *
 * <p>Each attempt runs the whole chain of interceptors behind this one, so an attempt of a {@code @Transactional}
 * method has a transaction of its own. The arguments are the same objects for each attempt.
 *
 * <p>The method is called through the proxy of its bean: a call from within the same object is a plain call, and the
 * method must not be private, static or final. Texts may have placeholders such as {@code ${reports.pool}}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface PoolAsync {

    /**
     * The name of the pool, as {@link #pool}.
     *
     * @return the name of the bean of a pool
     */
    @AliasFor("pool")
    String value() default "";

    /**
     * The name of the pool. Its workers may be of any type: the method does not get one.
     *
     * @return the name of the bean of a pool
     */
    @AliasFor("value")
    String pool() default "";

    /**
     * The place in the queue of the pool.
     *
     * @return the priority; calls and tasks with a higher one are served first
     */
    int priority() default 0;

    /**
     * The longest wait for a worker. Then the call fails with a
     * {@link org.springframework.core.task.TaskRejectedException}.
     *
     * @return a duration such as {@code 2s}; if it is empty, there is no limit
     */
    String deadline() default "";

    /**
     * The longest time of an attempt. Then the process of the worker is killed, and the attempt fails with a
     * {@link java.util.concurrent.TimeoutException}.
     *
     * @return a duration such as {@code 30s}; if it is empty, the pool's {@code task-timeout}
     */
    String timeout() default "";

    /**
     * The plan that decides after a failed attempt. During a delay the call takes no worker.
     *
     * @return a plan as {@link io.github.ppool.restart.RestartPlan} defines it, with or without its brackets; if it is
     *     empty, the pool's {@code task-restart}
     */
    String plan() default "";

    /**
     * The number of times that the {@link #plan} is run.
     *
     * @return a number or {@code infinity}; without effect if neither {@code plan} nor {@code on} is set
     */
    String count() default "1";

    /**
     * Plans for some exceptions, in place of {@link #plan}. Without a {@code plan} all other failures are final.
     *
     * @return the plans; the first that knows the class of the exception, or a superclass, decides
     */
    On[] on() default {};

    /** The plan after a failure with some exceptions. */
    @Target({})
    @Retention(RetentionPolicy.RUNTIME)
    @interface On {

        /**
         * The classes of the exceptions, or superclasses of them.
         *
         * @return one class or more
         */
        Class<? extends Throwable>[] value();

        /**
         * The plan after a failure with one of them.
         *
         * @return a plan; if it is empty, the failure is final
         */
        String plan() default "";
    }
}
