/** The regression guard: ratios measured now beside those that were published last. */
@NullMarked
package io.github.ppool.benchmarks.guard;

import org.jspecify.annotations.NullMarked;
