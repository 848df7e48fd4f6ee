package io.github.ppool.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a singleton bean supervised: a bean that would die silently is restarted by a plan. The annotation stands on a
 * {@code @Bean} method or a class, for a bean of one of these types:
 *
 * <ul>
 *   <li>{@link Runnable} or {@link io.github.ppool.process.ProcessBody}: the bean runs as an endless loop on a process
 *       of its own, from the start of the application to its end. When it throws or returns, the plan decides. An
 *       interrupt tells it to stop. With {@link #every} it is called again and again instead, and may return.
 *   <li>{@link org.springframework.context.SmartLifecycle}: Spring starts and stops the bean as usual. When the bean is
 *       found not to run in between, the plan decides, and {@code start()} is called again.
 * </ul>
 *
 * <p>The annotation may also stand on a {@link io.github.ppool.supervisor.SupervisorSpec} bean, for its {@link #scope}
 * alone. The specification itself has the rules of restarts.
 *
 * <p>Each such bean is a supervision tree of its own, see {@link SupervisionTrees}. At the end of its plan the
 * supervisor of the bean ends. The supervisor {@code ppool} then restarts it, five times within a minute unless
 * {@code ppool.intensity} is set.
 *
 * <p>While such a bean runs, or waits for its restart, it keeps the virtual machine alive ({@code ppool.keep-alive}),
 * as a thread of the application would.
 *
 * <p>Settings under {@code ppool.supervised.<name of the bean>} override each value. The values are texts in the format
 * of these settings.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Supervised {

    /**
     * The restart plan, which decides after each end of the bean's process.
     *
     * @return a plan as {@link io.github.ppool.restart.RestartPlan} defines it, with or without its brackets
     */
    String plan() default "restart, backoff 1s..1m x2 jitter 20%";

    /**
     * The number of times that the plan is run.
     *
     * @return a number or {@code infinity}
     */
    String count() default "infinity";

    /**
     * The time without an end after which the plan begins again.
     *
     * @return a duration such as {@code 10m}; zero means never
     */
    String resetAfter() default "10m";

    /**
     * The time that the bean's thread may take to end after an interrupt. It has no effect on a {@code SmartLifecycle},
     * which Spring stops.
     *
     * @return a duration such as {@code 5s}
     */
    String shutdown() default "5s";

    /**
     * The pause between two runs of a bean that does its work once and returns. The bean then is no endless loop: its
     * process calls it, pauses, and calls it again. Runs never overlap. When a run throws, the plan decides on the next
     * one in place of this pause. Not for a {@code SmartLifecycle}.
     *
     * @return a duration of more than zero such as {@code 5s}, counted from the end of a run; empty for a bean that
     *     runs as an endless loop
     */
    String every() default "";

    /**
     * The time from the beginning of a run to that of the next one, in place of {@link #every}. Runs never overlap:
     * times that pass during a run are skipped, and the rhythm stays. After a run that throws, the plan decides on the
     * next one, and the rhythm goes on behind it.
     *
     * @return a duration of more than zero such as {@code 1m}; empty for a bean with {@link #every}, or one that runs
     *     as an endless loop
     */
    String fixedRate() default "";

    /**
     * The pause before the first run of a bean with {@link #every} or {@link #fixedRate}. Restarts by the plan have no
     * such pause.
     *
     * @return a duration such as {@code 1m}; if it is empty, the first run comes at once
     */
    String initialDelay() default "";

    /**
     * The nodes on which the bean runs, if several nodes run the application. A {@code SmartLifecycle} can't have the
     * scope {@link Scope#CLUSTER}, because Spring starts it on each node.
     *
     * @return the scope
     */
    Scope scope() default Scope.NODE;
}
