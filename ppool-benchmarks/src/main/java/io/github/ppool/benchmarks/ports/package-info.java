/** Requests to programs of the operating system, through a pool and through a bare {@link java.lang.Process}. */
@NullMarked
package io.github.ppool.benchmarks.ports;

import org.jspecify.annotations.NullMarked;
