/** Borrow and give back one object: ppool beside its peers. */
@NullMarked
package io.github.ppool.benchmarks.borrow;

import org.jspecify.annotations.NullMarked;
