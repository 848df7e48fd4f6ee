package io.github.ppool.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Marks a class as the worker of a pool. The settings of the pool then need no {@code worker}. Each worker of the pool
 * is a new bean of the class. The worker's own process creates it, injects its dependencies and calls
 * {@code @PostConstruct}. The process also calls {@code @PreDestroy}, and closes an {@link AutoCloseable}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
public @interface PoolWorker {

    /**
     * The name of the pool.
     *
     * @return a name under {@code ppool.pools}
     */
    // The alias also prevents that Spring uses the name of the pool as the name of this bean.
    @AliasFor("pool")
    String value() default "";

    /**
     * The name of the pool.
     *
     * @return a name under {@code ppool.pools}
     */
    @AliasFor("value")
    String pool() default "";
}
