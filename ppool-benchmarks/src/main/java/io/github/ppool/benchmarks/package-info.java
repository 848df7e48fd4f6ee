/** Runs the benchmarks, and what they have in common. */
@NullMarked
package io.github.ppool.benchmarks;

import org.jspecify.annotations.NullMarked;
