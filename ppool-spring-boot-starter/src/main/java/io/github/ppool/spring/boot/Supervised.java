package io.github.ppool.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Has a singleton bean supervised, so that what would die silently is started again by a plan. On a {@code @Bean}
 * method or a class, for a bean of one of these types:
 *
 * <ul>
 *   <li>{@link Runnable} or {@link io.github.ppool.process.ProcessBody}: runs on a process of its own from the start of
 *       the application to its end, as a loop for ever does. When it throws or returns, the plan decides. It is told to
 *       stop by an interrupt.
 *   <li>{@link org.springframework.context.SmartLifecycle}: is started and stopped by Spring as ever. When it is found
 *       not to run meanwhile, the plan decides, and {@code start()} is called again.
 * </ul>
 *
 * <p>Each such bean is a supervision tree of its own, see {@link SupervisionTrees}. When its plan has come to its end,
 * the supervisor ends and is started again by the supervisor {@code ppool}, five times within a minute unless
 * {@code ppool.intensity} says otherwise.
 *
 * <p>As long as such a bean runs, or waits to be started again, it keeps the virtual machine alive ({@code
 * ppool.keep-alive}), as a thread of its own would.
 *
 * <p>All values can be overridden by settings under {@code ppool.supervised.<name of the bean>}. They are texts as
 * there.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Supervised {

    /**
     * What happens after each end of the bean's process.
     *
     * @return a plan as {@link io.github.ppool.restart.RestartPlan} defines it, with or without its brackets
     */
    String plan() default "restart, backoff 1s..1m x2 jitter 20%";

    /**
     * How many times the plan is run.
     *
     * @return a number or {@code infinity}
     */
    String count() default "infinity";

    /**
     * After how long without an end the plan begins anew.
     *
     * @return a duration such as {@code 10m}; zero means never
     */
    String resetAfter() default "10m";

    /**
     * How long the bean's thread may take to end once it was interrupted. Without effect on a {@code SmartLifecycle},
     * which Spring stops.
     *
     * @return a duration such as {@code 5s}
     */
    String shutdown() default "5s";
}
