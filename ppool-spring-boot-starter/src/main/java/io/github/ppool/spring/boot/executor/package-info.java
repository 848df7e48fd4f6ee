/** Methods that run on pools: {@link io.github.ppool.spring.boot.PoolAsync}, and the executor of the application. */
@NullMarked
package io.github.ppool.spring.boot.executor;

import org.jspecify.annotations.NullMarked;
