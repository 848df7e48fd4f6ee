/** Tasks with keys: those of one key in their order, others beside them; and the ways in which this is written by hand. */
@NullMarked
package io.github.ppool.benchmarks.keys;

import org.jspecify.annotations.NullMarked;
