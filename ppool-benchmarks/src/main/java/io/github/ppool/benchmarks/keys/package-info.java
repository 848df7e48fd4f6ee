/** Tasks with keys, and the ways in which applications write this by hand. */
@NullMarked
package io.github.ppool.benchmarks.keys;

import org.jspecify.annotations.NullMarked;
