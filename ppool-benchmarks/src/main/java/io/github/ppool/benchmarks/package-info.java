/** Runs the benchmarks, and has their common code. */
@NullMarked
package io.github.ppool.benchmarks;

import org.jspecify.annotations.NullMarked;
