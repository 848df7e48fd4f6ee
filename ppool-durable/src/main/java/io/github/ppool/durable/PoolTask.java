package io.github.ppool.durable;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of a bean that runs the durable tasks of one name. The method's parameters, in any order: the
 * payload (a record or another class that Jackson reads), the worker of the pool, and {@link DurableTask}. Each may be
 * left out.
 *
 * <p>The method runs on the process of a worker, as a task of {@code asyncQueue} does. A return ends the task. An
 * exception ends the attempt, and the pool's setting {@code durable.plan} decides on the next step. The exception
 * crashes the worker as it does for other tasks of the pool.
 *
 * <p>The row of a task holds the name and the version, never a class: methods and classes can be renamed. Of one name
 * there is one method in an application.
 *
 * <p>The bean is a singleton; a lazy one is made by its first task. The method is called through the bean's proxy if it
 * has one, so it must not be private, static, or final. Texts may have placeholders such as {@code ${mail.pool}}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface PoolTask {

    /** {@return the name of the pool whose workers run the tasks} */
    String pool();

    /**
     * {@return the name of the tasks, of 1 to 100 letters, digits and {@code - _ .}; if it is empty, the name of the
     * bean's class and of the method, such as {@code sendMail.send}}
     */
    String name() default "";

    /**
     * {@return the version of the payload, from 1 on} Nodes with a lower version leave the tasks to others. {@link
     * PayloadUpgrade} beans bring payloads of lower versions up to this one.
     */
    int version() default 1;

    /**
     * {@return true if the method runs in a transaction whose first statement ends the task} Then its changes in
     * the same database happen exactly once.
     */
    boolean transactional() default false;

    /**
     * {@return the longest time of an attempt, such as {@code 30s}; if it is empty, the pool's {@code task-timeout}}
     */
    String timeout() default "";

    /**
     * {@return the times at which a task without a payload is enqueued, in Spring's cron format; empty for none} Over
     * all nodes each time makes one task. Of the times that were missed, the last one is made up for.
     */
    String cron() default "";

    /** {@return the time zone of {@link #cron}, such as {@code Europe/Berlin}; if it is empty, the JVM's} */
    String zone() default "";
}
