/** Cost of one operation in a small and in a large pool, queue or supervisor. */
@NullMarked
package io.github.ppool.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
