/** Pools for publishers of Project Reactor. Begin with {@link io.github.ppool.reactor.ReactivePool}. */
@NullMarked
package io.github.ppool.reactor;

import org.jspecify.annotations.NullMarked;
