package io.github.ppool.test.durable;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * On a test of a Spring Boot application, beside {@code @SpringBootTest}: no durable task runs until the test asks for
 * it, and {@link DurableTasks} is a bean. A {@code @Transactional} test hands tasks over, runs them and sees their
 * effects on its own transaction, which is rolled back as usual.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureDurableTasks {

    /**
     * Sets {@code ppool.durable.run}. If true, the node runs durable tasks by itself as in production.
     *
     * @return false if tasks run only when the test asks for it
     */
    @PropertyMapping("ppool.durable.run")
    boolean run() default false;

    /**
     * If true, the times of delayed tasks, plans and cron stand still until the test moves them on with {@link
     * DurableTasks#advance}. If false, they go by the database's clock.
     *
     * @return true if the time of durable tasks stands still
     */
    @PropertyMapping("spring.test.ppool.durable.manual-clock")
    boolean manualClock() default true;
}
