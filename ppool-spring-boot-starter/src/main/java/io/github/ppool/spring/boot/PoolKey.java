package io.github.ppool.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an argument the key of a call. Calls with equal keys run one at a time, in the order in which they were made;
 * calls with other keys run beside them. For a parameter of a method with {@link PoolAsync}, or with {@code @Async} and
 * the name of a pool that is an executor. The key belongs to the pool: two methods on one pool with equal arguments
 * have the same key.
 *
 * <p>Any type but an array will do, as for {@link io.github.ppool.pool.TaskOptions#key()}: the pool calls
 * {@code hashCode} and {@code equals} on the caller's thread, and their answers must not change while the call waits or
 * runs. A null argument fails the call with a {@link NullPointerException}, and the method is not run. The settings
 * {@code key-blocks} and {@code sticky} of the pool hold.
 *
 * <p>A parameter of an interface or a superclass counts, too. The start of the application fails if a method has two
 * such parameters, or if no pool runs the method.
 */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface PoolKey {}
