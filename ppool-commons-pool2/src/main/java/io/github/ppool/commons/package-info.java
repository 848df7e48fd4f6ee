/**
 * A pool as an {@code ObjectPool} of Commons Pool 2. Begin with {@link io.github.ppool.commons.ObjectPoolView}.
 */
@NullMarked
package io.github.ppool.commons;

import org.jspecify.annotations.NullMarked;
