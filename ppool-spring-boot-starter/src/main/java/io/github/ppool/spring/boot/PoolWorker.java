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
 * Marks a class as the worker of a pool, which then needs no {@code worker} in its settings. Each worker of the pool is
 * a new bean of the class, made on the worker's own process: its dependencies are injected, {@code @PostConstruct} and
 * {@code @PreDestroy} are called there, and an {@link AutoCloseable} is closed there.
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
    // The alias also keeps Spring from taking the pool's name for the name of this bean.
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
