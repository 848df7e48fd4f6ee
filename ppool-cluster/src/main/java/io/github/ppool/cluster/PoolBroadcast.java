package io.github.ppool.cluster;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks the method of a bean that {@link ClusterBroadcasts#send} runs on each worker of a pool. Its first parameter is
 * the worker. A second one, if there is one, is the payload: a record or another class that Jackson reads. It is null
 * if none was sent.
 *
 * <p>The method runs on the process of a worker, as the action of {@link io.github.ppool.pool.PoolClient#broadcast}
 * does, and for many workers at the same time, all with the same payload object. An exception crashes the worker unless
 * the worker survives it.
 *
 * <p>The bean is a singleton; a lazy one is made by the first broadcast. The method is called through the bean's proxy
 * if it has one, so it must be neither private nor static. Of one pool and name there is one method in an application.
 * Texts may have placeholders such as {@code ${mail.pool}}. In a native image the class of the payload needs {@code
 * RegisterReflectionForBinding}.
 */
@Documented
@Reflective
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface PoolBroadcast {

    /** {@return the name of the pool, or of a group of pools} */
    String pool();

    /** {@return the name of the broadcast, of 1 to 100 letters, digits and {@code - _ .}} */
    String name();
}
